import React from 'react';
import { Link } from 'react-router-dom';
import type { DestinationPage } from '../../console/views.ts';
import { Time } from '../date-time.tsx';
import { addressOf } from '../ledger/filters.ts';
import { duration } from '../format.ts';

/** The attempts at the newest deliveries of a destination. */
export function DestinationAttempts(props: { page: DestinationPage; destinationId: string }): React.JSX.Element {
  const { attempts } = props.page;
  return (
    <section className="dp-card" aria-labelledby="dp-attempts">
      <div className="dp-head">
        <h2 id="dp-attempts">Recent attempts</h2>
        <Link to={addressOf('/admin/resources/deliveries', { destination_id: props.destinationId })}>
          All its deliveries
        </Link>
      </div>
      {attempts.length === 0 ? <p className="dp-muted">Nothing has been sent to it yet.</p> : null}
      <ul className="dp-rows">
        {attempts.map(({ deliveryId, number, startedAt, status, problem, totalMs }) => (
          <li key={`${deliveryId} ${number}`} className="dp-line">
            <span className={problem === null ? 'dp-state dp-is-good' : 'dp-state dp-is-bad'}>
              {status ?? 'no answer'}
            </span>
            <Link to={`/admin/resources/deliveries/records/${deliveryId}/show`}>{problem ?? 'Delivered'}</Link>
            <span className="dp-muted">attempt {number}</span>
            <span className="dp-muted">{totalMs === null ? '' : duration(totalMs)}</span>
            <span className="dp-muted dp-line-time">
              <Time iso={startedAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
