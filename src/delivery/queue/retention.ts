import { logger } from '../../common/logger.js';
import type { HotPool, Query } from '../../database/hot-pool.js';
import {
  boundsOf,
  ensurePartitions,
  firstUuidOf,
  HOUSEKEEPING_LOCK,
  listPartitions,
  type WeeklyPartition,
} from '../../database/partitions.js';
import { finishRetired } from './finish-retired.js';
import { retireWeek } from './retire-week.js';

const DAY_MS = 24 * 3600 * 1000;
/** After the last schedule began, nearly all deliveries of a week have finished: so long it is left as it is. */
const GRACE_MS = DAY_MS;
/** A week of which something was kept is looked at again after so long. */
const AGAIN_AFTER_DAYS = 7;
const BATCH_SIZE = 2_000;

/**
 * Drops the weeks that ended more than `retentionDays` ago. Of a delivery that still waits everything is kept, and of one
 * that finished late until `retentionDays` after its end: see {@link retireWeek}. Each week is dealt with apart, so one that
 * fails keeps no other; throws the last error. One process at a time; another one does nothing.
 */
export async function dropExpired(pool: HotPool, retentionDays: number): Promise<void> {
  await pool.session(async (query) => {
    if (!(await isAlone(query))) return;
    const keptSince = new Date(Date.now() - retentionDays * DAY_MS);
    const failures: unknown[] = [];
    await finish(query);
    for (const week of await expiredWeeks(query, keptSince)) {
      await retireWeek(query, week, keptSince, { tell: (message) => logger.info(message) })
        .then(() => finish(query))
        .then(() => markKept(query, week))
        .catch((error: unknown) => {
          logger.warn({ err: error, partitions: week.map(({ name }) => name) }, 'an expired week could not be dropped');
          failures.push(error);
        });
    }
    await clearDefaults(query, keptSince);
    if (failures.length > 0) throw failures.at(-1);
  });
}

async function isAlone(query: Query): Promise<boolean> {
  const [lock] = await query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [HOUSEKEEPING_LOCK]);
  return lock?.locked === true;
}

async function finish(query: Query): Promise<void> {
  for (const partition of await finishRetired(query)) {
    logger.info({ partition }, 'partition dropped: older than RETENTION_DAYS');
  }
}

/** The oldest first; but for those of which something was kept lately and is still needed. */
async function expiredWeeks(query: Query, keptSince: Date): Promise<WeeklyPartition[][]> {
  const weeks = new Map<number, WeeklyPartition[]>();
  for (const partition of await listPartitions(query)) {
    if (partition.endMs + GRACE_MS > keptSince.getTime()) continue;
    weeks.set(partition.week, [...(weeks.get(partition.week) ?? []), partition]);
  }
  const expired: WeeklyPartition[][] = [];
  for (const week of [...weeks.keys()].toSorted((one, other) => one - other)) {
    const partitions = weeks.get(week) ?? [];
    if (!(await wasLookedAtLately(query, partitions)) || (await isUnneeded(query, week, partitions, keptSince))) {
      expired.push(partitions);
    }
  }
  return expired;
}

/** Kept in the catalogue, as the comment on each partition. */
async function wasLookedAtLately(query: Query, partitions: readonly WeeklyPartition[]): Promise<boolean> {
  const [row] = await query<{ lately: boolean }>(
    `SELECT bool_and(coalesce(substring(obj_description(to_regclass(name), 'pg_class') FROM '^kept (\\S+)$')::timestamptz
                              > now() - $2 * interval '1 day', false)) AS lately
     FROM unnest($1::text[]) AS p (name)`,
    [partitions.map(({ name }) => name), AGAIN_AFTER_DAYS],
  );
  return row?.lately === true;
}

async function markKept(query: Query, partitions: readonly WeeklyPartition[]): Promise<void> {
  const left = new Set((await listPartitions(query)).map(({ name }) => name));
  for (const { name } of partitions) {
    if (left.has(name)) await query(`COMMENT ON TABLE ${name} IS 'kept ${new Date().toISOString()}'`);
  }
}

async function isUnneeded(
  query: Query,
  week: number,
  partitions: readonly WeeklyPartition[],
  keptSince: Date,
): Promise<boolean> {
  const [waits] = await query('SELECT 1 FROM waiting_deliveries WHERE delivery_id >= $1 AND delivery_id < $2 LIMIT 1', [
    ...boundsOf(week),
  ]);
  if (waits) return false;
  const finished = partitions.find(({ table }) => table === 'finished_deliveries');
  if (!finished) return true;
  const [late] = await query(`SELECT 1 FROM ${finished.name} WHERE finished_at >= $1 LIMIT 1`, [keptSince]);
  return !late;
}

/** Makes the partitions of the weeks ahead. */
export async function makePartitionsAhead(pool: HotPool): Promise<void> {
  await pool.session((query) => ensurePartitions(query, Date.now(), { tell: (message) => logger.info(message) }));
}

/** The ids of deliveries that share their first 60 bits with an event's. */
const IS_OF_EVENT = (alias: string): string => `${alias}.event_id = e.event_id
  AND ${alias}.delivery_id >= (left(e.event_id::text, 18) || '-0000-000000000000')::uuid
  AND ${alias}.delivery_id <= (left(e.event_id::text, 18) || '-ffff-ffffffffffff')::uuid`;

/** Which rows of a default partition, of those with the keys $1, are over. In this order: the later look at the earlier. */
const OVER = {
  finished_deliveries: { key: 'delivery_id', where: 'e.finished_at < $2' },
  attempts: {
    key: 'delivery_id',
    where: `$2::timestamptz IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM waiting_deliveries w WHERE w.delivery_id = e.delivery_id)
      AND NOT EXISTS (SELECT 1 FROM finished_deliveries f WHERE f.delivery_id = e.delivery_id)`,
  },
  events: {
    key: 'event_id',
    where: `$2::timestamptz IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM waiting_deliveries w WHERE ${IS_OF_EVENT('w')})
      AND NOT EXISTS (SELECT 1 FROM finished_deliveries f WHERE ${IS_OF_EVENT('f')})`,
  },
} as const;

/** What the default partitions hold beyond its time: rows of a clock that jumped, and what earlier versions kept there. */
async function clearDefaults(query: Query, keptSince: Date): Promise<void> {
  const before = firstUuidOf(keptSince.getTime());
  for (const [table, { key, where }] of Object.entries(OVER)) {
    for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
      const page = await query<{ id: string }>(
        `SELECT DISTINCT ${key} AS id FROM ${table}_default WHERE ${key} > $1 AND ${key} < $2 ORDER BY 1 LIMIT $3`,
        [after, before, BATCH_SIZE],
      );
      const ids = page.map((row) => row.id);
      await query(`DELETE FROM ${table}_default e WHERE e.${key} = ANY ($1::uuid[]) AND ${where}`, [ids, keptSince]);
      const last = ids.at(-1);
      if (last === undefined || ids.length < BATCH_SIZE) break;
      after = last;
    }
  }
}

/** Idempotency keys live for 24 h; their table stays as small as a day's worth of them. */
export async function forgetExpiredKeys(pool: HotPool): Promise<void> {
  await deleteInBatches(pool, 'idempotency_keys', "expires_at < now() - interval '1 hour'", []);
}

/** What was replayed stays on record as long as the deliveries do; what was only counted, for a week. */
export async function forgetOldReplays(pool: HotPool, retentionDays: number): Promise<void> {
  await deleteInBatches(
    pool,
    'replays',
    `finished_at < now() - $1 * interval '1 day' OR (state = 'counted' AND created_at < now() - interval '7 days')`,
    [retentionDays],
  );
}

/** Deletes what matches, some thousand rows a transaction: each is short, whatever there is to delete. */
export async function deleteInBatches(
  pool: HotPool,
  table: string,
  condition: string,
  values: readonly unknown[],
): Promise<void> {
  const size = 5_000;
  for (let deleted = size; deleted === size;) {
    const [row] = await pool.run<{ deleted: number }>(
      `WITH gone AS (
         DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${size} FOR UPDATE SKIP LOCKED))
         RETURNING 1
       )
       SELECT count(*) AS deleted FROM gone`,
      [...values],
    );
    deleted = row?.deleted ?? 0;
  }
}
