import { DataSource, type DataSourceOptions } from 'typeorm';
import { Initial1764000000000 } from './migrations/0001-initial.js';
import { Replays1764100000000 } from './migrations/0002-replays.js';
import { Checks1764500000000 } from './migrations/0006-checks.js';

/** How long a statement of the API may take before PostgreSQL ends it. */
const STATEMENT_TIMEOUT_MS = 15_000;

/** Connection settings of the configuration's side (TypeORM). The hot path has a pool of its own: see hot-pool.ts. */
export function dataSourceOptions(databaseUrl: string): DataSourceOptions {
  return {
    type: 'postgres',
    url: databaseUrl,
    applicationName: 'data-pusher',
    poolSize: 4,
    synchronize: false,
    migrations: [Initial1764000000000, Replays1764100000000, Checks1764500000000],
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    extra: { statement_timeout: STATEMENT_TIMEOUT_MS, connectionTimeoutMillis: 10_000 },
  };
}

export function createDataSource(databaseUrl: string): DataSource {
  return new DataSource(dataSourceOptions(databaseUrl));
}
