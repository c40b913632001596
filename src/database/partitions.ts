const WEEK_MS = 7 * 24 * 3600 * 1000;
const WEEKS_AHEAD = 4;

/** The partitioned tables. Their key is a UUIDv7, whose first 48 bits are milliseconds since 1970 (RFC 9562). */
const PARTITIONED = ['events', 'finished_deliveries', 'attempts'] as const;

export type PartitionedTable = (typeof PARTITIONED)[number];

interface Queryable {
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/**
 * Makes the weekly partitions from this week to four weeks ahead where they are missing. Each is made beside its
 * parent and attached: CREATE … PARTITION OF would lock the parent against readers and writers, ATTACH does not.
 * What a jumping clock puts outside all of them goes to the default partition, so an insert never fails.
 */
export async function ensurePartitions(database: Queryable, nowMs: number): Promise<void> {
  const thisWeek = Math.floor(nowMs / WEEK_MS);
  const present = new Set((await listPartitions(database)).map((partition) => partition.name));
  for (let week = thisWeek; week <= thisWeek + WEEKS_AHEAD; week++) {
    for (const table of PARTITIONED) {
      if (!present.has(partitionName(table, week))) await attachPartition(database, table, week);
    }
  }
}

/** The attached weekly partitions, with the end of their time in milliseconds since 1970. */
export async function listPartitions(
  database: Queryable,
): Promise<{ table: PartitionedTable; name: string; endMs: number }[]> {
  const rows = await database.query(
    `SELECT parent.relname AS parent, child.relname AS name
     FROM pg_inherits i
     JOIN pg_class parent ON parent.oid = i.inhparent
     JOIN pg_class child ON child.oid = i.inhrelid
     WHERE i.inhparent IN (to_regclass('events'), to_regclass('finished_deliveries'), to_regclass('attempts'))`,
  );
  return rows.flatMap((row) => {
    const table = PARTITIONED.find((candidate) => candidate === row.parent);
    const day = /_(\d{4})(\d\d)(\d\d)$/.exec(String(row.name));
    if (!table || !day) return [];
    const startMs = Date.parse(`${day[1]}-${day[2]}-${day[3]}T00:00:00Z`);
    return [{ table, name: String(row.name), endMs: startMs + WEEK_MS }];
  });
}

/** Two processes may do so at once: who comes second finds the table, or the partition attached, and goes on. */
async function attachPartition(database: Queryable, table: PartitionedTable, week: number): Promise<void> {
  const name = partitionName(table, week);
  await database.query(`CREATE TABLE IF NOT EXISTS ${name} (LIKE ${table} INCLUDING ALL)`);
  await database.query(
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
