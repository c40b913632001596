import { DataSource, type DataSourceOptions } from 'typeorm';
import { Initial1764000000000 } from './migrations/0001-initial.js';
import { Replays1764100000000 } from './migrations/0002-replays.js';
import { Traffic1764200000000 } from './migrations/0003-traffic.js';
import { ChangesAndUsers1764300000000 } from './migrations/0004-changes-and-users.js';
import { Checks1764500000000 } from './migrations/0006-checks.js';
import { ReceivingLimits1764600000000 } from './migrations/0007-receiving-limits.js';
import { BulkOperations1764700000000 } from './migrations/0008-bulk-operations.js';
import { FilterIndexes1764800000000 } from './migrations/0009-filter-indexes.js';
import { AccountChanges1764900000000 } from './migrations/0010-account-changes.js';
import { withSetUp } from './session.js';

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
    migrations: [
      Initial1764000000000,
      Replays1764100000000,
      Traffic1764200000000,
      ChangesAndUsers1764300000000,
      Checks1764500000000,
      ReceivingLimits1764600000000,
      BulkOperations1764700000000,
      FilterIndexes1764800000000,
      AccountChanges1764900000000,
    ],
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    extra: { ...withSetUp({ statement_timeout: String(STATEMENT_TIMEOUT_MS) }), connectionTimeoutMillis: 10_000 },
  };
}

export function createDataSource(databaseUrl: string): DataSource {
  return new DataSource(dataSourceOptions(databaseUrl));
}
