import { logWide } from '../../common/logger.js';
import { buildRequest, type BuildResult } from '../push/build-request.js';
import { explain } from '../push/explain.js';
import { headerOf } from '../push/client/wire/header-list.js';
import { judge, type Judgement } from '../push/judge.js';
import { failedOutcome, type AttemptOutcome } from '../push/outcome.js';
import { nextDelayMs } from '../push/retry-schedule.js';
import type { Transport } from '../push/transport.js';
import type { ClaimedDelivery } from '../queue/claim.js';
import type { StoredEvent } from '../queue/load.js';
import type { AttemptRecord, AttemptRemarks, Settlement, Verdict } from '../queue/settle.js';
import { signingKeysAt, type PushTarget } from './push-target.js';

/** What the engine needs to know of a delivery to attempt it. */
export type LeasedDelivery = Pick<
  ClaimedDelivery,
  'cause' | 'deliveryId' | 'eventId' | 'accountId' | 'destinationId' | 'leaseNumber' | 'schedulePosition'
>;

export interface AttemptResult {
  readonly settlement: Settlement;
  readonly judgement: Judgement;
}

/** Makes one attempt: builds the request, sends it, judges the outcome. Never rejects; writes nothing but a log line. */
export function attempt(
  delivery: LeasedDelivery,
  target: PushTarget,
  event: StoredEvent,
  transport: Transport,
): Promise<AttemptResult> {
  const startedAt = new Date();
  const built = buildRequest({
    destination: target,
    event,
    signingKeys: signingKeysAt(target, startedAt.getTime()),
    nowMs: startedAt.getTime(),
  });
  const sent = built.ok
    ? transport.send(built.request, { timeoutMs: target.timeoutMs })
    : Promise.resolve(failedOutcome(built.errorCode, built.message));
  // Not an async function: what that keeps while it waits is copied by every collection of garbage meanwhile.
  return sent.then((outcome) => conclude(delivery, target, startedAt, built, outcome));
}

function conclude(
  delivery: LeasedDelivery,
  target: PushTarget,
  startedAt: Date,
  built: BuildResult,
  outcome: AttemptOutcome,
): AttemptResult {
  const judgement = judge(outcome);
  const verdict = decide(judgement, delivery, target);
  const record = toRecord(startedAt, built, target, outcome, judgement);
  logAttempt(delivery, record, verdict, outcome.timings.total);
  const { deliveryId, leaseNumber } = delivery;
  const { url, httpMethod } = target;
  return { settlement: { deliveryId, leaseNumber, url, httpMethod, verdict, attempt: record }, judgement };
}

/** Finished, or again by the destination's schedule; a longer `Retry-After` goes before the schedule. */
function decide(judgement: Judgement, delivery: LeasedDelivery, target: PushTarget): Verdict {
  const reason = judgement.errorCode;
  if (reason === null) return { kind: 'finished', state: 'delivered', reason: null };
  const delayMs =
    judgement.retry === 'no' ? null : nextDelayMs(target.retrySchedule, delivery.schedulePosition, Math.random);
  if (delayMs === null) return { kind: 'finished', state: 'failed', reason };
  return { kind: 'again', inMs: Math.max(delayMs, judgement.retryAfterMs ?? 0), reason };
}

function toRecord(
  startedAt: Date,
  built: BuildResult,
  target: PushTarget,
  outcome: AttemptOutcome,
  judgement: Judgement,
): AttemptRecord {
  const answered = outcome.kind === 'answered';
  return {
    startedAt,
    method: target.httpMethod,
    url: built.ok ? built.request.url : target.url,
    requestHeaders: built.ok ? built.shownHeaders : '[]',
    status: answered ? outcome.status : null,
    responseHeaders: answered ? outcome.headersJson : null,
    responseBody: answered && outcome.body.length > 0 ? outcome.body : null,
    address: outcome.address,
    timings: JSON.stringify(outcome.timings),
    errorCode: judgement.errorCode,
    message: messageOf(outcome, judgement, target),
    remarks: remarksOf(outcome),
  };
}

/** null: there is nothing out of the ordinary. */
function remarksOf(outcome: AttemptOutcome): string | null {
  const truncated = outcome.kind === 'answered' && outcome.truncated;
  if (!truncated && !outcome.resent) return null;
  const remarks: AttemptRemarks = {
    ...(outcome.resent && { resent: true }),
    ...(truncated && { body_truncated: true, ...(outcome.bodySize !== null && { body_size: outcome.bodySize }) }),
  };
  return JSON.stringify(remarks);
}

function messageOf(outcome: AttemptOutcome, judgement: Judgement, target: PushTarget): string {
  if (judgement.errorCode === null) return 'Delivered.';
  const answered = outcome.kind === 'answered';
  return explain(judgement.errorCode, {
    status: answered ? outcome.status : null,
    timeoutMs: target.timeoutMs,
    detail: answered ? null : outcome.detail,
    address: outcome.address,
    retryAfterMs: judgement.retryAfterMs,
    location: answered ? headerOf(outcome.headers, 'location') : null,
  });
}

function logAttempt(delivery: LeasedDelivery, record: AttemptRecord, verdict: Verdict, durationMs: number): void {
  const { errorCode, address } = record;
  logWide(
    `,"delivery_id":"${delivery.deliveryId}","event_id":"${delivery.eventId}","account_id":"${delivery.accountId}"` +
      `,"destination_id":"${delivery.destinationId}","number":${delivery.leaseNumber},"method":"${record.method}"` +
      `,"status":${record.status},"error_code":${errorCode === null ? null : `"${errorCode}"`}` +
      `,"address":${JSON.stringify(address)},"duration_ms":${durationMs}` +
      (verdict.kind === 'finished' ? `,"state":"${verdict.state}"` : againIn(verdict.inMs)),
    'attempt',
  );
}

const againIn = (ms: number): string => `,"state":"retrying","next_attempt_in_ms":${ms}`;
