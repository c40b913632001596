import { useCurrentAdmin, type ActionProps } from 'adminjs';
import React from 'react';
import { Link } from 'react-router-dom';
import type { DeliveryDetail, PayloadView } from '../../ledger/views.ts';
import { Time } from '../date-time.tsx';
import { AttemptCard } from './attempt-card.tsx';
import { DeliveryButtons } from './delivery-buttons.tsx';
import { ago } from '../format.ts';
import { ErrorBox, Fact, Loading, PageHead, recordUrl, StateBadge } from './pieces.tsx';
import { STATE_WORDS, UNFINISHED } from './state-words.ts';
import { useLoaded } from './use-loaded.ts';

const WAITING_MS = 1_500;

/** A delivery from its acceptance to its end, with every request made for it. Nothing here can be edited. */
export function DeliveryPage({ record }: ActionProps): React.JSX.Element {
  const id = record?.id ?? '';
  const [refreshMs, setRefreshMs] = React.useState<number | null>(null);
  const { data, error, reload } = useLoaded<DeliveryDetail>(id, () => `/deliveries/${id}`, refreshMs);
  const unfinished = data !== null && UNFINISHED.includes(data.delivery.state);
  React.useEffect(() => setRefreshMs(unfinished ? WAITING_MS : null), [unfinished]);
  return (
    <div className="dp-page dp-wide">
      <PageHead title="Delivery" trail={[{ label: 'Deliveries', to: '/admin/resources/deliveries' }]} />
      {error === null ? null : <ErrorBox text={error} onRetry={reload} />}
      {data === null && error === null ? <Loading what="the delivery" /> : null}
      {data === null ? null : <Detail detail={data} onChange={reload} />}
    </div>
  );
}

function Detail({ detail, onChange }: { detail: DeliveryDetail; onChange: () => void }): React.JSX.Element {
  const { delivery, attempts } = detail;
  const [admin] = useCurrentAdmin();
  const payload = useLoaded<PayloadView>(delivery.event_id, () => `/events/${delivery.event_id}/payload`);
  return (
    <>
      <section className="dp-card" aria-label="State">
        <p className="dp-summary">
          <StateBadge state={delivery.state} /> <span className="dp-verb">{delivery.http_method}</span>{' '}
          <span className="dp-summary-url">{delivery.url}</span>
        </p>
        <Why detail={detail} />
        <DeliveryButtons detail={detail} role={admin?.['role']} onChange={onChange} />
        <Facts detail={detail} />
      </section>
      <h2 className="dp-subtitle">What happened</h2>
      <ol className="dp-timeline">
        <li className="dp-step">
          Accepted <Time iso={delivery.created_at} />
        </li>
        {attempts.map((attempt, index) => (
          <AttemptCard
            key={attempt.number}
            attempt={attempt}
            eventId={delivery.event_id}
            payload={payload}
            isOpen={index === attempts.length - 1}
          />
        ))}
        {detail.has_more_attempts ? (
          <li className="dp-step">There are more attempts; the API lists them all.</li>
        ) : null}
        <Last detail={detail} />
      </ol>
    </>
  );
}

/** The state in words, and what the last attempt said, with what to do. */
function Why({ detail: { delivery, destination, attempts } }: { detail: DeliveryDetail }): React.JSX.Element {
  const last = attempts.at(-1);
  return (
    <>
      <p>
        {STATE_WORDS[delivery.state].means}
        {delivery.state === 'held' && destination?.disabled_reason ? ` Why: ${destination.disabled_reason}.` : null}
      </p>
      {last && last.errorCode !== null && delivery.state !== 'delivered' ? (
        <p className="dp-notice dp-notice-bad">{last.message}</p>
      ) : null}
    </>
  );
}

function Facts({ detail: { delivery, event, destination } }: { detail: DeliveryDetail }): React.JSX.Element {
  return (
    <dl className="dp-fact-list">
      <Fact label="Event">
        {event ? <Link to={recordUrl('events', event.id)}>{event.event_type ?? event.id}</Link> : 'no longer kept'}
      </Fact>
      <Fact label="Destination">
        {destination ? (
          <Link to={recordUrl('destinations', destination.id)}>{destination.description || destination.url}</Link>
        ) : (
          'deleted'
        )}
      </Fact>
      <Fact label="Account">
        {delivery.account_name === null ? (
          'deleted'
        ) : (
          <Link to={recordUrl('accounts', delivery.account_id)}>{delivery.account_name}</Link>
        )}
      </Fact>
      <Fact label="Sender’s ID">{event?.external_id ?? '–'}</Fact>
      <Fact label="Attempts">{delivery.attempts}</Fact>
      <Fact label="Delivery ID">
        <span className="dp-mono">{delivery.id}</span>
      </Fact>
    </dl>
  );
}

function Last({ detail: { delivery } }: { detail: DeliveryDetail }): React.JSX.Element {
  const { state, finished_at: finishedAt, next_attempt_at: nextAt } = delivery;
  const kind = state === 'delivered' ? 'dp-step-good' : state === 'failed' ? 'dp-step-bad' : 'dp-step-open';
  return (
    <li className={`dp-step ${kind}`}>
      {finishedAt === null ? null : (
        <>
          {STATE_WORDS[state].label.replace(/^./, (letter) => letter.toUpperCase())} <Time iso={finishedAt} />
        </>
      )}
      {finishedAt === null && nextAt !== null ? (
        <>
          Next attempt {Date.parse(nextAt) <= Date.now() ? 'due now' : ago(nextAt, Date.now())}, <Time iso={nextAt} />
        </>
      ) : null}
      {finishedAt === null && nextAt === null ? STATE_WORDS[state].means : null}
    </li>
  );
}
