import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, Migration, QueryRunner } from 'typeorm';
import { isDeadlock } from '../common/database-error.js';
import { createDataSource } from './data-source.js';
import { ensurePartitions } from './partitions.js';

/** Any constant that no other program on this database uses: "DPUSHMIG" in ASCII. */
const MIGRATION_LOCK = '4923230123904582983';
const LOCK_ASKED_EVERY_MS = 200;

/**
 * Brings the schema up to date and returns the names of the migrations that ran. Several processes may call it at
 * once: an advisory lock lets one migrate while the others wait and then find nothing to do.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const dataSource = await createDataSource(databaseUrl).initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SET statement_timeout = 0');
    await takeMigrationLock(runner);
    const ran = await runMigrations(dataSource);
    await ensurePartitions(runner, Date.now());
    return ran.map((migration) => migration.name);
  } finally {
    // The lock and the setting belong to the session, which ends here.
    await runner.release();
    await dataSource.destroy();
  }
}

/**
 * Asks for the lock again and again instead of waiting for it in one statement: CREATE INDEX CONCURRENTLY waits for all
 * statements that run, so the process that migrates and the one that waits for it would deadlock.
 */
async function takeMigrationLock(runner: QueryRunner): Promise<void> {
  const tryLock = async (): Promise<boolean> => {
    const [row]: { locked: boolean }[] = await runner.query('SELECT pg_try_advisory_lock($1) AS locked', [
      MIGRATION_LOCK,
    ]);
    return row?.locked === true;
  };
  while (!(await tryLock())) await sleep(LOCK_ASKED_EVERY_MS);
}

/** Each is a transaction: one that met the statements of running processes in a deadlock is simply tried again. */
async function runMigrations(dataSource: DataSource): Promise<Migration[]> {
  for (let triesLeft = 10; ; triesLeft--) {
    try {
      return await dataSource.runMigrations();
    } catch (error) {
      if (triesLeft === 0 || !isDeadlock(error)) throw error;
    }
  }
}
