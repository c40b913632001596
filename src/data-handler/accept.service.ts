import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isRefused } from '../common/database-error.js';
import { newId } from '../common/new-id.js';
import { Problem } from '../common/problem.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { DeliveryQueue } from '../delivery/queue/delivery-queue.js';
import type { EnqueueResult, FirstAnswer, IdempotencyKey, IncomingEvent } from '../delivery/queue/enqueue.js';
import type { Accepted, Received } from './acceptance.js';
import { CommitLane, type Family, type Waiting } from './commit-lane.js';
import { resolveUnknown } from './unknown-outcome.js';

const MAX_COMMIT_EVENTS = 256;
const MAX_GROUP_COMMIT_EVENTS = 2_000;

/** Accepts durably: what was answered has been committed. */
@Injectable()
export class AcceptService {
  private readonly events = new CommitLane(MAX_COMMIT_EVENTS, (batch) => this.commit(batch));
  /** Apart from single events, which are not to wait behind the thousands of a batch. */
  private readonly groups = new CommitLane(MAX_GROUP_COMMIT_EVENTS, (batch) => this.commit(batch));

  constructor(
    private readonly deliveries: DeliveryService,
    private readonly queue: DeliveryQueue,
  ) {}

  /** Throws {@link Problem}: `invalid_token`, `idempotency_mismatch`, `unavailable`. */
  accept(received: Received): Promise<Accepted> {
    if (!this.events.hasRoom(1, received.payload.length)) return Promise.reject(unavailable());
    return this.submit(this.events, received);
  }

  /** Accepts items in as few commits as they fit, each for itself: results in their order, errors as {@link accept}'s. */
  acceptGroup(items: readonly Received[]): Promise<PromiseSettledResult<Accepted>[]> {
    const bytes = items.reduce((sum, item) => sum + item.payload.length, 0);
    if (!this.groups.hasRoom(items.length, bytes)) return Promise.reject(unavailable());
    return Promise.allSettled(items.map((item) => this.submit(this.groups, item)));
  }

  private submit(lane: CommitLane, received: Received): Promise<Accepted> {
    const { tokenHash, externalId, eventType, contentType, payload } = received;
    const payloadHash = externalId === null ? null : createHash('sha256').update(payload).digest();
    const eventId = newId();
    const event: IncomingEvent = { eventId, tokenHash, externalId, eventType, contentType, payload, payloadHash };
    return new Promise((resolve, reject) => lane.add({ event, resolve, reject }));
  }

  /** Never throws: every event of the batch gets its answer. Returns how many deliveries were made. */
  private async commit(batch: readonly Family[]): Promise<number> {
    try {
      const results = await this.deliveries.accept(batch.map(([first]) => first.event));
      await this.answerAll(batch, results);
      return results.reduce((sum, result) => sum + (result.kind === 'accepted' ? result.deliveries.length : 0), 0);
    } catch (error) {
      await this.commitFailed(batch, error);
      return 0;
    }
  }

  /** A member that the database refuses must not fail the others: they go singly. All else may have been committed. */
  private async commitFailed(batch: readonly Family[], error: unknown): Promise<void> {
    if (isRefused(error)) {
      if (batch.length === 1) rejectAll(batch[0] ?? [], error);
      else for (const family of batch) await this.commit([family]);
      return;
    }
    const stored = await resolveUnknown(
      this.queue,
      batch.map(([first]) => first.event.eventId),
    );
    for (const family of batch) {
      const found = stored.get(family[0].event.eventId);
      if (found) answerFirst(family, found.accountId, found.destinations);
      else rejectAll(family, unavailable());
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
    const answers = await this.queue.findFirstAnswers(repeated.map(({ key }) => key)).catch(() => []);
    for (const [index, { family, key }] of repeated.entries()) {
      const first = answers[index];
      if (first) answerAgain(family, key.accountId, first);
      else rejectAll(family, unavailable());
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

function unavailable(): Problem {
  return new Problem('unavailable', { headers: { 'Retry-After': '1' } });
}
