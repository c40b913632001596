import { type Client, Pool, type PoolClient } from 'pg';
import { DatabaseUnreachable } from '../../common/database-error.js';
import { type ClientOptions, DatabaseClient } from './database-client.js';

/** Connections are replaced at this age, so that none leads for ever to where a name or a proxy once pointed. */
const MAX_LIFETIME_SECONDS = 300;
/** How long a statement waits for a connection of a pool, or for a new one. */
const CONNECTION_TIMEOUT_MS = 3_500;

/** What a pool lends. */
export type PooledClient = DatabaseClient & Pick<PoolClient, 'release'>;

/** Options of a pool of `pg`, be it ours or TypeORM's, whose connections are all made by {@link DatabaseClient}. */
export function poolOptions(options: ClientOptions): {
  Client: new () => Client;
  connectionTimeoutMillis: number;
  maxLifetimeSeconds: number;
} {
  return {
    Client: class extends DatabaseClient {
      constructor() {
        super(options);
      }
    },
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    maxLifetimeSeconds: MAX_LIFETIME_SECONDS,
  };
}

export function openPool(max: number, options: ClientOptions): Pool {
  const pool = new Pool({ max, ...poolOptions(options) });
  // A lost connection fails what uses it, and is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** One connection, which its user ends. Rejects with what stands in the way, in words that hold no secret. */
export async function openClient(options: ClientOptions): Promise<DatabaseClient> {
  const client = new DatabaseClient(options);
  await client.connect();
  return client;
}

/** Lends a connection of the pool; rejects with {@link DatabaseUnreachable}. */
export async function lend(pool: Pool): Promise<PooledClient> {
  try {
    return (await pool.connect()) as PooledClient;
  } catch (error) {
    throw error instanceof DatabaseUnreachable ? error : new DatabaseUnreachable(null, { cause: error });
  }
}
