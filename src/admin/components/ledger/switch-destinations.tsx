import type { ActionProps } from 'adminjs';
import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import { messageOf, postJson } from './panel-fetch.ts';
import { Button, ErrorBox, PageHead } from './pieces.tsx';

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
  const [switched, setSwitched] = useState<ReadonlySet<string>>(
    () => new Set(chosen.filter(({ isEnabled }) => isEnabled === toEnabled).map(({ id }) => id)),
  );
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const left = chosen.filter(({ id }) => !switched.has(id));
  const run = async (): Promise<void> => {
    setIsBusy(true);
    setError(null);
    try {
      for (const { id } of left) {
        await postJson(`/destinations/${id}/${toEnabled ? 'enable' : 'disable'}`);
        setSwitched((before) => new Set([...before, id]));
      }
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setIsBusy(false);
    }
  };
  const state = toEnabled ? 'enabled' : 'disabled';
  return (
    <>
      <p>
        {toEnabled
          ? 'What was held back for them goes on at once.'
          : 'What is meant for them is held back, and goes on when they are enabled again.'}
      </p>
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
          <Button kind={toEnabled ? 'main' : 'danger'} disabled={isBusy} onClick={() => void run()}>
            {toEnabled ? 'Enable' : 'Disable'} {left.length}
          </Button>
        ) : null}
        <Link to="/admin/resources/destinations">Back to the destinations</Link>
      </div>
    </>
  );
}
