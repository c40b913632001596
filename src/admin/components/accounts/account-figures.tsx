import React from 'react';
import type { Traffic } from '../../console/views.ts';
import { Figure } from '../console/figures.tsx';
import { count, duration } from '../format.ts';
import { spanWords } from '../console/span-choice.tsx';
import { addressOf } from '../ledger/filters.ts';

const DELIVERIES = '/admin/resources/deliveries';

/** What came from an account, and what became of it. */
export function AccountFigures({ traffic, accountId }: { traffic: Traffic; accountId: string }): React.JSX.Element {
  const { total, span } = traffic;
  const filters = { account_id: accountId };
  return (
    <div className="dp-tiles">
      <Figure
        label="Accepted"
        value={count(total.accepted)}
        note={`events in ${spanWords(span)}`}
        to={addressOf('/admin/resources/events', filters)}
      />
      <Figure
        label="Delivered"
        value={count(total.delivered)}
        note={total.p50 === null ? undefined : `half in ${duration(total.p50)}, 95 % in ${duration(total.p95 ?? 0)}`}
        to={addressOf(DELIVERIES, { ...filters, state: 'delivered' })}
      />
      <Figure
        label="Failed"
        value={count(total.failed)}
        note="given up and kept"
        to={addressOf(DELIVERIES, { ...filters, state: 'failed' })}
        tone={total.failed > 0 ? 'bad' : undefined}
      />
    </div>
  );
}
