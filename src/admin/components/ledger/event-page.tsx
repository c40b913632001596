import { useCurrentAdmin, type ActionProps } from 'adminjs';
import React from 'react';
import { Link } from 'react-router-dom';
import type { EventDetail, PayloadView } from '../../ledger/views.ts';
import { Time } from '../date-time.tsx';
import { DeliveriesTable } from './deliveries-table.tsx';
import { size } from '../format.ts';
import { addressOf } from './filters.ts';
import { Payload } from './payload.tsx';
import { Empty, ErrorBox, Fact, Loading, PageHead, recordUrl } from './pieces.tsx';
import { ReplayEvent } from './replay-event.tsx';
import { UNFINISHED } from './state-words.ts';
import { useLoaded } from './use-loaded.ts';

const WAITING_MS = 1_500;

/** What was received, and what became of it at each destination. */
export function EventPage({ record }: ActionProps): React.JSX.Element {
  const id = record?.id ?? '';
  const [refreshMs, setRefreshMs] = React.useState<number | null>(null);
  const { data, error, reload } = useLoaded<EventDetail>(id, () => `/events/${id}`, refreshMs);
  const payload = useLoaded<PayloadView>(id, () => `/events/${id}/payload`);
  const unfinished = data?.deliveries.some(({ state }) => UNFINISHED.includes(state)) === true;
  React.useEffect(() => setRefreshMs(unfinished ? WAITING_MS : null), [unfinished]);
  return (
    <div className="dp-page dp-wide">
      <PageHead title="Event" trail={[{ label: 'Events', to: '/admin/resources/events' }]} />
      {error === null ? null : <ErrorBox text={error} onRetry={reload} />}
      {data === null && error === null ? <Loading what="the event" /> : null}
      {data === null ? null : (
        <>
          <Facts detail={data} />
          <h2 className="dp-subtitle">Payload</h2>
          <div className="dp-card">
            <Payload eventId={id} payload={payload} label="Payload" />
          </div>
          <Deliveries detail={data} onReplayed={reload} />
        </>
      )}
    </div>
  );
}

function Facts({ detail: { event } }: { detail: EventDetail }): React.JSX.Element {
  return (
    <section className="dp-card" aria-label="Facts">
      <dl className="dp-fact-list">
        <Fact label="Type">{event.event_type ?? '–'}</Fact>
        <Fact label="Received">
          <Time iso={event.received_at} />
        </Fact>
        <Fact label="Account">
          {event.account_name === null ? (
            'deleted'
          ) : (
            <Link to={recordUrl('accounts', event.account_id)}>{event.account_name}</Link>
          )}
        </Fact>
        <Fact label="Sender’s ID">{event.external_id ?? '–'}</Fact>
        <Fact label="Content type">{event.content_type}</Fact>
        <Fact label="Size">{size(event.size)}</Fact>
        <Fact label="Event ID">
          <span className="dp-mono">{event.id}</span>
        </Fact>
      </dl>
    </section>
  );
}

function Deliveries({ detail, onReplayed }: { detail: EventDetail; onReplayed: () => void }): React.JSX.Element {
  const { event, deliveries, destinations, has_more_deliveries: hasMore } = detail;
  const [admin] = useCurrentAdmin();
  const mayReplay = admin?.['role'] !== 'viewer' && destinations.length > 0;
  return (
    <>
      <h2 className="dp-subtitle">Deliveries</h2>
      {deliveries.length === 0 ? (
        <Empty>The account had no destination when this was received.</Empty>
      ) : (
        <DeliveriesTable rows={deliveries} />
      )}
      {hasMore ? (
        <p>
          <Link to={addressOf('/admin/resources/deliveries', { event_id: event.id })}>
            All deliveries of this event
          </Link>
        </p>
      ) : null}
      {mayReplay ? <ReplayEvent eventId={event.id} destinations={destinations} onReplayed={onReplayed} /> : null}
    </>
  );
}
