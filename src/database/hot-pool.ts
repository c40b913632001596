import { Pool, types, type QueryResultRow } from 'pg';
import { type SessionSettings, withSetUp } from './session.js';

/** bigint as number: ours count events and stay below 2^53. */
types.setTypeParser(types.builtins.INT8, Number);

/**
 * A prepared statement is planned once a connection. Left to itself PostgreSQL plans ours anew each time, because it
 * knows the lengths of the arrays then and believes the plan to be cheaper; planning over all partitions costs more
 * than running it.
 */
const GENERIC_PLANS = { plan_cache_mode: 'force_generic_plan' };

/**
 * And a plan is kept for as long as the tables' statistics are: made when a table was nearly empty, it reads the table
 * from end to end, and goes on doing so when a million rows wait. All that these statements take has an index; where a
 * join could still begin with the table, the keys are given as an array instead (`= ANY`). See docs/adr/0024.
 */
const BY_INDEX = { ...GENERIC_PLANS, enable_seqscan: 'off', enable_mergejoin: 'off' };

const STATEMENT_TIMEOUT_MS = 30_000;

/** Runs one statement within a transaction. */
export type Query = <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

/**
 * The pool of the hot path (accept, claim, settle): plain `pg` with prepared statements, because it runs a handful of
 * statements thousands of times a second. Few connections: each statement carries a whole batch.
 */
export class HotPool {
  readonly pool: Pool;
  protected readonly relaxed: Pool;
  /** What may take its time must not take the connections of what may not. */
  protected readonly aside: Pool;

  constructor(databaseUrl: string, max = 4) {
    this.pool = openPool(databaseUrl, max, BY_INDEX);
    this.relaxed = openPool(databaseUrl, max, { ...BY_INDEX, synchronous_commit: 'off' });
    this.aside = openPool(databaseUrl, max, {});
  }

  /** Runs a statement that is prepared once a connection under `name` (at most 63 characters). */
  async query<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const result = await this.pool.query<Row>({ name, text, values });
    return result.rows;
  }

  /**
   * As {@link query}, for what a crash of the database may undo without harm, such as a lease: the commit does not
   * wait for the disk. Also for reading.
   */
  async queryRelaxed<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const result = await this.relaxed.query<Row>({ name, text, values });
    return result.rows;
  }

  /** Runs a statement that is not worth preparing, and none of the hot path: a list of the ledger, housekeeping. */
  async run<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const result = await this.aside.query<Row>(text, values);
    return result.rows;
  }

  /** Runs `work` in one transaction, rolled back when it throws; as {@link run}, nothing of the hot path. */
  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await this.aside.connect();
    let broken = false;
    try {
      await client.query('BEGIN');
      const result = await work(async (text, values) => (await client.query(text, values)).rows);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => (broken = true));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async end(): Promise<void> {
    await Promise.all([this.pool, this.relaxed, this.aside].map((pool) => pool.end()));
  }
}

function openPool(databaseUrl: string, max: number, settings: SessionSettings): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'data-pusher hot path',
    max,
    connectionTimeoutMillis: 5_000,
    ...withSetUp({ statement_timeout: String(STATEMENT_TIMEOUT_MS), ...settings }),
  });
  // A lost connection fails what uses it, and is replaced at the next use; without listeners it would end the
  // process, whether it is lost while idle (the pool's event) or within a transaction (its own).
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
