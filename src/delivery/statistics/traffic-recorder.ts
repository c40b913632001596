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

/** What happened at one destination since it was last written. */
interface Line {
  readonly accountId: string;
  readonly counts: TrafficCounts;
  /** Events of its account that are counted here: each at the first of its destinations. */
  events: number;
}

/**
 * Counts in memory what this process accepts and settles, for everything, by account and by destination, and adds it
 * to the table about once a second: the way of a delivery pays a few additions for it. An account's counts are only put
 * together when they are written: with thousands that send in turn each look-up meets memory that nobody looked at for
 * long. See docs/adr/0013.
 */
export class TrafficRecorder {
  private everything: TrafficCounts | null = null;
  private readonly lines = new Map<string, Line>();
  /** By scope, what no line tells: events without a destination, and what could not be written. */
  private readonly rest = new Map<string, TrafficCounts>();
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
      const { accountId, deliveries } = result;
      this.countsOfEverything().accepted++;
      if (deliveries.length === 0) countsIn(this.rest, accountId).accepted++;
      for (const [index, { destinationId }] of deliveries.entries()) {
        const line = this.line(accountId, destinationId);
        line.counts.accepted++;
        if (index === 0) line.events++;
      }
    }
  }

  settled({ deliveryId, accountId, destinationId }: Settled, { verdict, attempt }: Settlement): void {
    const isFailed = verdict.kind === 'finished' && verdict.state === 'failed';
    const group = attempt.errorCode === null ? 'delivered' : failureGroupOf(attempt.errorCode);
    const latencyMs = Date.now() - timeOf(deliveryId);
    for (const counts of [this.countsOfEverything(), this.line(accountId, destinationId).counts]) {
      counts[group]++;
      if (isFailed) counts.failed++;
      if (group === 'delivered') addLatency(counts, latencyMs);
    }
  }

  private countsOfEverything(): TrafficCounts {
    this.everything ??= noTraffic();
    return this.everything;
  }

  private line(accountId: string, destinationId: string): Line {
    let line = this.lines.get(destinationId);
    if (!line) {
      line = { accountId, counts: noTraffic(), events: 0 };
      this.lines.set(destinationId, line);
    }
    return line;
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
      for (const [scopeId, unwritten] of counts) addTraffic(countsIn(this.rest, scopeId), unwritten);
    }
  }

  /** Everything, and of the others those that were counted first. */
  private take(maxScopes: number): Map<string, TrafficCounts> {
    const taken = new Map<string, TrafficCounts>();
    if (this.everything) taken.set(EVERYTHING, this.everything);
    this.everything = null;
    for (const [scopeId, counts] of this.rest) {
      if (taken.size >= maxScopes) break;
      addTraffic(countsIn(taken, scopeId), counts);
      this.rest.delete(scopeId);
    }
    for (const [destinationId, { accountId, counts, events }] of this.lines) {
      if (taken.size >= maxScopes) break;
      addTraffic(countsIn(taken, destinationId), counts);
      addTraffic(countsIn(taken, accountId), { ...counts, accepted: events });
      this.lines.delete(destinationId);
    }
    return taken;
  }
}

function countsIn(scopes: Map<string, TrafficCounts>, scopeId: string): TrafficCounts {
  let counts = scopes.get(scopeId);
  if (!counts) {
    counts = noTraffic();
    scopes.set(scopeId, counts);
  }
  return counts;
}
