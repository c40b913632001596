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
import { ErasedHistory1765100000000 } from './migrations/0012-erased-history.js';
import { DeletedDestinations1765200000000 } from './migrations/0013-deleted-destinations.js';
import { AttemptRemarks1765400000000 } from './migrations/0015-attempt-remarks.js';
import { EmailsInAnyLocale1765900000000 } from './migrations/0019-emails-in-any-locale.js';
import { poolOptions } from './client/connections.js';
import { ProbesAndUrgentDeliveries1765000000000 } from './migrations/0011-probes-and-urgent-deliveries.js';

/** How long a statement of the API may take before PostgreSQL ends it; its caller wants an answer within 10 s. */
const STATEMENT_TIMEOUT_MS = 7_500;
/** What PostgreSQL does not end itself, such as the wait for a standby. */
const STATEMENT_DEADLINE_MS = 8_500;

interface StatementLimits {
  /** 0: none. */
  readonly timeoutMs: number;
  /** Null: as long as the server is not silent. */
  readonly deadlineMs: number | null;
}
const OF_THE_API: StatementLimits = { timeoutMs: STATEMENT_TIMEOUT_MS, deadlineMs: STATEMENT_DEADLINE_MS };
/** A migration takes as long as it takes. */
const OF_MIGRATIONS: StatementLimits = { timeoutMs: 0, deadlineMs: null };

/** Connection settings of the configuration's side (TypeORM). The hot path has a pool of its own: see hot-pool.ts. */
export function dataSourceOptions(databaseUrl: string, limits: StatementLimits = OF_THE_API): DataSourceOptions {
  return {
    type: 'postgres',
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
      ProbesAndUrgentDeliveries1765000000000,
      ErasedHistory1765100000000,
      DeletedDestinations1765200000000,
      AttemptRemarks1765400000000,
      EmailsInAnyLocale1765900000000,
    ],
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    // Where and how to connect is decided for each connection: TypeORM is not told.
    extra: poolOptions({
      databaseUrl,
      applicationName: 'data-pusher',
      session: { statement_timeout: String(limits.timeoutMs) },
      deadlineMs: limits.deadlineMs,
    }),
  };
}

/** For migrations. */
export function createDataSource(databaseUrl: string): DataSource {
  return new DataSource(dataSourceOptions(databaseUrl, OF_MIGRATIONS));
}
