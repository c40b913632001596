import React from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import type { AccountPage, OwnedDestination } from '../../console/views.ts';
import { HealthBadge, HealthWords } from '../console/health-state.tsx';
import { SendTest } from '../console/send-test.tsx';
import { SwitchButton } from '../console/switch-button.tsx';
import { Dialog } from '../dialog.tsx';
import { DestinationDialog } from './destination-dialog.tsx';

interface AccountDestinationsProps {
  readonly accountId: string;
  readonly page: AccountPage;
  readonly mayOperate: boolean;
  readonly mayConfigure: boolean;
  readonly onChange: () => void;
}

/** Which dialog is open stands in the address: `add`, `edit=<id>` or `test=<id>`. */
function useDialog(): { search: URLSearchParams; open: (name: string, id?: string) => void; close: () => void } {
  const [search, setSearch] = useSearchParams();
  const without = (): URLSearchParams => {
    const rest = new URLSearchParams(search);
    for (const name of ['add', 'edit', 'test']) rest.delete(name);
    return rest;
  };
  return {
    search,
    open: (name, id = '') => {
      const next = without();
      next.set(name, id);
      setSearch(next);
    },
    close: () => setSearch(without()),
  };
}

/** Where an account's data goes: looked at, added, changed, tried out and held back without leaving the account. */
export function AccountDestinations(props: AccountDestinationsProps): React.JSX.Element {
  const { accountId, page, mayConfigure, onChange } = props;
  const { search, open, close } = useDialog();
  const editing = search.get('edit');
  const tested = page.destinations.find(({ id }) => id === search.get('test'));
  const saved = (): void => {
    close();
    onChange();
  };
  return (
    <section className="dp-card" aria-labelledby="dp-destinations">
      <div className="dp-head">
        <h2 id="dp-destinations">Destinations</h2>
        {mayConfigure ? (
          <button type="button" className="dp-button dp-primary" onClick={() => open('add')}>
            Add a destination
          </button>
        ) : null}
      </div>
      {page.total === 0 ? (
        <p className="dp-muted">None yet: what is received for this account is kept, and goes nowhere.</p>
      ) : null}
      <ul className="dp-rows">
        {page.destinations.map((destination) => (
          <Row key={destination.id} {...props} destination={destination} open={open} />
        ))}
      </ul>
      {page.total > page.destinations.length ? (
        <Link to={`/admin/resources/destinations?filters.account_id=${accountId}`}>All {page.total} destinations</Link>
      ) : null}
      {mayConfigure && search.has('add') ? (
        <DestinationDialog accountId={accountId} destinationId={null} onSaved={saved} onClose={close} />
      ) : null}
      {mayConfigure && editing !== null ? (
        <DestinationDialog accountId={accountId} destinationId={editing} onSaved={saved} onClose={close} />
      ) : null}
      {props.mayOperate && tested ? (
        <Dialog title={`${tested.httpMethod} ${tested.url}`} onClose={close}>
          <SendTest destinationId={tested.id} />
        </Dialog>
      ) : null}
    </section>
  );
}

interface RowProps extends AccountDestinationsProps {
  readonly destination: OwnedDestination;
  readonly open: (name: string, id: string) => void;
}

function Row({ destination, page, mayOperate, mayConfigure, onChange, open }: RowProps): React.JSX.Element {
  const { id, url, httpMethod, description, eventTypes, enabled, disabledReason, health } = destination;
  return (
    <li className="dp-row" data-testid={`destination-${id}`}>
      <div className="dp-row-main">
        <div className="dp-row-title">
          <HealthBadge enabled={enabled} health={health} />
          <span className="dp-muted">{httpMethod}</span>
          <Link to={`/admin/resources/destinations/records/${id}/show`}>{url}</Link>
        </div>
        {description === '' ? null : <p>{description}</p>}
        {eventTypes.length === 0 ? null : <p className="dp-muted">Only {eventTypes.join(', ')}</p>}
        <HealthWords enabled={enabled} disabledReason={disabledReason} health={health} nowMs={Date.parse(page.now)} />
      </div>
      <div className="dp-row-buttons">
        {mayOperate ? (
          <>
            <button type="button" className="dp-button" onClick={() => open('test', id)} aria-label={`Test ${url}`}>
              Test
            </button>
            <SwitchButton id={id} url={url} enabled={enabled} mayDisable onChange={onChange} />
          </>
        ) : null}
        {mayConfigure ? (
          <button type="button" className="dp-button" onClick={() => open('edit', id)} aria-label={`Edit ${url}`}>
            Edit
          </button>
        ) : null}
      </div>
    </li>
  );
}
