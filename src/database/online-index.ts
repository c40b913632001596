import { withBriefLocks } from './brief-locks.js';
import type { Query } from './hot-pool.js';

/** From this size on an index is built beside the running service. Below it the build takes some tenths of a second. */
const ONLINE_FROM_BYTES = 16 * 1024 * 1024;

/** A `CREATE INDEX` of a migration, taken apart. */
export interface IndexStatement {
  readonly name: string;
  readonly table: string;
  readonly unique: boolean;
  /** What follows the table: method, columns, condition. */
  readonly definition: string;
}

export interface BuildOptions {
  readonly tell: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Null: it is another statement. */
export function parseIndexStatement(statement: string): IndexStatement | null {
  const match = /^CREATE\s+(UNIQUE\s+)?INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)\s+ON\s+(\w+)\s+([\s\S]*)$/i.exec(
    statement,
  );
  if (!match) return null;
  const [, unique, name = '', table = '', definition = ''] = match;
  return { name, table, unique: unique !== undefined, definition };
}

/** The name of an index that is built before its migration, which renames it. */
export const nameWhileBuilt = ({ name }: IndexStatement): string => `${name}_building`;

/**
 * Builds the index under {@link nameWhileBuilt}, without keeping anybody from writing: `CONCURRENTLY`, and partition by
 * partition where the table has some. Returns false, and builds nothing, where the table is new or small. May be ended at
 * any time and called again: what was finished is kept, what was not is dropped and built again.
 */
export async function buildOnline(query: Query, index: IndexStatement, options: BuildOptions): Promise<boolean> {
  const table = await sizeOf(query, index.table);
  if (table === null || table.bytes < ONLINE_FROM_BYTES) return false;
  const name = nameWhileBuilt(index);
  if (table.isPartitioned) await buildByPartition(query, index, name, options);
  else await buildOne(query, index, name, index.table, options);
  return true;
}

async function sizeOf(query: Query, table: string): Promise<{ isPartitioned: boolean; bytes: number } | null> {
  const [row] = await query<{ partitioned: boolean; bytes: number }>(
    `SELECT c.relkind = 'p' AS partitioned,
            coalesce((SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(c.oid) WHERE isleaf),
                     pg_relation_size(c.oid))::float8 AS bytes
     FROM pg_class c WHERE c.oid = to_regclass($1)`,
    [table],
  );
  return row ? { isPartitioned: row.partitioned, bytes: row.bytes } : null;
}

/** The index of the whole becomes valid when the index of its last partition is attached to it. */
async function buildByPartition(query: Query, index: IndexStatement, name: string, options: BuildOptions) {
  const { table } = index;
  await withBriefLocks(
    query,
    `begin the index ${index.name}`,
    () => query(createIndex(index, `IF NOT EXISTS ${name}`, `ONLY ${table}`)),
    options,
  );
  // Again until none is missing: a week's partition may be made meanwhile.
  for (let missing = await missingPartitions(query, table, name); missing.length > 0;) {
    for (const [done, partition] of missing.entries()) {
      options.tell(`Building the index ${index.name}: ${partition} (${done + 1} of ${missing.length})`);
      const own = ownName(index, partition);
      await buildOne(query, index, own, partition, options);
      const attach = `ALTER INDEX ${name} ATTACH PARTITION ${own}`;
      await withBriefLocks(query, `attach the index ${own}`, () => query(attach), options);
    }
    missing = await missingPartitions(query, table, name);
  }
}

function createIndex({ unique, definition }: IndexStatement, name: string, table: string): string {
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${name} ON ${table} ${definition}`;
}

function ownName({ name, table }: IndexStatement, partition: string): string {
  return `${partition}_${name.startsWith(`${table}_`) ? name.slice(table.length + 1) : name}`.slice(0, 63);
}

async function missingPartitions(query: Query, table: string, name: string): Promise<string[]> {
  const rows = await query<{ partition: string }>(
    `SELECT c.relname AS partition FROM pg_inherits p JOIN pg_class c ON c.oid = p.inhrelid
     WHERE p.inhparent = to_regclass($1) AND NOT EXISTS (
       SELECT 1 FROM pg_inherits i JOIN pg_index x ON x.indexrelid = i.inhrelid
       WHERE i.inhparent = to_regclass($2) AND x.indrelid = c.oid)
     ORDER BY c.relname`,
    [table, name],
  );
  return rows.map((row) => row.partition);
}

/** Waits for transactions that began before it, and nobody waits for it. */
async function buildOne(query: Query, index: IndexStatement, name: string, table: string, { signal }: BuildOptions) {
  signal?.throwIfAborted();
  const [found] = await query<{ valid: boolean }>(
    'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)',
    [name],
  );
  if (found?.valid === true) return;
  if (found) await query(`DROP INDEX CONCURRENTLY ${name}`);
  await query(createIndex(index, `CONCURRENTLY ${name}`, table));
}
