import { isUtf8 } from 'node:buffer';
import type { DeliveriesService } from '../../delivery/ledger/deliveries.service.js';
import { bodyTextOf } from '../../delivery/ledger/ledger-bodies.js';
import type { ReplaysService } from '../../delivery/replay/replays.service.js';
import type { DestinationHealth } from '../../delivery/statistics/statistics.service.js';
import type { TestEventService } from '../../delivery/test-event/test-event.service.js';
import { errorWords } from './error-words.js';
import type { AttemptLine, DeliveryLine, HealthView, RetryProgress, TestResult } from './views.js';

type DeliveryRow = Awaited<ReturnType<DeliveriesService['get']>>;
type AttemptRow = Awaited<ReturnType<DeliveriesService['attempts']>>['rows'][number];
type ReplayRow = Awaited<ReturnType<ReplaysService['get']>>;
type TestOutcome = Awaited<ReturnType<TestEventService['send']>>;

export function healthView(health: DestinationHealth): HealthView {
  const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
  return {
    problem: errorWords(health.lastError, health.lastStatus),
    lastDeliveryId: health.lastDeliveryId,
    lastFailedAt: iso(health.lastFailedAt),
    failingSince: iso(health.failingSince),
    failures: health.failures,
    pausedUntil: iso(health.pausedUntil),
    probeAt: iso(health.probeAt),
  };
}

export function deliveryLine(row: DeliveryRow): DeliveryLine {
  return {
    id: row.delivery_id,
    httpMethod: row.http_method,
    url: row.url,
    state: row.state,
    problem: errorWords(row.reason, row.last_status),
    lastStatus: row.last_status,
    attempts: row.attempts,
    at: (row.finished_at ?? row.created_at).toISOString(),
  };
}

export function attemptLine(row: AttemptRow): AttemptLine {
  return {
    deliveryId: row.delivery_id,
    number: row.number,
    startedAt: row.started_at.toISOString(),
    status: row.status,
    problem: errorWords(row.error_code, row.status),
    message: row.message,
    totalMs: row.timings['total'] ?? null,
  };
}

export function testResult({ settlement: { attempt }, judgement, payload }: TestOutcome): TestResult {
  const pairs = (json: string | null) => JSON.parse(json ?? '[]') as [string, string][];
  const timings = JSON.parse(attempt.timings) as Record<string, number>;
  const headers = pairs(attempt.responseHeaders);
  const kept = {
    response_headers: headers,
    response_body: attempt.responseBody,
    remarks: attempt.remarks === null ? null : (JSON.parse(attempt.remarks) as AttemptRow['remarks']),
  };
  const answer = { status: attempt.status ?? 0, headers, body: bodyTextOf(kept) ?? textOf(attempt.responseBody) };
  return {
    delivered: judgement.delivered,
    message: attempt.message,
    totalMs: timings['total'] ?? null,
    request: {
      line: `${attempt.method} ${attempt.url}`,
      headers: pairs(attempt.requestHeaders),
      body: attempt.method === 'GET' ? '' : textOf(payload),
    },
    answer: attempt.status === null ? null : answer,
  };
}

export function retryProgress(row: ReplayRow): RetryProgress {
  return { id: row.replay_id, state: row.state, total: row.total, done: row.done, skipped: row.skipped };
}

function textOf(bytes: Buffer | null): string {
  if (bytes === null) return '';
  return isUtf8(bytes) ? bytes.toString() : `${bytes.length} bytes that are not text`;
}
