import React from 'react';
import { Link } from 'react-router-dom';
import type { Overview, TroubledView } from '../../console/views.ts';
import { count } from '../format.ts';
import { HealthBadge, HealthWords } from './health-state.tsx';
import { RetryFailed } from './retry-failed.tsx';
import { SwitchButton } from './switch-button.tsx';

const MAX_COUNT = 1_000;

interface TroubledProps {
  readonly overview: Overview;
  readonly mayOperate: boolean;
  readonly onChange: () => void;
}

/** Destinations that somebody should look at, with what mends them. */
export function Troubled({ overview, mayOperate, onChange }: TroubledProps): React.JSX.Element {
  const { total, destinations } = overview.troubled;
  return (
    <section className="dp-card" aria-labelledby="dp-troubled">
      <h2 id="dp-troubled">
        Destinations that need a look {total > 0 ? <span className="dp-pill">{total}</span> : null}
      </h2>
      {total === 0 ? (
        <p className="dp-good">All destinations are enabled, and the latest attempt at each was delivered.</p>
      ) : null}
      <ul className="dp-rows">
        {destinations.map((destination) => (
          <Row
            key={destination.id}
            destination={destination}
            nowMs={Date.parse(overview.now)}
            mayOperate={mayOperate}
            onChange={onChange}
          />
        ))}
      </ul>
      {total > destinations.length ? (
        <p className="dp-muted">
          The {destinations.length} latest of {count(total)}.{' '}
          <Link to="/admin/resources/destinations">All destinations</Link>
        </p>
      ) : null}
    </section>
  );
}

interface RowProps {
  readonly destination: TroubledView;
  readonly nowMs: number;
  readonly mayOperate: boolean;
  readonly onChange: () => void;
}

function Row({ destination, nowMs, mayOperate, onChange }: RowProps): React.JSX.Element {
  const { id, url, httpMethod, accountName, enabled, disabledReason, health, failed, waiting } = destination;
  return (
    <li className="dp-row">
      <div className="dp-row-main">
        <div className="dp-row-title">
          <HealthBadge enabled={enabled} health={health} />
          <Link to={`/admin/resources/destinations/records/${id}/show`}>
            {httpMethod} {url}
          </Link>
        </div>
        <HealthWords enabled={enabled} disabledReason={disabledReason} health={health} nowMs={nowMs} />
        <p className="dp-muted">
          {accountName} · {count(failed, MAX_COUNT)} failed · {count(waiting, MAX_COUNT)} {enabled ? 'waiting' : 'held'}
          {health.lastDeliveryId === null ? null : (
            <>
              {' · '}
              <Link to={`/admin/resources/deliveries/records/${health.lastDeliveryId}/show`}>
                see the attempt that failed last
              </Link>
            </>
          )}
        </p>
      </div>
      {mayOperate ? (
        <div className="dp-row-buttons">
          <SwitchButton id={id} url={url} enabled={enabled} mayDisable={false} onChange={onChange} />
          <RetryFailed destinationId={id} url={url} failed={failed} onChange={onChange} />
        </div>
      ) : null}
    </li>
  );
}
