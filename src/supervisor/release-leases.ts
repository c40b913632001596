import { HotPool } from '../database/hot-pool.js';
import { findGoneOnThisHost, reap } from '../delivery/queue/lease.js';

/**
 * Called for each of our processes that ended without draining: what it was delivering may go to another process at
 * once, instead of when its heartbeat has been missed for long enough.
 */
export async function releaseLeases(databaseUrl: string): Promise<void> {
  const pool = new HotPool(databaseUrl, 1);
  try {
    await reap(pool, await findGoneOnThisHost(pool));
  } finally {
    await pool.end();
  }
}
