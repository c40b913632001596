import { Pool, types, type QueryResultRow } from 'pg';

/** bigint as number: ours count events and stay below 2^53. */
types.setTypeParser(types.builtins.INT8, Number);

/**
 * The pool of the hot path (accept, claim, settle): plain `pg` with prepared statements, because it runs a handful of
 * statements thousands of times a second. Few connections: each statement carries a whole batch.
 */
export class HotPool {
  readonly pool: Pool;

  constructor(databaseUrl: string, max = 4) {
    this.pool = new Pool({
      connectionString: databaseUrl,
      application_name: 'data-pusher hot path',
      max,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 30_000,
    });
    // A connection lost while idle is replaced at the next use; without a listener it would end the process.
    this.pool.on('error', () => undefined);
  }

  /** Runs one named (prepared) statement. */
  async query<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    const result = await this.pool.query<Row>({ name, text, values });
    return result.rows;
  }

  async end(): Promise<void> {
    await this.pool.end();
  }
}
