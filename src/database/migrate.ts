import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { MigrationExecutor } from 'typeorm';
import { logger } from '../common/logger.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { withBriefLocks } from './brief-locks.js';
import { openClient } from './client/connections.js';
import { createDataSource } from './data-source.js';
import type { Query } from './hot-pool.js';
import {
  type BuildOptions,
  buildOnline,
  type IndexStatement,
  nameWhileBuilt,
  parseIndexStatement,
} from './online-index.js';
import { ensurePartitions } from './partitions.js';
import { splitStatements } from './split-statements.js';

/** Any constants that no other program on this database uses: "DPUSHMIG" and "DPUSHUPG" in ASCII. */
const MIGRATION_LOCK = '4923230123904582983';
const UPGRADE_LOCK = '4923230123904719943';
const TRY_LOCK_EVERY_MS = 250;
const TELL_EVERY_MS = 10_000;

export interface MigrateOptions {
  /** Is told what is done and how far it is, where that takes time. */
  readonly tell?: (message: string) => void;
  /** Breaks off. What was finished is kept, and the next call continues. */
  readonly signal?: AbortSignal;
}

/**
 * Brings the schema up to date, beside processes of the version before, and returns the names of the migrations that ran.
 * Several processes may call it at once: one migrates while the others wait and then find nothing to do. See
 * docs/adr/0043.
 */
export async function migrate(databaseUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const tell = options.tell ?? ((message) => logger.info(message));
  const { signal } = options;
  const dataSource = await createDataSource(databaseUrl).initialize();
  const runner = dataSource.createQueryRunner();
  const query: Query = async (text, values) => runner.query(text, values);
  const watcher = watch(databaseUrl, query, tell, signal);
  try {
    // The locks belong to the session, which ends here.
    await lock(query, UPGRADE_LOCK, tell, signal);
    await query(SCHEMA_MIGRATIONS);
    const names: string[] = [];
    for (const { instance, name, timestamp } of await new MigrationExecutor(
      dataSource,
      runner,
    ).getPendingMigrations()) {
      if (!instance) continue;
      if (instance.transaction === false) await runInParts(query, { instance, name, timestamp }, { tell, signal });
      else await runOne(query, { instance, name, timestamp }, { tell, signal });
      names.push(name);
    }
    await ensurePartitions(query, Date.now(), { tell, signal });
    return names;
  } finally {
    await watcher.stop();
    await end(runner, dataSource);
  }
}

/** As TypeORM makes it. */
const SCHEMA_MIGRATIONS = `
CREATE TABLE IF NOT EXISTS schema_migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)`;

interface Pending {
  readonly instance: MigrationInterface;
  readonly name: string;
  readonly timestamp: number;
}

/**
 * One migration is one transaction, in which it is noted as done. An index on a table that is filled is built before,
 * and gets its name within the transaction, in place of the statement that would have built it.
 */
async function runOne(query: Query, migration: Pending, options: BuildOptions) {
  const statements = await statementsOf(migration.instance);
  const built = new Set<string>();
  for (const { index } of statements) {
    if (index && (await buildOnline(query, index, options))) built.add(index.name);
  }
  // A version before this one takes this lock for its migrations. Not during a build, which would wait for whoever waits
  // for the lock.
  await lock(query, MIGRATION_LOCK, options.tell, options.signal);
  try {
    await withBriefLocks(
      query,
      `apply ${migration.name}`,
      async () => {
        for (const { text, values, index } of statements) {
          if (index && built.has(index.name))
            await query(`ALTER INDEX ${nameWhileBuilt(index)} RENAME TO ${index.name}`);
          else await query(text, values);
        }
        const { timestamp, name } = migration;
        await query('INSERT INTO schema_migrations (timestamp, name) VALUES ($1, $2)', [timestamp, name]);
      },
      options,
    );
  } finally {
    await query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}

/** One whose every statement is a transaction of its own and may be run again: it is noted as done after the last. */
async function runInParts(query: Query, { instance, name, timestamp }: Pending, options: BuildOptions): Promise<void> {
  options.tell(`Applying ${name}`);
  const inParts = {
    query: async (text: string, values?: unknown[]): Promise<unknown[]> => {
      if (!CONCURRENTLY.test(text)) return withBriefLocks(query, `apply ${name}`, () => query(text, values), options);
      // Nobody waits behind it, however long it waits, and it may not be in a transaction.
      options.signal?.throwIfAborted();
      return query(text, values);
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- migrations use nothing else of it
  await instance.up(inParts as unknown as QueryRunner);
  await query('INSERT INTO schema_migrations (timestamp, name) VALUES ($1, $2)', [timestamp, name]);
}

const CONCURRENTLY = /^\s*(?:CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\b/i;

interface Statement {
  readonly text: string;
  readonly values?: unknown[] | undefined;
  /** Null: it builds none. */
  readonly index: IndexStatement | null;
}

/** What the migration would run: its statements depend on nothing that is read. */
async function statementsOf(migration: MigrationInterface): Promise<Statement[]> {
  const statements: Statement[] = [];
  const recorder = {
    query: (text: string, values?: unknown[]) => {
      const parts = values ? [text] : splitStatements(text);
      statements.push(...parts.map((part) => ({ text: part, values, index: parseIndexStatement(part) })));
      return Promise.resolve([]);
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- migrations use nothing else of it
  await migration.up(recorder as unknown as QueryRunner);
  return statements;
}

/**
 * Never waits in the database: a statement that waits keeps its snapshot, for which the building of an index in another
 * session would wait in turn.
 */
async function lock(query: Query, key: string, tell: (message: string) => void, signal?: AbortSignal): Promise<void> {
  for (let toldAtMs = performance.now(); ;) {
    signal?.throwIfAborted();
    const [row] = await query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [key]);
    if (row?.locked === true) return;
    if (performance.now() - toldAtMs >= TELL_EVERY_MS) {
      toldAtMs = performance.now();
      tell('Waiting for another process that migrates the database');
    }
    await sleep(TRY_LOCK_EVERY_MS, undefined, { signal });
  }
}

/** Tells every ten seconds how far an index is, and breaks the statement under way off when `signal` aborts. */
function watch(databaseUrl: string, query: Query, tell: (message: string) => void, signal?: AbortSignal) {
  const pid = query<{ pid: number }>('SELECT pg_backend_pid() AS pid').then(([row]) => row?.pid ?? 0);
  const ask = async (text: string): Promise<void> => {
    const client = await openClient({ databaseUrl, applicationName: 'data-pusher migration', deadlineMs: 5_000 });
    try {
      const { rows } = await client.query<{ message?: string }>(text, [await pid]);
      for (const { message } of rows) if (message !== undefined) tell(message);
    } finally {
      await client.end();
    }
  };
  const progress = new PeriodicTask('watching the migration', TELL_EVERY_MS, () => ask(PROGRESS));
  progress.start();
  const cancelling = new PeriodicTask('ending the migration', TELL_EVERY_MS, () => ask('SELECT pg_cancel_backend($1)'));
  const cancel = (): void => void cancelling.run();
  signal?.addEventListener('abort', cancel, { once: true });
  return {
    stop: async (): Promise<void> => {
      signal?.removeEventListener('abort', cancel);
      await Promise.allSettled([pid, progress.stop(), cancelling.stop()]);
    },
  };
}

const PROGRESS = `
SELECT format('Index on %s: %s%s', relid::regclass, phase,
              CASE WHEN blocks_total > 0 THEN format(', %s %%', 100 * blocks_done / blocks_total) END) AS message
FROM pg_stat_progress_create_index WHERE pid = $1`;

async function end(runner: QueryRunner, dataSource: DataSource): Promise<void> {
  await runner.release();
  await dataSource.destroy();
}
