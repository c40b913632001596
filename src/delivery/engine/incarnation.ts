import { v7 as uuidv7 } from 'uuid';
import { logger } from '../../common/logger.js';
import type { HotPool } from '../../database/hot-pool.js';
import { beat, findGoneOnThisHost, reap, register, unregister, type Membership } from '../queue/lease.js';

const BEAT_EVERY_MS = 2_000;

/**
 * This process' life in the table of processes. Under the id it holds leases; when it was taken for dead (a pause, a
 * database away for long) its leases went to others, and it goes on under a new id.
 */
export class Incarnation {
  private currentId = uuidv7();
  private timer: NodeJS.Timeout | null = null;
  private beating: Promise<void> | null = null;

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
    await unregister(this.pool, this.currentId);
  }

  private async beat(): Promise<void> {
    try {
      const membership = await beat(this.pool, this.currentId);
      if (membership) this.onMembership(membership);
      else await this.reincarnate();
      if ((await reap(this.pool)) > 0) this.onLeasesReturned();
    } catch (error) {
      logger.warn({ err: error }, 'heartbeat failed');
    }
  }

  private async reincarnate(): Promise<void> {
    logger.warn({ process_id: this.currentId }, 'taken for dead; going on under a new id');
    const next = uuidv7();
    await register(this.pool, next, this.role);
    this.currentId = next;
  }
}
