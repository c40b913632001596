import React, { useState } from 'react';
import type { DestinationView } from '../../ledger/views.ts';
import { postJson } from './ledger-api.ts';
import { Button, ErrorBox } from './pieces.tsx';
import { useAct } from './use-act.ts';

interface ReplayEventProps {
  readonly eventId: string;
  readonly destinations: readonly DestinationView[];
  readonly onReplayed: () => void;
}

/** Sends an event once more to the destinations that are ticked, as new deliveries. */
export function ReplayEvent({ eventId, destinations, onReplayed }: ReplayEventProps): React.JSX.Element {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const { isBusy, error, act } = useAct();
  const [told, setTold] = useState<string | null>(null);
  const tick = (id: string, isTicked: boolean): void => {
    setTold(null);
    setTicked((before) => {
      const after = new Set(before);
      if (isTicked) after.add(id);
      else after.delete(id);
      return after;
    });
  };
  const replay = async (): Promise<void> => {
    await postJson(`/events/${eventId}/replay`, { destination_ids: [...ticked] });
    setTold(`Sent once more to ${ticked.size === 1 ? 'one destination' : `${ticked.size} destinations`}.`);
    setTicked(new Set());
    onReplayed();
  };
  return (
    <fieldset className="dp-card dp-replay">
      <legend>Replay</legend>
      <p>The same bytes go out again, under the same webhook-id, whatever types of events a destination wants.</p>
      {destinations.map(({ id, http_method: method, url, enabled }) => (
        <label key={id} className="dp-tick">
          <input type="checkbox" checked={ticked.has(id)} onChange={({ target }) => tick(id, target.checked)} />
          <span>
            <span className="dp-verb">{method}</span> {url}
            {enabled ? null : ' (disabled: it is held until it is enabled)'}
          </span>
        </label>
      ))}
      <div className="dp-buttons">
        <Button kind="main" disabled={isBusy || ticked.size === 0} onClick={() => act(replay)}>
          Replay to {ticked.size === 1 ? '1 destination' : `${ticked.size} destinations`}
        </Button>
        <span role="status">{told}</span>
      </div>
      {error === null ? null : <ErrorBox text={error} />}
    </fieldset>
  );
}
