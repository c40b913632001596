import { latencyQuantile } from './latency-buckets.js';
import { addTraffic, type COUNTED, noTraffic, type TrafficCounts } from './traffic-counts.js';
import { TIERS, type TrafficRow } from './traffic-table.js';

/** How far back a screen looks, and in how many steps. */
export const SPANS = {
  '1h': { seconds: TIERS.minutes.seconds, count: 60 },
  '24h': { seconds: TIERS.tenMinutes.seconds, count: 144 },
  '7d': { seconds: TIERS.hours.seconds, count: 168 },
} as const;

export type Span = keyof typeof SPANS;

/** Sums of a stretch of time. Latencies are in milliseconds, null where nothing was delivered. */
export type TrafficSums = Readonly<Record<(typeof COUNTED)[number], number>> & {
  readonly p50: number | null;
  readonly p95: number | null;
};

/** `points` follow each other without gaps, the last one is that of this moment. */
export interface Traffic {
  readonly span: Span;
  readonly seconds: number;
  readonly total: TrafficSums;
  readonly points: readonly (TrafficSums & { readonly beginsAt: string })[];
}

export function toTraffic(span: Span, lastBeginsAt: Date, rows: readonly TrafficRow[]): Traffic {
  const { seconds, count } = SPANS[span];
  const byTime = new Map(rows.map((row) => [row.begins_at.getTime(), row]));
  const total = noTraffic();
  for (const row of rows) addTraffic(total, row);
  const points = Array.from({ length: count }, (_, index) => {
    const beginsMs = lastBeginsAt.getTime() - (count - 1 - index) * seconds * 1000;
    return { beginsAt: new Date(beginsMs).toISOString(), ...sumsOf(byTime.get(beginsMs) ?? noTraffic()) };
  });
  return { span, seconds, total: sumsOf(total), points };
}

function sumsOf(counts: TrafficCounts): TrafficSums {
  const { accepted, delivered, failed, refused, server_error, no_answer, not_sent, latency } = counts;
  const [p50, p95] = [latencyQuantile(latency, 0.5), latencyQuantile(latency, 0.95)];
  return { accepted, delivered, failed, refused, server_error, no_answer, not_sent, p50, p95 };
}
