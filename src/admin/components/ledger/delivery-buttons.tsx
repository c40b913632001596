import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import type { DeliveryDetail, DeliveryView } from '../../ledger/views.ts';
import { postJson as postToConsole } from '../console/console-api.ts';
import { postJson } from './ledger-api.ts';
import { Button, ErrorBox, recordUrl } from './pieces.tsx';
import { useAct } from './use-act.ts';

interface Choice {
  readonly label: string;
  readonly kind: 'main' | 'plain' | 'danger';
  readonly run: () => Promise<void>;
}

interface DeliveryButtonsProps {
  readonly detail: DeliveryDetail;
  readonly role: unknown;
  readonly onChange: () => void;
}

/** What can be done about a delivery in its state, by who is logged in. */
export function DeliveryButtons({ detail, role, onChange }: DeliveryButtonsProps): React.JSX.Element | null {
  const { isBusy, error, act } = useAct();
  const [replayed, setReplayed] = useState<DeliveryView | null>(null);
  if (role !== 'superuser' && role !== 'operator') return null;
  const isSuperuser = role === 'superuser';
  const { destination } = detail;
  return (
    <>
      <div className="dp-buttons">
        {choicesFor(detail, isSuperuser, setReplayed).map(({ label, kind, run }) => (
          <Button key={label} kind={kind} disabled={isBusy} onClick={() => act(() => run().finally(onChange))}>
            {label}
          </Button>
        ))}
        {isSuperuser && destination ? (
          <Link className="dp-button" to={recordUrl('destinations', destination.id, 'edit')}>
            Edit the destination
          </Link>
        ) : null}
      </div>
      {replayed ? (
        <p className="dp-notice" role="status">
          It is being sent once more: <Link to={recordUrl('deliveries', replayed.id)}>the new delivery</Link>
        </p>
      ) : null}
      {error === null ? null : <ErrorBox text={error} />}
    </>
  );
}

function choicesFor(
  { delivery, destination, event }: DeliveryDetail,
  isSuperuser: boolean,
  onReplayed: (created: DeliveryView | null) => void,
): Choice[] {
  const { id, state, event_id: eventId, destination_id: destinationId } = delivery;
  const waits = state === 'pending' || state === 'retrying';
  const choices: Choice[] = [];
  const post = (path: string) => async (): Promise<void> => void (await postJson(path));
  if (destination && (waits || state === 'failed' || state === 'cancelled')) {
    choices.push({ label: waits ? 'Retry now' : 'Retry', kind: 'main', run: post(`/deliveries/${id}/retry`) });
  }
  if (destination && state === 'held') {
    const enable = async (): Promise<void> => void (await postToConsole(`/destinations/${destinationId}/enable`));
    choices.push({ label: 'Enable the destination', kind: 'main', run: enable });
  }
  if (destination && event && ['delivered', 'skipped', 'failed', 'cancelled'].includes(state)) {
    const replay = async (): Promise<void> => {
      const body = { destination_ids: [destinationId] };
      onReplayed((await postJson<DeliveryView[]>(`/events/${eventId}/replay`, body))[0] ?? null);
    };
    choices.push({ label: 'Replay as a new delivery', kind: 'plain', run: replay });
  }
  if (isSuperuser && (waits || state === 'held')) {
    choices.push({ label: 'Cancel', kind: 'danger', run: post(`/deliveries/${id}/cancel`) });
  }
  return choices;
}
