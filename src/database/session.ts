import type { ClientBase } from 'pg';

/** PostgreSQL's parameters by name, as `SET` takes them. */
export type SessionSettings = Readonly<Record<string, string>>;

/**
 * What every connection of ours relies on, whatever the defaults of the server, the database or the role are.
 *
 * - `jit`: distributions ship it switched on, and before PostgreSQL 18 a disabled plan node counts as a cost of 1e10. So
 *   `enable_seqscan = off` made every hot statement be compiled at each run: 2 s for a claim. See docs/adr/0034.
 * - `random_page_cost`, `max_parallel_workers_per_gather`: those of the embedded server, for the same plans on each. All
 *   that is looked for has an index, which the default of 4, from the days of turning disks, makes look dear. Parallel
 *   workers need more shared memory than containers have.
 * - The next eight decide how values are written and read: `pg` and our statements know one form of each.
 * - Statements decide again after a conflict (`ON CONFLICT`, `SKIP LOCKED`), which stronger isolation turns into errors.
 * - Connections are idle by design: the pools keep them, and the listener does nothing but wait.
 */
const EVERY_SESSION: SessionSettings = {
  jit: 'off',
  random_page_cost: '1.1',
  max_parallel_workers_per_gather: '0',
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  idle_session_timeout: '0',
};

const SET_ALL = `SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS setting (name, value)`;

/**
 * Sets up a new connection with {@link EVERY_SESSION} and `more`. By a statement and not by startup parameters, because
 * PgBouncer refuses those that it does not know. Every connection of the product goes through here once.
 */
export async function setUpSession(client: ClientBase, more: SessionSettings = {}): Promise<void> {
  const settings = { ...EVERY_SESSION, ...more };
  await client.query(SET_ALL, [Object.keys(settings), Object.values(settings)]);
}
