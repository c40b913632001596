import type { QueryRunner } from 'typeorm';

const WEEK_MS = 7 * 24 * 3600 * 1000;
const WEEKS_AHEAD = 4;

/** The partitioned tables with their key: a UUIDv7, whose first 48 bits are milliseconds since 1970 (RFC 9562). */
const PARTITIONED = ['events', 'finished_deliveries', 'attempts'] as const;

/**
 * Makes the weekly partitions from this week to four weeks ahead where they are missing. Each is made beside its
 * parent and attached: CREATE … PARTITION OF would lock the parent against readers and writers, ATTACH does not.
 * What a jumping clock puts outside all of them goes to the default partition, so an insert never fails.
 */
export async function ensurePartitions(runner: Pick<QueryRunner, 'query'>, nowMs: number): Promise<void> {
  const thisWeek = Math.floor(nowMs / WEEK_MS);
  for (let week = thisWeek; week <= thisWeek + WEEKS_AHEAD; week++) {
    for (const table of PARTITIONED) await ensurePartition(runner, table, week);
  }
}

async function ensurePartition(runner: Pick<QueryRunner, 'query'>, table: string, week: number): Promise<void> {
  const name = partitionName(table, week);
  const attached: unknown[] = await runner.query(
    'SELECT 1 FROM pg_inherits WHERE inhrelid = to_regclass($1) AND inhparent = to_regclass($2)',
    [name, table],
  );
  if (attached.length > 0) return;
  await runner.query(`CREATE TABLE IF NOT EXISTS ${name} (LIKE ${table} INCLUDING ALL)`);
  await runner.query(
    `ALTER TABLE ${table} ATTACH PARTITION ${name}
     FOR VALUES FROM ('${firstUuidOf(week * WEEK_MS)}') TO ('${firstUuidOf((week + 1) * WEEK_MS)}')`,
  );
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
