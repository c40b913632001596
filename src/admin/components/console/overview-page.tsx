import React from 'react';
import type { Overview } from '../../console/views.ts';
import { addressOf } from '../ledger/filters.ts';
import { DeliveryLines } from './delivery-lines.tsx';
import { Figure } from './figures.tsx';
import { ago, count, duration, share } from '../format.ts';
import { SpanChoice, spanWords } from './span-choice.tsx';
import { TrafficCharts } from './traffic-charts.tsx';
import { Troubled } from './troubled.tsx';

interface OverviewPageProps {
  readonly overview: Overview;
  /** Why it is not up to date. */
  readonly error: string | null;
  readonly span: string;
  readonly chooseSpan: (span: string) => void;
  readonly mayOperate: boolean;
  readonly onChange: () => void;
}

/** How things are: what came and went, what waits, and what needs somebody. */
export function OverviewPage(props: OverviewPageProps): React.JSX.Element {
  const { overview, error, span, chooseSpan, mayOperate, onChange } = props;
  return (
    <>
      <header className="dp-head">
        <h1 className="dp-title">Overview</h1>
        <SpanChoice span={span} choose={chooseSpan} />
      </header>
      {error === null ? null : (
        <p className="dp-card dp-alert" role="alert">
          {error} What you see is as of {ago(overview.now, Date.now())}; it is tried again every few seconds.
        </p>
      )}
      <Figures overview={overview} />
      <Troubled overview={overview} mayOperate={mayOperate} onChange={onChange} />
      <TrafficCharts traffic={overview.traffic} />
      <LatestFailures overview={overview} />
    </>
  );
}

const DELIVERIES = '/admin/resources/deliveries';

function Figures({ overview: { traffic, backlog, now } }: { overview: Overview }): React.JSX.Element {
  const { accepted, delivered, failed, p50, p95 } = traffic.total;
  const span = spanWords(traffic.span);
  const oldest = backlog.oldestAcceptedAt;
  const latency = p50 === null || p95 === null ? undefined : `half in ${duration(p50)}, 95\u00a0% in ${duration(p95)}`;
  return (
    <div className="dp-tiles">
      <Figure label="Accepted" value={count(accepted)} note={`events in ${span}`} to="/admin/resources/events" />
      <Figure
        label="Delivered"
        value={count(delivered)}
        note={latency}
        to={addressOf(DELIVERIES, { state: 'delivered' })}
      />
      <Figure
        label="Failed"
        value={count(failed)}
        note={`given up; ${share(failed, failed + delivered)} of all`}
        to={addressOf(DELIVERIES, { state: 'failed' })}
        tone={failed > 0 ? 'bad' : undefined}
      />
      <Figure
        label="Waiting"
        value={count(backlog.waiting, backlog.maxCount)}
        note={oldest === null ? 'nothing to do' : `the oldest for ${duration(Date.parse(now) - Date.parse(oldest))}`}
        to={addressOf(DELIVERIES, { unfinished: 'true' })}
      />
      <Figure
        label="Held"
        value={count(backlog.held, backlog.maxCount)}
        note="for disabled destinations"
        to={addressOf(DELIVERIES, { state: 'held' })}
      />
      <Figure
        label="Workers"
        value={count(backlog.workers)}
        note={backlog.workers === 0 ? 'nothing is delivered' : 'alive'}
        tone={backlog.workers === 0 ? 'bad' : undefined}
      />
    </div>
  );
}

function LatestFailures({ overview: { failures } }: { overview: Overview }): React.JSX.Element {
  return (
    <section className="dp-card" aria-labelledby="dp-failures">
      <h2 id="dp-failures">Latest failures</h2>
      {failures.length === 0 ? (
        <p className="dp-muted">No delivery has been given up.</p>
      ) : (
        <DeliveryLines lines={failures} />
      )}
    </section>
  );
}
