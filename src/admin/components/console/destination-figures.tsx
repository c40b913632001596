import React from 'react';
import type { DestinationPage } from '../../console/views.ts';
import { addressOf } from '../ledger/filters.ts';
import { Figure } from './figures.tsx';
import { count, duration, share } from '../format.ts';
import { spanWords } from './span-choice.tsx';

const MAX_COUNT = 1_000;
const DELIVERIES = '/admin/resources/deliveries';

/** What came and went at one destination. */
export function DestinationFigures(props: { page: DestinationPage; destinationId: string }): React.JSX.Element {
  const { traffic, failed, waiting, enabled } = props.page;
  const { total } = traffic;
  const attempts = total.delivered + total.refused + total.server_error + total.no_answer + total.not_sent;
  const filters = { destination_id: props.destinationId };
  return (
    <div className="dp-tiles">
      <Figure
        label="Success rate"
        value={share(total.delivered, attempts)}
        note={`of ${count(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'} in ${spanWords(traffic.span)}`}
      />
      <Figure
        label="Delivered"
        value={count(total.delivered)}
        note={
          total.p50 === null ? undefined : `half in ${duration(total.p50)}, 95\u00a0% in ${duration(total.p95 ?? 0)}`
        }
        to={addressOf(DELIVERIES, { ...filters, state: 'delivered' })}
      />
      <Figure
        label="Failed"
        value={count(failed, MAX_COUNT)}
        note="given up and kept"
        to={addressOf(DELIVERIES, { ...filters, state: 'failed' })}
        tone={failed > 0 ? 'bad' : undefined}
      />
      <Figure
        label={enabled ? 'Waiting' : 'Held'}
        value={count(waiting, MAX_COUNT)}
        note={enabled ? 'for an attempt' : 'until it is enabled'}
        to={addressOf(DELIVERIES, { ...filters, ...(enabled ? { unfinished: 'true' } : { state: 'held' }) })}
      />
    </div>
  );
}
