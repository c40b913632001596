import { Injectable } from '@nestjs/common';
import type { ConnectionLost } from '../../common/database-error.js';
import { HotPool } from '../../database/hot-pool.js';
import { AttemptSignals } from './attempt-signals.js';
import { claim, type ClaimedDelivery, type ClaimLimits, type ClaimRequest, type DueDelivery } from './claim.js';
import { claimProbes, claimUrgent } from './claim-ahead.js';
import { enqueue, type EnqueueResult, type Grant, type IncomingEvent } from './enqueue.js';
import { findFirstAnswers, findStored, type FirstAnswer, type IdempotencyKey, type StoredEvent } from './look-up.js';
import { Recall } from './recall.js';
import { leasesOf, release, settle, type Settlement } from './settle.js';

/**
 * The delivery queue: the only way to the hot rows. What will outgrow one PostgreSQL is replaced behind these
 * few calls.
 */
@Injectable()
export class DeliveryQueue {
  /** For who waits for the attempts of an event. */
  readonly signals: AttemptSignals;
  /** For who deletes a destination or an account. */
  readonly recall: Recall;

  constructor(private readonly pool: HotPool) {
    this.signals = new AttemptSignals(pool);
    this.recall = new Recall(pool);
  }

  /** Accepts a batch in one transaction; the results stand in the order of `events`. */
  enqueue(processId: string, events: readonly IncomingEvent[], grants: readonly Grant[]): Promise<EnqueueResult[]> {
    return enqueue(this.pool, processId, events, grants);
  }

  /** Leases due deliveries to a process, in fair turns. */
  claim(request: ClaimRequest): Promise<{ claimed: DueDelivery[]; lastDestinationId: string | null }> {
    return claim(this.pool, request);
  }

  /** Leases the probes of destinations with an open circuit that are due. */
  claimProbes(limits: ClaimLimits): Promise<{ claimed: ClaimedDelivery[]; rests: ReadonlyMap<string, number> }> {
    return claimProbes(this.pool, limits);
  }

  /** Leases what a person asked for. */
  claimUrgent(limits: ClaimLimits): Promise<ClaimedDelivery[]> {
    return claimUrgent(this.pool, limits);
  }

  /** Writes outcomes down; may be repeated when it is unknown whether it worked. */
  async settle(processId: string, batch: readonly Settlement[]): Promise<void> {
    await settle(this.pool, processId, batch);
    this.signals.settled(batch.map((item) => item.deliveryId));
  }

  /** Gives leases back unused, due after `delayMs`. */
  release(
    processId: string,
    leases: readonly { deliveryId: string; leaseNumber: number }[],
    delayMs = 0,
  ): Promise<void> {
    return release(this.pool, processId, leases, delayMs);
  }

  leasesOf(processId: string): Promise<{ deliveryId: string; leaseNumber: number }[]> {
    return leasesOf(this.pool, processId);
  }

  /** What was answered first, in the order of `keys`. */
  findFirstAnswers(keys: readonly IdempotencyKey[]): Promise<(FirstAnswer | undefined)[]> {
    return findFirstAnswers(this.pool, keys);
  }

  /**
   * Which of the events are stored for good, after a commit of unknown outcome. What may still commit them, `backend`, is
   * ended first; rejects while that can't be done.
   */
  async findStored(eventIds: readonly string[], backend: ConnectionLost['backend']): Promise<Map<string, StoredEvent>> {
    if (backend !== null && !(await this.pool.endBackend(backend))) {
      throw new Error('the process of PostgreSQL that may yet commit could not be ended');
    }
    return findStored(this.pool, eventIds);
  }
}
