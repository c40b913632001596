import { logger } from '../../common/logger.js';
import type { RunSettings } from '../../config/settings.js';
import type { HotPool } from '../../database/hot-pool.js';
import { bringForward } from '../queue/bring-forward.js';
import { noteLeftovers } from '../queue/cancel.js';
import type { DeliveryQueue } from '../queue/delivery-queue.js';
import { returnOrphans } from '../queue/lease.js';
import { dropExpired, forgetExpiredKeys, forgetOldReplays, makePartitionsAhead } from '../queue/retention.js';
import { forgetOldTraffic } from '../statistics/traffic-table.js';
import type { Incarnation } from './incarnation.js';
import type { Runner } from './runner.js';

const SWEEP_EVERY_MS = 30_000;
const HOUSEKEEPING_EVERY_MS = 3_600_000;
const SOON_MS = 2_000;
/** A lease that nothing has worked on for so long is lost. Longer than it takes to load what was claimed. */
const LOST_AFTER_MS = 10_000;

/**
 * Looks after what no single step can: leases and deliveries that fell between two statements, partitions ahead and
 * behind. Everything here may run in several processes at once.
 */
export class Janitor {
  private sweepTimer: NodeJS.Timeout | null = null;
  private housekeepingTimer: NodeJS.Timeout | null = null;
  private soonTimer: NodeJS.Timeout | null = null;
  private working = new Set<Promise<void>>();
  /** Leases that nothing works on, with the time since which. */
  private suspects = new Map<string, number>();
  private stopped = false;

  constructor(
    private readonly pool: HotPool,
    private readonly queue: DeliveryQueue,
    private readonly incarnation: Incarnation,
    private readonly runner: Runner,
    private readonly settings: RunSettings,
    private readonly onReturned: () => void,
  ) {}

  start(): void {
    this.sweepTimer = setInterval(() => this.work('sweeping', () => this.sweep()), SWEEP_EVERY_MS);
    this.housekeepingTimer = setInterval(
      () => this.work('housekeeping', () => this.housekeeping()),
      HOUSEKEEPING_EVERY_MS,
    );
    this.work('housekeeping', () => this.housekeeping());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of [this.sweepTimer, this.housekeepingTimer, this.soonTimer]) if (timer) clearTimeout(timer);
    await Promise.all(this.working);
  }

  /** After an acceptance of unknown outcome, or a lease that could not be given back. */
  findLostLeasesSoon(afterMs = SOON_MS): void {
    if (this.stopped) return;
    this.soonTimer ??= setTimeout(() => {
      this.soonTimer = null;
      this.work('looking for lost leases', () => this.findLostLeases());
    }, afterMs);
  }

  /** The database's clock, that is. */
  afterClockWasSetBack(): void {
    if (!this.stopped) this.work('bringing forward', () => this.bringForward());
  }

  private async bringForward(): Promise<void> {
    const deliveries = await bringForward(this.pool);
    if (deliveries === 0) return;
    logger.warn({ deliveries }, "the database's clock was set back: what was due by it is made due again");
    this.onReturned();
  }

  private work(what: string, task: () => Promise<void>): void {
    const running = task().catch((error: unknown) => logger.warn({ err: error }, `${what} failed`));
    this.working.add(running);
    void running.finally(() => this.working.delete(running));
  }

  private async sweep(): Promise<void> {
    if ((await returnOrphans(this.pool)) > 0) this.onReturned();
    await noteLeftovers(this.pool);
    await this.findLostLeases();
  }

  private async housekeeping(): Promise<void> {
    // It may have been set back while nobody was there to notice.
    await this.bringForward();
    await makePartitionsAhead(this.pool);
    await forgetExpiredKeys(this.pool);
    await forgetOldReplays(this.pool, this.settings.retentionDays);
    await dropExpired(this.pool, this.settings.retentionDays);
    await forgetOldTraffic(this.pool, this.settings.retentionDays);
  }

  /**
   * Leases that the table gives us but nothing here works on, and not for a while: what was just claimed is still being
   * loaded. Looks again until there are none.
   */
  private async findLostLeases(): Promise<void> {
    const processId = this.incarnation.id;
    try {
      const leases = await this.queue.leasesOf(processId);
      const held = this.runner.heldIds();
      const unheld = leases.filter((lease) => !held.has(lease.deliveryId));
      const nowMs = performance.now();
      const sinceMs = (lease: Lease): number => this.suspects.get(keyOf(processId, lease)) ?? nowMs;
      this.suspects = new Map(unheld.map((lease) => [keyOf(processId, lease), sinceMs(lease)]));
      const lost = unheld.filter((lease) => nowMs - sinceMs(lease) >= LOST_AFTER_MS);
      if (lost.length > 0) {
        logger.warn({ deliveries: lost.length }, 'leases that nobody worked on are returned');
        await this.queue.release(processId, lost);
        this.onReturned();
      }
      if (unheld.length > lost.length) this.findLostLeasesSoon(LOST_AFTER_MS);
    } catch (error) {
      this.findLostLeasesSoon();
      throw error;
    }
  }
}

interface Lease {
  readonly deliveryId: string;
  readonly leaseNumber: number;
}

function keyOf(processId: string, lease: Lease): string {
  return `${processId} ${lease.deliveryId} ${lease.leaseNumber}`;
}
