import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { isDataException } from '../common/database-error.js';
import { newId } from '../common/new-id.js';
import { Problem } from '../common/problem.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { DeliveryQueue } from '../delivery/queue/delivery-queue.js';
import type { EnqueueResult, IncomingEvent } from '../delivery/queue/enqueue.js';
import { resolveUnknown } from './unknown-outcome.js';

const MAX_BATCH_EVENTS = 256;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** What may wait for its commit; beyond that receiving answers 503 rather than to grow. */
const MAX_WAITING_EVENTS = 10_000;
const MAX_WAITING_BYTES = 128 * 1024 * 1024;

/** What was received, validated. */
export interface Received {
  readonly tokenHash: Buffer;
  readonly externalId: string | null;
  readonly eventType: string | null;
  readonly contentType: string;
  readonly payload: Buffer;
}

export interface Accepted {
  readonly eventId: string;
  readonly accountId: string;
  /** How many destinations it is meant for. */
  readonly destinations: number;
  /** The external id was seen before: this is the first answer again. */
  readonly repeated: boolean;
}

interface Waiting {
  readonly event: IncomingEvent;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: requests that arrive while a commit is under way share the next one. There is no timer; an idle
 * server commits at once. Resolves after the commit, so what was answered is durable.
 */
@Injectable()
export class AcceptService {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private running = false;

  constructor(
    private readonly deliveries: DeliveryService,
    private readonly queue: DeliveryQueue,
  ) {}

  /** Throws {@link Problem}: `invalid_token`, `idempotency_mismatch`, `unavailable`. */
  accept(received: Received): Promise<Accepted> {
    const size = received.payload.length;
    if (this.waiting.length >= MAX_WAITING_EVENTS || this.waitingBytes + size > MAX_WAITING_BYTES) {
      return Promise.reject(unavailable());
    }
    const payloadHash = received.externalId === null ? null : createHash('sha256').update(received.payload).digest();
    const event: IncomingEvent = { ...received, eventId: newId(), payloadHash };
    return new Promise((resolve, reject) => {
      this.waiting.push({ event, resolve, reject });
      this.waitingBytes += size;
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) await this.commit(this.takeBatch());
    this.running = false;
  }

  /** The next events in order; of several with the same external id only the first, the others go with a later one. */
  private takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    const keys = new Set<string>();
    let bytes = 0;
    let index = 0;
    for (; index < this.waiting.length && batch.length < MAX_BATCH_EVENTS; index++) {
      const item = this.waiting[index];
      if (!item) break;
      const { event } = item;
      if (batch.length > 0 && bytes + event.payload.length > MAX_BATCH_BYTES) break;
      const key = event.externalId === null ? null : `${event.tokenHash.toString('latin1')} ${event.externalId}`;
      if (key !== null && keys.has(key)) {
        later.push(item);
        continue;
      }
      if (key !== null) keys.add(key);
      bytes += event.payload.length;
      batch.push(item);
    }
    this.waiting = [...later, ...this.waiting.slice(index)];
    this.waitingBytes -= bytes;
    return batch;
  }

  /** Never throws: every member of the batch gets its answer. */
  private async commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.deliveries.accept(batch.map((item) => item.event));
      await Promise.all(batch.map((item, index) => this.answer(item, results[index])));
    } catch (error) {
      await this.commitFailed(batch, error);
    }
  }

  /** A member that the database refuses must not fail the others: they go singly. All else may have been committed. */
  private async commitFailed(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (isDataException(error)) {
      const [only] = batch;
      if (batch.length === 1) only?.reject(error);
      else for (const item of batch) await this.commit([item]);
      return;
    }
    const stored = await resolveUnknown(
      this.queue,
      batch.map((item) => item.event.eventId),
    );
    for (const { event, resolve, reject } of batch) {
      const found = stored.get(event.eventId);
      if (found) resolve({ ...found, eventId: event.eventId, repeated: false });
      else reject(unavailable());
    }
  }

  private async answer({ event, resolve, reject }: Waiting, result: EnqueueResult | undefined): Promise<void> {
    if (result?.kind === 'accepted') {
      const { accountId, deliveries } = result;
      resolve({ eventId: event.eventId, accountId, destinations: deliveries.length, repeated: false });
    } else if (result?.kind === 'duplicate') {
      await this.answerAgain(event, result.accountId).then(resolve, reject);
    } else {
      reject(new Problem('invalid_token'));
    }
  }

  /** The first answer, or 422 when it was for other bytes. */
  private async answerAgain(event: IncomingEvent, accountId: string): Promise<Accepted> {
    const first = await this.queue.findFirstAnswer(accountId, event.externalId ?? '').catch(() => null);
    if (!first) throw unavailable();
    if (!event.payloadHash || !first.payloadHash.equals(event.payloadHash)) throw new Problem('idempotency_mismatch');
    return { eventId: first.eventId, accountId, destinations: first.destinations, repeated: true };
  }
}

function unavailable(): Problem {
  return new Problem('unavailable', { headers: { 'Retry-After': '1' } });
}
