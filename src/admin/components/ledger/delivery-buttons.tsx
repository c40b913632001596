import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import type { DeliveryDetail, DeliveryView } from '../../ledger/views.ts';
import { messageOf, postJson } from './panel-fetch.ts';
import { Button, ErrorBox, recordUrl } from './pieces.tsx';

interface DeliveryButtonsProps {
  readonly detail: DeliveryDetail;
  readonly role: unknown;
  readonly onChange: () => void;
}

/** What can be done about a delivery in its state, by who is logged in. */
export function DeliveryButtons({ detail, role, onChange }: DeliveryButtonsProps): React.JSX.Element | null {
  const { delivery, destination, event } = detail;
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [replayed, setReplayed] = useState<DeliveryView | null>(null);
  const act = (path: string, body: object = {}, then: (answer: unknown) => void = () => undefined): void => {
    setIsBusy(true);
    postJson<unknown>(path, body)
      .then((answer) => {
        setError(null);
        then(answer);
      })
      .catch((failure: unknown) => setError(messageOf(failure)))
      .finally(() => {
        setIsBusy(false);
        onChange();
      });
  };
  const replay = (): void =>
    act(`/events/${delivery.event_id}/replay`, { destination_ids: [delivery.destination_id] }, (answer) =>
      setReplayed((answer as DeliveryView[])[0] ?? null),
    );
  if (role !== 'superuser' && role !== 'operator') return null;
  const isSuperuser = role === 'superuser';
  const { state } = delivery;
  return (
    <>
      <div className="dp-buttons">
        {destination && ['failed', 'cancelled'].includes(state) ? (
          <Button kind="main" disabled={isBusy} onClick={() => act(`/deliveries/${delivery.id}/retry`)}>
            Retry
          </Button>
        ) : null}
        {destination && ['pending', 'retrying'].includes(state) ? (
          <Button kind="main" disabled={isBusy} onClick={() => act(`/deliveries/${delivery.id}/retry`)}>
            Retry now
          </Button>
        ) : null}
        {destination && state === 'held' ? (
          <Button kind="main" disabled={isBusy} onClick={() => act(`/destinations/${destination.id}/enable`)}>
            Enable the destination
          </Button>
        ) : null}
        {destination && event && ['delivered', 'skipped', 'failed', 'cancelled'].includes(state) ? (
          <Button disabled={isBusy} onClick={replay}>
            Replay as a new delivery
          </Button>
        ) : null}
        {isSuperuser && ['pending', 'retrying', 'held'].includes(state) ? (
          <Button kind="danger" disabled={isBusy} onClick={() => act(`/deliveries/${delivery.id}/cancel`)}>
            Cancel
          </Button>
        ) : null}
        {isSuperuser && destination ? (
          <Link className="dp-button dp-button-plain" to={recordUrl('destinations', destination.id, 'edit')}>
            Edit the destination
          </Link>
        ) : null}
      </div>
      {replayed ? (
        <p className="dp-note" role="status">
          It is being sent once more: <Link to={recordUrl('deliveries', replayed.id)}>the new delivery</Link>
        </p>
      ) : null}
      {error === null ? null : <ErrorBox text={error} />}
    </>
  );
}
