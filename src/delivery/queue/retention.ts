import { logger } from '../../common/logger.js';
import type { HotPool, Query } from '../../database/hot-pool.js';
import {
  ensurePartitions,
  firstUuidOf,
  HOUSEKEEPING_LOCK,
  listPartitions,
  PARTITION_KEY,
  type PartitionedTable,
} from '../../database/partitions.js';

const DAY_MS = 24 * 3600 * 1000;
/** Which rows of a table are still needed by a waiting delivery. */
const STILL_NEEDED: Record<PartitionedTable, string> = {
  events: 'event_id IN (SELECT w.event_id FROM waiting_deliveries w)',
  finished_deliveries: 'false',
  attempts: 'delivery_id IN (SELECT w.delivery_id FROM waiting_deliveries w)',
};

/**
 * Drops the weekly partitions that ended more than `retentionDays` ago. What a waiting delivery still needs moves to
 * the default partition first, in the same transaction. The cost is that of a few catalogue changes, not of history.
 */
export async function dropExpired(pool: HotPool, retentionDays: number): Promise<void> {
  const beforeMs = Date.now() - retentionDays * DAY_MS;
  for (const { table, name, endMs } of await listPartitions({ query: (text, values) => pool.run(text, values) })) {
    if (endMs > beforeMs) continue;
    const dropped = await pool.transaction(async (query) => {
      if (!(await isAlone(query))) return false;
      await waitBriefly(query);
      await query(`ALTER TABLE ${table} DETACH PARTITION ${name}`);
      await query(`INSERT INTO ${table} SELECT * FROM ${name} WHERE ${STILL_NEEDED[table]}`);
      await query(`DROP TABLE ${name}`);
      return true;
    });
    if (dropped) logger.info({ partition: name }, 'partition dropped: older than RETENTION_DAYS');
  }
  await clearDefaults(pool, beforeMs);
}

/** Makes the partitions of the weeks ahead, unless another process is just doing so. */
export async function makePartitionsAhead(pool: HotPool): Promise<void> {
  await pool.transaction(async (query) => {
    if (!(await isAlone(query))) return;
    await waitBriefly(query);
    await ensurePartitions({ query }, Date.now());
  });
}

/** Rather later than to make every reader and writer wait behind us for the lock: attaching takes the default's. */
async function waitBriefly(query: Query): Promise<void> {
  await query("SET LOCAL lock_timeout = '2s'");
}

async function isAlone(query: Query): Promise<boolean> {
  const [lock] = await query<{ locked: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS locked', [
    HOUSEKEEPING_LOCK,
  ]);
  return lock?.locked === true;
}

/** What the default partitions hold beyond its time: leftovers of waiting deliveries, rows of a clock that jumped. */
async function clearDefaults(pool: HotPool, beforeMs: number): Promise<void> {
  for (const table of ['events', 'finished_deliveries', 'attempts'] as const) {
    await pool.run(
      `DELETE FROM ${table}_default WHERE ${PARTITION_KEY[table]} < $1::uuid AND NOT (${STILL_NEEDED[table]})`,
      [firstUuidOf(beforeMs)],
    );
  }
}

/** Idempotency keys live for 24 h; their table stays as small as a day's worth of them. */
export async function forgetExpiredKeys(pool: HotPool): Promise<void> {
  await pool.run("DELETE FROM idempotency_keys WHERE expires_at < now() - interval '1 hour'", []);
}

/** What was replayed stays on record as long as the deliveries do; what was only counted, for a week. */
export async function forgetOldReplays(pool: HotPool, retentionDays: number): Promise<void> {
  await pool.run(
    `DELETE FROM replays WHERE finished_at < now() - $1 * interval '1 day'
       OR (state = 'counted' AND created_at < now() - interval '7 days')`,
    [retentionDays],
  );
}
