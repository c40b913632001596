import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isRefused, wasNotCarriedOut } from '../common/database-error.js';
import { logger } from '../common/logger.js';
import { newId } from '../common/new-id.js';
import { Problem } from '../common/problem.js';
import { SyncReplicas } from '../database/sync-replicas.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { DeliveryQueue } from '../delivery/queue/delivery-queue.js';
import type { EnqueueResult, IncomingEvent } from '../delivery/queue/enqueue.js';
import type { FirstAnswer, IdempotencyKey } from '../delivery/queue/look-up.js';
import type { Accepted, Received } from './acceptance.js';
import { CommitLane, type Family, unavailable, type Waiting } from './commit-lane.js';
import { resolveUnknown } from './unknown-outcome.js';

const MAX_COMMIT_EVENTS = 256;
const MAX_GROUP_COMMIT_EVENTS = 2_000;
/** From the moment an event is here: a caller gets an answer within 10 s, even if it is that nobody knows. */
const ANSWER_WITHIN_MS = 9_250;

/** Accepts durably: what was answered has been committed. */
@Injectable()
export class AcceptService {
  private readonly events = new CommitLane(MAX_COMMIT_EVENTS, (batch) => this.commit(batch));
  /** Apart from single events, which are not to wait behind the thousands of a batch. */
  private readonly groups = new CommitLane(MAX_GROUP_COMMIT_EVENTS, (batch) => this.commit(batch));

  constructor(
    private readonly deliveries: DeliveryService,
    private readonly queue: DeliveryQueue,
    private readonly syncReplicas: SyncReplicas,
  ) {}

  /**
   * Throws {@link Problem}: `invalid_token`, `idempotency_mismatch`, `outcome_unknown`, or one that means "not accepted":
   * `unavailable`, `database_unsafe`.
   */
  accept(received: Received): Promise<Accepted> {
    const refusal = this.syncReplicas.refusal();
    if (refusal) return Promise.reject(refusal);
    if (!this.events.hasRoom(1, received.payload.length)) return Promise.reject(unavailable());
    return this.submit(this.events, received);
  }

  /** Accepts items in as few commits as they fit, each for itself: results in their order, errors as {@link accept}'s. */
  acceptGroup(items: readonly Received[]): Promise<PromiseSettledResult<Accepted>[]> {
    const refusal = this.syncReplicas.refusal();
    if (refusal) return Promise.reject(refusal);
    const bytes = items.reduce((sum, item) => sum + item.payload.length, 0);
    if (!this.groups.hasRoom(items.length, bytes)) return Promise.reject(unavailable());
    return Promise.allSettled(items.map((item) => this.submit(this.groups, item)));
  }

  private submit(lane: CommitLane, received: Received): Promise<Accepted> {
    const { tokenHash, externalId, eventType, contentType, payload } = received;
    const payloadHash = externalId === null ? null : createHash('sha256').update(payload).digest();
    const eventId = newId();
    const event: IncomingEvent = { eventId, tokenHash, externalId, eventType, contentType, payload, payloadHash };
    return new Promise((resolve, reject) => lane.add({ event, sinceMs: performance.now(), resolve, reject }));
  }

  /**
   * Never throws: every event of the batch gets its answer. Returns how many deliveries were made, null when the commit
   * failed.
   */
  private async commit(batch: readonly Family[]): Promise<number | null> {
    const late = setTimeout(() => rejectBatch(batch, outcomeUnknown()), answerBy(batch) - performance.now());
    try {
      const results = await this.deliveries.accept(batch.map(([first]) => first.event));
      await this.answerAll(batch, results);
      return results.reduce((sum, result) => sum + (result.kind === 'accepted' ? result.deliveries.length : 0), 0);
    } catch (error) {
      await this.commitFailed(batch, error);
      return null;
    } finally {
      clearTimeout(late);
    }
  }

  /** A member that the database refuses must not fail the others: they go singly. */
  private async commitFailed(batch: readonly Family[], error: unknown): Promise<void> {
    if (isRefused(error)) {
      if (batch.length === 1) rejectBatch(batch, error);
      else for (const family of batch) await this.commit([family]);
    } else if (wasNotCarriedOut(error)) {
      logger.warn({ err: error, events: batch.length }, 'events could not be accepted');
      rejectBatch(batch, unavailable());
    } else {
      // Nobody else waits for that: the next commit may find the database well.
      void this.resolve(batch, error);
    }
  }

  /** Finds out what came of a commit; never throws. */
  private async resolve(batch: readonly Family[], error: unknown): Promise<void> {
    const deadlineMs = answerBy(batch);
    const late = setTimeout(() => rejectBatch(batch, outcomeUnknown()), deadlineMs - performance.now());
    const eventIds = batch.map(([first]) => first.event.eventId);
    const stored = await resolveUnknown(this.queue, eventIds, error, deadlineMs);
    clearTimeout(late);
    for (const family of batch) {
      const found = stored?.get(family[0].event.eventId);
      if (found) answerFirst(family, found.accountId, found.destinations);
      else rejectAll(family, stored ? unavailable() : outcomeUnknown());
    }
  }

  private async answerAll(batch: readonly Family[], results: readonly EnqueueResult[]): Promise<void> {
    const repeated: { family: Family; key: IdempotencyKey }[] = [];
    for (const [index, family] of batch.entries()) {
      const result = results[index];
      if (result?.kind === 'accepted') answerFirst(family, result.accountId, result.deliveries.length);
      else if (result?.kind !== 'duplicate') rejectAll(family, new Problem('invalid_token'));
      else
        repeated.push({ family, key: { accountId: result.accountId, externalId: family[0].event.externalId ?? '' } });
    }
    if (repeated.length === 0) return;
    const answers = await this.queue.findFirstAnswers(repeated.map(({ key }) => key)).catch((error: unknown) => {
      logger.warn({ err: error, events: repeated.length }, 'the first answers to repeated ids could not be found');
      return null;
    });
    for (const [index, { family, key }] of repeated.entries()) {
      const first = answers?.[index];
      if (first) answerAgain(family, key.accountId, first);
      else rejectAll(family, answers ? unavailable() : outcomeUnknown());
    }
  }
}

/** The first of the family was stored just now. */
function answerFirst([stored, ...others]: Family, accountId: string, destinations: number): void {
  const { eventId, payloadHash } = stored.event;
  stored.resolve({ eventId, accountId, destinations, repeated: false });
  if (payloadHash) answerAgain(others, accountId, { eventId, payloadHash, destinations });
}

/** The first answer again, or 422 for who sent other bytes. */
function answerAgain(waiting: readonly Waiting[], accountId: string, first: FirstAnswer): void {
  for (const { event, resolve, reject } of waiting) {
    if (!event.payloadHash?.equals(first.payloadHash)) reject(new Problem('idempotency_mismatch'));
    else resolve({ eventId: first.eventId, accountId, destinations: first.destinations, repeated: true });
  }
}

function rejectAll(waiting: readonly Waiting[], error: unknown): void {
  for (const { reject } of waiting) reject(error);
}

function rejectBatch(batch: readonly Family[], error: unknown): void {
  for (const family of batch) rejectAll(family, error);
}

/** As performance.now(); the first of a batch has waited longest. */
function answerBy(batch: readonly Family[]): number {
  return (batch[0]?.[0].sinceMs ?? performance.now()) + ANSWER_WITHIN_MS;
}

function outcomeUnknown(): Problem {
  return new Problem('outcome_unknown', { headers: { 'Retry-After': '1' } });
}
