import { v7 as uuidv7 } from 'uuid';
import { logger } from '../../common/logger.js';
import type { HotPool } from '../../database/hot-pool.js';
import {
  beat,
  DEAD_AFTER_SECONDS,
  findGoneOnThisHost,
  reap,
  reapSilent,
  register,
  type Membership,
} from '../queue/lease.js';

const BEAT_EVERY_MS = 2_000;
/** Between two beats, else something was in the way of beating. */
const MAX_SILENCE_MS = 2 * BEAT_EVERY_MS;

/**
 * This process' life in the table of processes. Under the id it holds leases; when it was taken for dead (a pause, a
 * database away for long) its leases went to others, and it goes on under a new id.
 */
export class Incarnation {
  private currentId = uuidv7();
  private timer: NodeJS.Timeout | null = null;
  private beating: Promise<void> | null = null;
  private heardSinceMs = performance.now();

  constructor(
    private readonly pool: HotPool,
    private readonly role: string,
    private readonly onMembership: (membership: Membership) => void,
    private readonly onLeasesReturned: () => void,
  ) {}

  get id(): string {
    return this.currentId;
  }

  async start(): Promise<void> {
    await reap(this.pool, await findGoneOnThisHost(this.pool));
    await register(this.pool, this.currentId, this.role);
    await this.beat();
    this.timer = setInterval(() => {
      this.beating ??= this.beat().finally(() => (this.beating = null));
    }, BEAT_EVERY_MS);
  }

  /** At a clean stop, when all leases are settled or released. What is left is returned as cut off. */
  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.beating;
    await reap(this.pool, [this.currentId]);
  }

  private async beat(): Promise<void> {
    try {
      const membership = await beat(this.pool, this.currentId);
      if (membership) this.onMembership(membership);
      else await this.reincarnate();
      if (this.hasBeenHeard(membership) && (await reapSilent(this.pool)) > 0) this.onLeasesReturned();
    } catch (error) {
      logger.warn({ err: error }, 'heartbeat failed');
    }
  }

  /**
   * Has this process been heard for as long as it takes to be taken for dead? Otherwise the silence of the others may
   * be what kept it silent itself: after the database was away, or its clock was set, the first to come back would end
   * all others.
   */
  private hasBeenHeard(membership: Membership | null): boolean {
    const nowMs = performance.now();
    if (membership === null || Math.abs(membership.silentMs) > MAX_SILENCE_MS) this.heardSinceMs = nowMs;
    return nowMs - this.heardSinceMs > DEAD_AFTER_SECONDS * 1000;
  }

  private async reincarnate(): Promise<void> {
    logger.warn({ process_id: this.currentId }, 'taken for dead; going on under a new id');
    const next = uuidv7();
    await register(this.pool, next, this.role);
    this.currentId = next;
  }
}
