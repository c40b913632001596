import { type Pool, types, type QueryConfig, type QueryResultRow } from 'pg';
import { lend, openClient, openPool } from './client/connections.js';
import { type Backend, endBackend } from './client/introduce.js';
import type { SessionSettings } from './session.js';

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
 * join could still begin with the table, the keys are given as an array instead (`= ANY`). A bitmap would lose the order
 * of its index: what ends after a few rows would sort all that waits first. See docs/adr/0024.
 */
const BY_INDEX = { ...GENERIC_PLANS, enable_seqscan: 'off', enable_mergejoin: 'off', enable_bitmapscan: 'off' };

const STATEMENT_TIMEOUT_MS = 30_000;
/** What PostgreSQL does not end itself, such as the wait for a standby, and what it can't tell us any more. */
const STATEMENT_DEADLINE_MS = STATEMENT_TIMEOUT_MS + 2_000;
/** Whoever waits for a change through the API wants an answer within 10 s. */
const COMMIT_DEADLINE_MS = 6_000;

/** Two fit into the time after which a process without a heartbeat is taken for dead. */
const VITAL_DEADLINE_MS = 3_000;

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
  /** One connection for the heartbeat: it must not wait for anything else of this process. */
  protected readonly vital: Pool;

  constructor(
    private readonly databaseUrl: string,
    max = 4,
  ) {
    this.pool = hotPool(databaseUrl, max, BY_INDEX);
    this.relaxed = hotPool(databaseUrl, max, { ...BY_INDEX, synchronous_commit: 'off' });
    this.aside = hotPool(databaseUrl, max, {});
    this.vital = hotPool(databaseUrl, 1, { ...BY_INDEX, synchronous_commit: 'off' });
  }

  /**
   * Runs a statement that is prepared once a connection under `name` (at most 63 characters), and whose commit is durable
   * when this resolves. Throws what PostgreSQL says, `DatabaseUnreachable` when nothing was sent, and `ConnectionLost`
   * when nobody knows whether it was carried out, after `deadlineMs` at the latest.
   */
  query<Row extends QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
    deadlineMs = STATEMENT_DEADLINE_MS,
  ): Promise<Row[]> {
    return runOne<Row>(this.pool, { name, text, values }, deadlineMs);
  }

  /**
   * As {@link query}, for what a crash of the database may undo without harm, such as a lease: the commit does not
   * wait for the disk or for standbys. Also for reading. Never for accepting or settling.
   */
  queryRelaxed<Row extends QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
    deadlineMs = STATEMENT_DEADLINE_MS,
  ): Promise<Row[]> {
    return runOne<Row>(this.relaxed, { name, text, values }, deadlineMs);
  }

  /** As {@link queryRelaxed}, for the heartbeat only: on its own connection, and given up soon enough to be tried again. */
  queryVital<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return runOne<Row>(this.vital, { name, text, values }, VITAL_DEADLINE_MS);
  }

  /**
   * Ends a process of PostgreSQL that may yet commit what its client gave up. Resolves with whether it is gone for
   * certain; rejects when the database can't be asked.
   */
  async endBackend(backend: Backend): Promise<boolean> {
    // Not one of the pool, where all may be waiting for the same thing.
    const options = { databaseUrl: this.databaseUrl, applicationName: 'data-pusher', deadlineMs: 3_000 };
    const client = await openClient(options);
    try {
      return await endBackend(client, backend);
    } finally {
      await client.end();
    }
  }

  /** Runs a statement that is not worth preparing, and none of the hot path: a list of the ledger, housekeeping. */
  async run<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const result = await this.aside.query<Row>(text, values);
    return result.rows;
  }

  /** Runs `work` in one transaction, rolled back when it throws; as {@link run}, nothing of the hot path. */
  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await lend(this.aside);
    let broken = false;
    try {
      await client.query('BEGIN');
      const result = await work(async (text, values) => (await client.query(text, values)).rows);
      client.allowNext(COMMIT_DEADLINE_MS);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => (broken = true));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /**
   * Runs `work` on one connection of its own, for what belongs to a session: locks that outlive a transaction. It must be
   * nothing of the hot path. Each statement may take as long as one of {@link run}.
   */
  async session<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const client = await openClient({
      databaseUrl: this.databaseUrl,
      applicationName: 'data-pusher housekeeping',
      session: { statement_timeout: String(STATEMENT_TIMEOUT_MS) },
      deadlineMs: STATEMENT_DEADLINE_MS,
    });
    try {
      return await work(async (text, values) => (await client.query(text, values)).rows);
    } finally {
      await client.end();
    }
  }

  async end(): Promise<void> {
    await Promise.all([this.pool, this.relaxed, this.aside, this.vital].map((pool) => pool.end()));
  }
}

async function runOne<Row extends QueryResultRow>(
  pool: Pool,
  statement: QueryConfig<unknown[]>,
  deadlineMs: number,
): Promise<Row[]> {
  const client = await lend(pool);
  let failed = true;
  try {
    client.allowNext(deadlineMs);
    const { rows } = await client.query<Row>(statement);
    client.checkDurable();
    failed = false;
    return rows;
  } catch (error) {
    throw client.explainLoss(error);
  } finally {
    client.release(failed);
  }
}

function hotPool(databaseUrl: string, max: number, settings: SessionSettings): Pool {
  return openPool(max, {
    databaseUrl,
    applicationName: 'data-pusher hot path',
    session: { statement_timeout: String(STATEMENT_TIMEOUT_MS), ...settings },
    deadlineMs: STATEMENT_DEADLINE_MS,
  });
}
