import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LoginThrottle } from '../../src/accounts/login-throttle.service.js';
import { createDataSource } from '../../src/database/data-source.js';
import { openQueueBench, type QueueBench } from '../support/queue.js';

/** A user whose budget is used up: ten attempts, each of which takes three minutes to come back. */
const USED_UP_SECONDS = 10 * 180;
const ADDRESS = '192.0.2.1';
const GUESSED = 'ada@example.com';

let bench: QueueBench;
let source: DataSource;
beforeAll(async () => {
  bench = await openQueueBench();
  source = createDataSource(bench.databaseUrl);
  await source.initialize();
});
afterAll(async () => {
  await source.destroy();
  await bench.close();
});

/** Runs `attempts` while another transaction locks the budget that they take from, which then uses it up. */
async function takeBehindALock(attempts: () => Promise<number>[], emptied: string): Promise<number[]> {
  const lock = source.createQueryRunner();
  await lock.startTransaction();
  try {
    await lock.query(
      `INSERT INTO login_throttles (key, full_at) VALUES ($1, now())
       ON CONFLICT (key) DO UPDATE SET full_at = excluded.full_at`,
      [emptied],
    );
    const answers = Promise.all(attempts());
    await expect
      .poll(() =>
        bench.sql(`SELECT 1 FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%login_throttles%'`),
      )
      .toHaveLength(3);
    await lock.query(
      `UPDATE login_throttles SET full_at = clock_timestamp() + make_interval(secs => $2) WHERE key = $1`,
      [emptied, USED_UP_SECONDS],
    );
    await lock.commitTransaction();
    return await answers;
  } finally {
    if (lock.isTransactionActive) await lock.rollbackTransaction();
    await lock.release();
  }
}

it.each([['for the first time'], ['again']])(
  'attempts that waited for those which took the last one are refused, with the whole time to wait, %s',
  async () => {
    const throttle = new LoginThrottle(source);
    const take = async (): Promise<number> => (await throttle.take(ADDRESS, GUESSED)).waitSeconds;
    const waits = await takeBehindALock(() => [take(), take(), take()], `user ${GUESSED}`);
    expect(Math.min(...waits), `of ${waits.join(', ')} s`).toBeGreaterThan(150);
  },
);
