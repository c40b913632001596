import { logger } from '../../common/logger.js';
import { timeOf } from '../../common/new-id.js';
import type { HotPool } from '../../database/hot-pool.js';
import type { EnqueueResult } from '../queue/enqueue.js';
import type { Settlement } from '../queue/settle.js';
import { addLatency, addTraffic, failureGroupOf, noTraffic, type TrafficCounts } from './traffic-counts.js';
import { EVERYTHING, writeTraffic } from './traffic-table.js';

const FLUSH_EVERY_MS = 1_000;
/**
 * Written at once, at most: some 20 ms of the database's time. With thousands that are busy each has its turn after as
 * many seconds as it takes; everything has it every time.
 */
const MAX_SCOPES = 500;

interface Settled {
  readonly deliveryId: string;
  readonly accountId: string;
  readonly destinationId: string;
}

/**
 * Counts in memory what this process accepts and settles, for everything, by account and by destination, and adds it
 * to the table about once a second: the way of a delivery pays a few additions for it. See docs/adr/0013.
 */
export class TrafficRecorder {
  private readonly counts = new Map<string, TrafficCounts>();
  private timer: NodeJS.Timeout | null = null;
  private flushing: Promise<void> = Promise.resolve();

  constructor(private readonly pool: HotPool) {}

  start(): void {
    this.flushLater();
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.flushing;
    await this.flush(Infinity);
  }

  /** For everything and an account events are counted, for a destination what is meant for it. */
  accepted(results: readonly EnqueueResult[]): void {
    for (const result of results) {
      if (result.kind !== 'accepted') continue;
      this.of(EVERYTHING).accepted++;
      this.of(result.accountId).accepted++;
      for (const { destinationId } of result.deliveries) this.of(destinationId).accepted++;
    }
  }

  settled({ deliveryId, accountId, destinationId }: Settled, { verdict, attempt }: Settlement): void {
    const isFailed = verdict.kind === 'finished' && verdict.state === 'failed';
    const group = attempt.errorCode === null ? 'delivered' : failureGroupOf(attempt.errorCode);
    const latencyMs = Date.now() - timeOf(deliveryId);
    for (const scopeId of [EVERYTHING, accountId, destinationId]) {
      const counts = this.of(scopeId);
      counts[group]++;
      if (isFailed) counts.failed++;
      if (group === 'delivered') addLatency(counts, latencyMs);
    }
  }

  private of(scopeId: string): TrafficCounts {
    let counts = this.counts.get(scopeId);
    if (!counts) {
      counts = noTraffic();
      this.counts.set(scopeId, counts);
    }
    return counts;
  }

  private flushLater(): void {
    this.timer = setTimeout(() => {
      this.flushing = this.flush(MAX_SCOPES);
      void this.flushing.then(() => {
        if (this.timer) this.flushLater();
      });
    }, FLUSH_EVERY_MS);
  }

  private async flush(maxScopes: number): Promise<void> {
    const counts = this.take(maxScopes);
    if (counts.size === 0) return;
    try {
      await writeTraffic(this.pool, counts);
    } catch (error) {
      logger.warn({ err: error }, 'traffic could not be counted; trying again');
      for (const [scopeId, unwritten] of counts) addTraffic(this.of(scopeId), unwritten);
    }
  }

  /** Everything, and of the others those that were counted first. */
  private take(maxScopes: number): Map<string, TrafficCounts> {
    const taken = new Map<string, TrafficCounts>();
    const everything = this.counts.get(EVERYTHING);
    if (everything) taken.set(EVERYTHING, everything);
    for (const [scopeId, counts] of this.counts) {
      if (taken.size >= maxScopes) break;
      taken.set(scopeId, counts);
    }
    for (const scopeId of taken.keys()) this.counts.delete(scopeId);
    return taken;
  }
}
