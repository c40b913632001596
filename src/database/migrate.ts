import type { DataSource, Migration } from 'typeorm';
import { isDeadlock } from '../common/database-error.js';
import { createDataSource } from './data-source.js';
import { ensurePartitions } from './partitions.js';

/** Any constant that no other program on this database uses: "DPUSHMIG" in ASCII. */
const MIGRATION_LOCK = '4923230123904582983';

/**
 * Brings the schema up to date and returns the names of the migrations that ran. Several processes may call it at
 * once: an advisory lock lets one migrate while the others wait and then find nothing to do.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const dataSource = await createDataSource(databaseUrl).initialize();
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SET statement_timeout = 0');
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await runMigrations(dataSource);
    await ensurePartitions(runner, Date.now());
    return ran.map((migration) => migration.name);
  } finally {
    // The lock and the setting belong to the session, which ends here.
    await runner.release();
    await dataSource.destroy();
  }
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
