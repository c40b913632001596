import { type BriefLockOptions, withBriefLocks } from './brief-locks.js';
import type { Query } from './hot-pool.js';

const WEEK_MS = 7 * 24 * 3600 * 1000;
const WEEKS_AHEAD = 4;

/** Any constant of our own: one process at a time makes and drops partitions. "DPUSHRET" in ASCII. */
export const HOUSEKEEPING_LOCK = '4923230123987776852';

/** The partitioned tables. Their key is a UUIDv7, whose first 48 bits are milliseconds since 1970 (RFC 9562). */
const PARTITIONED = ['events', 'finished_deliveries', 'attempts'] as const;

export type PartitionedTable = (typeof PARTITIONED)[number];

export const PARTITION_KEY: Record<PartitionedTable, string> = {
  events: 'event_id',
  finished_deliveries: 'delivery_id',
  attempts: 'delivery_id',
};

/** The default partition is read when another one is attached. From this size on that takes longer than a moment. */
const LARGE_DEFAULT_BYTES = 8 * 1024 * 1024;
/** One partition that can not be made in time is left to the next call: there are four weeks for it. */
const GIVE_UP_AFTER_MS = 15_000;

/** Any constant of our own: one session at a time makes partitions. "DPUSHPAR" in ASCII. */
const PARTITIONS_LOCK = '4923230123987689810';

/**
 * Makes the weekly partitions from this week to four weeks ahead where they are missing. Each is made beside its
 * parent and attached: CREATE … PARTITION OF would lock the parent against readers and writers, ATTACH does not.
 * What a jumping clock puts outside all of them goes to the default partition, so an insert never fails.
 * `query` is one session's. Throws the last error when partitions could not be made, after having tried all.
 */
export async function ensurePartitions(query: Query, nowMs: number, options: BriefLockOptions = {}): Promise<void> {
  const thisWeek = Math.floor(nowMs / WEEK_MS);
  const present = new Set((await listPartitions(query)).map((partition) => partition.name));
  const failures: unknown[] = [];
  for (let week = thisWeek; week <= thisWeek + WEEKS_AHEAD; week++) {
    for (const table of PARTITIONED) {
      if (present.has(partitionName(table, week))) continue;
      await attachPartition(query, table, week, options).catch((error: unknown) => failures.push(error));
    }
  }
  if (failures.length > 0) throw failures.at(-1);
}

export interface WeeklyPartition {
  readonly table: PartitionedTable;
  readonly name: string;
  /** Weeks since 1970. */
  readonly week: number;
  readonly endMs: number;
}

/** The attached weekly partitions, with the end of their time in milliseconds since 1970. */
export async function listPartitions(query: Query): Promise<WeeklyPartition[]> {
  const rows = await query<{ parent: string; name: string }>(
    `SELECT parent.relname AS parent, child.relname AS name
     FROM pg_inherits i
     JOIN pg_class parent ON parent.oid = i.inhparent
     JOIN pg_class child ON child.oid = i.inhrelid
     WHERE i.inhparent IN (to_regclass('events'), to_regclass('finished_deliveries'), to_regclass('attempts'))`,
  );
  return rows.flatMap((row) => {
    const table = PARTITIONED.find((candidate) => candidate === row.parent);
    const day = /_(\d{4})(\d\d)(\d\d)$/.exec(row.name);
    if (!table || !day) return [];
    const startMs = Date.parse(`${day[1]}-${day[2]}-${day[3]}T00:00:00Z`);
    return [{ table, name: row.name, week: startMs / WEEK_MS, endMs: startMs + WEEK_MS }];
  });
}

/**
 * Rows of that week that a wrong clock brought into the default partition would make the attachment fail: then they,
 * and those to come, stay there.
 */
async function attachPartition(
  query: Query,
  table: PartitionedTable,
  week: number,
  options: BriefLockOptions,
): Promise<void> {
  const [from, to] = boundsOf(week);
  const [stray] = await query(
    `SELECT 1 FROM ${table}_default WHERE ${PARTITION_KEY[table]} >= $1::uuid AND ${PARTITION_KEY[table]} < $2::uuid LIMIT 1`,
    [from, to],
  );
  if (stray) return;
  const name = partitionName(table, week);
  const brief = { ...options, giveUpAfterMs: GIVE_UP_AFTER_MS };
  const attach = async (): Promise<void> => {
    await query('SELECT pg_advisory_xact_lock($1)', [PARTITIONS_LOCK]);
    if ((await listPartitions(query)).some((partition) => partition.name === name)) return;
    await query(`CREATE TABLE IF NOT EXISTS ${name} (LIKE ${table} INCLUDING ALL)`);
    await query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
  };
  await withoutReadingDefault(query, table, [from, to], brief, () =>
    withBriefLocks(query, `make the partition ${name}`, attach, brief),
  );
}

/**
 * Attaching a partition reads the default partition from end to end, under a lock that nobody passes, unless a constraint
 * shows that it holds no row of that range. The constraint is checked beforehand, beside readers and writers.
 */
export async function withoutReadingDefault(
  query: Query,
  table: PartitionedTable,
  [from, to]: readonly [string, string],
  options: BriefLockOptions,
  attach: () => Promise<void>,
): Promise<void> {
  const [size] = await query<{ bytes: number }>('SELECT pg_relation_size(to_regclass($1))::float8 AS bytes', [
    `${table}_default`,
  ]);
  if ((size?.bytes ?? 0) < LARGE_DEFAULT_BYTES) return attach();
  const key = PARTITION_KEY[table];
  const alter = (clause: string): Promise<unknown> =>
    withBriefLocks(
      query,
      `check what lies outside the partitions of ${table}`,
      () => query(`ALTER TABLE ${table}_default ${clause}`),
      options,
    );
  await alter(`DROP CONSTRAINT IF EXISTS ${table}_default_outside`);
  await alter(
    `ADD CONSTRAINT ${table}_default_outside CHECK (NOT (${key} IS NOT NULL AND ${key} >= '${from}'::uuid AND ${key} < '${to}'::uuid)) NOT VALID`,
  );
  try {
    await query(`ALTER TABLE ${table}_default VALIDATE CONSTRAINT ${table}_default_outside`);
    await attach();
  } finally {
    await alter(`DROP CONSTRAINT IF EXISTS ${table}_default_outside`);
  }
}

/** The lowest id of the week, and that of the next one. */
export function boundsOf(week: number): [from: string, to: string] {
  return [firstUuidOf(week * WEEK_MS), firstUuidOf((week + 1) * WEEK_MS)];
}

/** Named by the day on which its week begins: `events_20261119`. */
function partitionName(table: string, week: number): string {
  return `${table}_${new Date(week * WEEK_MS).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/** The lowest UUID whose time is `ms` (milliseconds since 1970). */
export function firstUuidOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
