import { v7 as uuidv7 } from 'uuid';
import { logger } from '../../common/logger.js';
import { PeriodicTask } from '../../common/periodic-task.js';
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
/** So long after a beat nobody can have taken this process for dead; a second less than it takes. */
const PROVEN_FOR_MS = DEAD_AFTER_SECONDS * 1000 - 1_000;

/**
 * This process' life in the table of processes. Under the id it holds leases; when it was taken for dead (a pause, a
 * database away for long) its leases went to others, and it goes on under a new id.
 */
export class Incarnation {
  private currentId = uuidv7();
  private heardSinceMs = performance.now();
  /** When the last beat that succeeded began. */
  private provenAtMs = -Infinity;
  private readonly beating = new PeriodicTask('heartbeat', BEAT_EVERY_MS, () => this.beat());
  /** Apart from the beat, which must not wait for the statements of the hot path as this may have to. */
  private readonly reaping = new PeriodicTask('looking for dead processes', BEAT_EVERY_MS, () => this.reapSilent());

  constructor(
    private readonly pool: HotPool,
    private readonly role: string,
    private readonly onMembership: (membership: Membership) => void,
    private readonly onLeasesReturned: () => void,
  ) {}

  get id(): string {
    return this.currentId;
  }

  /**
   * Is it certain that the leases of this process are its own? Not after it was frozen or starved for so long that
   * others may have taken it for dead.
   */
  get isProven(): boolean {
    return performance.now() - this.provenAtMs < PROVEN_FOR_MS;
  }

  /** Beats at once where that is not certain; resolves with whether it is then. */
  async prove(): Promise<boolean> {
    if (!this.isProven) await this.beating.run();
    return this.isProven;
  }

  async start(): Promise<void> {
    await reap(this.pool, await findGoneOnThisHost(this.pool));
    await register(this.pool, this.currentId, this.role);
    await this.beating.run();
    this.beating.start();
  }

  /** At a clean stop, when all leases are settled or released. What is left is returned as cut off. */
  async stop(): Promise<void> {
    await this.beating.stop();
    await this.reaping.stop();
    await reap(this.pool, [this.currentId]);
  }

  private async beat(): Promise<void> {
    const beganAtMs = performance.now();
    const membership = await beat(this.pool, this.currentId);
    if (membership) this.onMembership(membership);
    else await this.reincarnate();
    this.provenAtMs = beganAtMs;
    if (this.hasBeenHeard(membership)) void this.reaping.run();
  }

  private async reapSilent(): Promise<void> {
    if ((await reapSilent(this.pool)) > 0) this.onLeasesReturned();
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
