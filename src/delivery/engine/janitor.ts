import { logger } from '../../common/logger.js';
import { PeriodicTask } from '../../common/periodic-task.js';
import type { RunSettings } from '../../config/settings.js';
import type { HotPool } from '../../database/hot-pool.js';
import { bringForward } from '../queue/bring-forward.js';
import { noteLeftovers } from '../queue/cancel.js';
import type { DeliveryQueue } from '../queue/delivery-queue.js';
import { returnOrphans } from '../queue/lease.js';
import { dropExpired, forgetExpiredKeys, forgetOldReplays, makePartitionsAhead } from '../queue/retention.js';
import { forgetUrgent } from '../queue/urgent.js';
import { forgetOldTraffic } from '../statistics/traffic-table.js';
import type { Incarnation } from './incarnation.js';

const SWEEP_EVERY_MS = 30_000;
const HOUSEKEEPING_EVERY_MS = 3_600_000;
/** A statement that nobody waits for any more may yet be carried out: it is looked for this long after, again and again. */
const LOOKS_AFTER_MS = [500, 2_000, 5_000, 10_000, 20_000];

/** What the janitor has to know of the process' work. */
export interface JanitorsView {
  /** The deliveries that the process knows to be leased to it. */
  knownIds(): ReadonlySet<string>;
  /** Resolves when the claim under way has come to its end. */
  claimed(): Promise<void>;
  /** Leases went back, so something is due. */
  onReturned(): void;
}

/**
 * Looks after what no single step can: leases and deliveries that fell between two statements, partitions ahead and
 * behind. Everything here may run in several processes at once.
 */
export class Janitor {
  private readonly sweeping = new PeriodicTask('sweeping', SWEEP_EVERY_MS, () => this.sweep());
  private readonly housekeeping = new PeriodicTask('housekeeping', HOUSEKEEPING_EVERY_MS, () => this.keepHouse());
  private readonly searching = new PeriodicTask('looking for lost leases', SWEEP_EVERY_MS, () => this.findLostLeases());
  private readonly bringing = new PeriodicTask('bringing forward', HOUSEKEEPING_EVERY_MS, () => this.bringForward());
  /** The looks for lost leases that are to come, by how long after they were asked for. */
  private readonly looks = new Map<number, NodeJS.Timeout>();
  private stopped = false;

  constructor(
    private readonly pool: HotPool,
    private readonly queue: DeliveryQueue,
    private readonly incarnation: Incarnation,
    private readonly settings: RunSettings,
    private readonly work: JanitorsView,
  ) {}

  start(): void {
    this.sweeping.start();
    this.housekeeping.start();
    void this.housekeeping.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const look of this.looks.values()) clearTimeout(look);
    await Promise.all([this.sweeping, this.housekeeping, this.searching, this.bringing].map((task) => task.stop()));
  }

  /** After a claim or an acceptance of unknown outcome, or a lease that could not be given back. */
  findLostLeasesSoon(): void {
    if (this.stopped) return;
    for (const ms of LOOKS_AFTER_MS) {
      if (this.looks.has(ms)) continue;
      const look = setTimeout(() => {
        this.looks.delete(ms);
        void this.searching.run();
      }, ms);
      this.looks.set(ms, look);
    }
  }

  /** The database's clock, that is. */
  afterClockWasSetBack(): void {
    if (!this.stopped) void this.bringing.run();
  }

  private async bringForward(): Promise<void> {
    const deliveries = await bringForward(this.pool);
    if (deliveries === 0) return;
    logger.warn({ deliveries }, "the database's clock was set back: what was due by it is made due again");
    this.work.onReturned();
  }

  /** A step that fails keeps no other from being taken. */
  private async tryStep(what: string, step: () => Promise<void>): Promise<void> {
    if (this.stopped) return;
    await step().catch((error: unknown) => logger.warn({ err: error }, `housekeeping: ${what} failed`));
  }

  private async sweep(): Promise<void> {
    if ((await returnOrphans(this.pool)) > 0) this.work.onReturned();
    await noteLeftovers(this.pool);
    await forgetUrgent(this.pool);
    await this.searching.run();
  }

  private async keepHouse(): Promise<void> {
    const { pool } = this;
    const { retentionDays } = this.settings;
    // The clock may have been set back while nobody was there to notice.
    await this.tryStep('bringing forward', () => this.bringForward());
    await this.tryStep('making partitions ahead', () => makePartitionsAhead(pool));
    await this.tryStep('forgetting idempotency keys', () => forgetExpiredKeys(pool));
    await this.tryStep('forgetting old replays', () => forgetOldReplays(pool, retentionDays));
    await this.tryStep('forgetting old traffic', () => forgetOldTraffic(pool, retentionDays));
    await this.tryStep('dropping what is older than RETENTION_DAYS', () => dropExpired(pool, retentionDays));
  }

  /**
   * Returns leases that the table gives us but that nothing here knows of. What a claim under way takes is not known
   * before it ends, so its end is waited for; what was known before the table was read may be on its way back.
   */
  private async findLostLeases(): Promise<void> {
    const processId = this.incarnation.id;
    const knownBefore = this.work.knownIds();
    const suspects = (await this.queue.leasesOf(processId)).filter(({ deliveryId }) => !knownBefore.has(deliveryId));
    if (suspects.length === 0) return;
    await this.work.claimed();
    const known = this.work.knownIds();
    const lost = suspects.filter(({ deliveryId }) => !known.has(deliveryId));
    if (lost.length === 0) return;
    logger.warn({ deliveries: lost.length }, 'leases that nobody worked on are returned');
    await this.queue.release(processId, lost);
    this.work.onReturned();
  }
}
