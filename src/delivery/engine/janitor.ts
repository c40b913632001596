import { logger } from '../../common/logger.js';
import type { RunSettings } from '../../config/settings.js';
import type { HotPool } from '../../database/hot-pool.js';
import { cancelLeftovers } from '../queue/cancel.js';
import type { DeliveryQueue } from '../queue/delivery-queue.js';
import { returnOrphans } from '../queue/lease.js';
import { dropExpired, forgetExpiredKeys, forgetOldReplays, makePartitionsAhead } from '../queue/retention.js';
import type { Incarnation } from './incarnation.js';
import type { Runner } from './runner.js';

const SWEEP_EVERY_MS = 30_000;
const HOUSEKEEPING_EVERY_MS = 3_600_000;
const SOON_MS = 2_000;

/**
 * Looks after what no single step can: leases and deliveries that fell between two statements, partitions ahead and
 * behind. Everything here may run in several processes at once.
 */
export class Janitor {
  private sweepTimer: NodeJS.Timeout | null = null;
  private housekeepingTimer: NodeJS.Timeout | null = null;
  private soonTimer: NodeJS.Timeout | null = null;
  private working = new Set<Promise<void>>();

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
    for (const timer of [this.sweepTimer, this.housekeepingTimer, this.soonTimer]) if (timer) clearTimeout(timer);
    await Promise.all(this.working);
  }

  /** After an acceptance of unknown outcome. */
  findLostLeasesSoon(): void {
    this.soonTimer ??= setTimeout(() => {
      this.soonTimer = null;
      this.work('looking for lost leases', () => this.findLostLeases());
    }, SOON_MS);
  }

  private work(what: string, task: () => Promise<void>): void {
    const running = task().catch((error: unknown) => logger.warn({ err: error }, `${what} failed`));
    this.working.add(running);
    void running.finally(() => this.working.delete(running));
  }

  private async sweep(): Promise<void> {
    if ((await returnOrphans(this.pool)) > 0) this.onReturned();
    await cancelLeftovers(this.pool);
  }

  private async housekeeping(): Promise<void> {
    await makePartitionsAhead(this.pool);
    await forgetExpiredKeys(this.pool);
    await forgetOldReplays(this.pool, this.settings.retentionDays);
    await dropExpired(this.pool, this.settings.retentionDays);
  }

  /** Leases that the table gives us but nothing here works on, twice in a row so that none is just being started. */
  private async findLostLeases(): Promise<void> {
    const processId = this.incarnation.id;
    const before = await this.queue.leasesOf(processId);
    const suspects = new Set(before.filter((lease) => !this.runner.holds(lease.deliveryId)).map((l) => l.deliveryId));
    if (suspects.size === 0) return;
    await new Promise((resolve) => setTimeout(resolve, SOON_MS));
    const lost = (await this.queue.leasesOf(processId)).filter(
      (lease) => suspects.has(lease.deliveryId) && !this.runner.holds(lease.deliveryId),
    );
    if (lost.length === 0) return;
    logger.warn({ deliveries: lost.length }, 'leases that nobody worked on are returned');
    await this.queue.release(processId, lost);
    this.onReturned();
  }
}
