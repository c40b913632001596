import type { ActionProps } from 'adminjs';
import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import { postJson } from '../console/console-api.ts';
import { Button, ErrorBox, PageHead } from './pieces.tsx';
import { useAct } from './use-act.ts';

interface Chosen {
  readonly id: string;
  readonly url: string;
  readonly isEnabled: boolean;
}

/**
 * Enables or disables the chosen destinations, one after the other. What is left to do is read off the destinations
 * themselves, so that a page that is loaded again goes on where it was.
 */
export function SwitchDestinations({ action, records }: ActionProps): React.JSX.Element {
  const toEnabled = action.name === 'enableChosen';
  const verb = toEnabled ? 'Enable' : 'Disable';
  const chosen = (records ?? []).map(({ id, params }) => ({
    id,
    url: String(params['url']),
    isEnabled: params['enabled'] === true,
  }));
  return (
    <div className="dp-page">
      <PageHead
        title={`${verb} destinations`}
        trail={[{ label: 'Destinations', to: '/admin/resources/destinations' }]}
      />
      {chosen.length > 0 ? <Switching key={chosen.length} chosen={chosen} toEnabled={toEnabled} /> : null}
    </div>
  );
}

function Switching({ chosen, toEnabled }: { chosen: readonly Chosen[]; toEnabled: boolean }): React.JSX.Element {
  const { isBusy, error, act } = useAct();
  const [switched, setSwitched] = useState<ReadonlySet<string>>(
    () => new Set(chosen.filter(({ isEnabled }) => isEnabled === toEnabled).map(({ id }) => id)),
  );
  const left = chosen.filter(({ id }) => !switched.has(id));
  const [verb, state] = toEnabled ? ['Enable', 'enabled'] : ['Disable', 'disabled'];
  const run = async (): Promise<void> => {
    for (const { id } of left) {
      await postJson(`/destinations/${id}/${verb.toLowerCase()}`);
      setSwitched((before) => new Set([...before, id]));
    }
  };
  return (
    <>
      <p>{toEnabled ? 'What was held back for them goes on at once.' : HELD}</p>
      <p role="status">
        <strong>
          {left.length === 0 ? `All ${chosen.length} are ${state}.` : `${left.length} of ${chosen.length} to go.`}
        </strong>
      </p>
      <progress max={chosen.length} value={switched.size} aria-label={`Destinations ${state}`} />
      {error === null ? null : <ErrorBox text={error} />}
      <ul className="dp-switch-list">
        {chosen.map(({ id, url }) => (
          <li key={id}>
            <span className={switched.has(id) ? 'dp-state dp-state-delivered' : 'dp-state'}>
              {switched.has(id) ? state : 'to do'}
            </span>{' '}
            {url}
          </li>
        ))}
      </ul>
      <div className="dp-buttons">
        {left.length > 0 ? (
          <Button kind={toEnabled ? 'main' : 'danger'} disabled={isBusy} onClick={() => act(run)}>
            {verb} {left.length}
          </Button>
        ) : null}
        <Link to="/admin/resources/destinations">Back to the destinations</Link>
      </div>
    </>
  );
}

const HELD = 'What is meant for them is held back, and goes on when they are enabled again.';
