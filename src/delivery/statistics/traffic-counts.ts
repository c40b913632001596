import type { ErrorCode } from '../push/outcome.js';
import { latencyBucket } from './latency-buckets.js';

/** Ways for an attempt not to deliver, as many as a chart can tell apart. */
export const FAILURE_GROUPS = ['refused', 'server_error', 'no_answer', 'not_sent'] as const;
export type FailureGroup = (typeof FAILURE_GROUPS)[number];

/** `failed` counts deliveries given up for good; the groups count attempts, and so does `delivered`. */
export const COUNTED = ['accepted', 'delivered', 'failed', ...FAILURE_GROUPS] as const;

/** What happened within some time to everything, to an account, or to a destination. */
export type TrafficCounts = Record<(typeof COUNTED)[number], number> & {
  /** From accepted to delivered: how many by {@link latencyBucket}, no longer than needed. */
  readonly latency: number[];
};

const GROUP_OF: Record<ErrorCode, FailureGroup> = {
  redirected: 'refused',
  client_error: 'refused',
  gone: 'refused',
  rate_limited: 'refused',
  unexpected_status: 'refused',
  server_error: 'server_error',
  connection_refused: 'no_answer',
  connection_reset: 'no_answer',
  unreachable: 'no_answer',
  timed_out: 'no_answer',
  name_not_found: 'no_answer',
  tls_error: 'no_answer',
  invalid_response: 'no_answer',
  interrupted: 'no_answer',
  address_blocked: 'not_sent',
  url_too_long: 'not_sent',
  port_blocked: 'not_sent',
  proxy_failed: 'no_answer',
  cannot_be_sent: 'not_sent',
};

const GROUPS = new Map<string, FailureGroup>(Object.entries(GROUP_OF));

export function failureGroupOf(errorCode: string): FailureGroup {
  return GROUPS.get(errorCode) ?? 'no_answer';
}

export function noTraffic(): TrafficCounts {
  return { accepted: 0, delivered: 0, failed: 0, refused: 0, server_error: 0, no_answer: 0, not_sent: 0, latency: [] };
}

export function addLatency({ latency }: TrafficCounts, ms: number): void {
  addAt(latency, latencyBucket(ms), 1);
}

/** Adds `more` to `sum`. */
export function addTraffic(sum: TrafficCounts, more: TrafficCounts): void {
  for (const name of COUNTED) sum[name] += more[name];
  for (const [bucket, count] of more.latency.entries()) addAt(sum.latency, bucket, count);
}

function addAt(counts: number[], index: number, count: number): void {
  while (counts.length <= index) counts.push(0);
  counts[index] = (counts[index] ?? 0) + count;
}
