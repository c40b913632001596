import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataSource } from '../../src/database/data-source.js';
import { HotPool } from '../../src/database/hot-pool.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** Defaults that an administrator may have given the database or the role, all other than ours. */
const ODD: Readonly<Record<string, string>> = {
  jit: 'on',
  random_page_cost: '4',
  max_parallel_workers_per_gather: '2',
  jit_above_cost: '0',
  timezone: 'Asia/Kolkata',
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  default_transaction_isolation: 'serializable',
  idle_session_timeout: '500',
};
const EXPECTED: Readonly<Record<string, string>> = {
  jit: 'off',
  random_page_cost: '1.1',
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  idle_session_timeout: '0',
};
const HOT = { enable_seqscan: 'off', enable_mergejoin: 'off', plan_cache_mode: 'force_generic_plan' };

let database: TestDatabase;
let pool: HotPool;
beforeAll(async () => {
  database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const name = new URL(database.url).pathname.slice(1);
  for (const [setting, value] of Object.entries(ODD)) {
    await client.query(`ALTER DATABASE ${name} SET ${setting} TO ${setting === 'datestyle' ? value : `'${value}'`}`);
  }
  await client.end();
  pool = new HotPool(database.url, 1);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const NAMES = [...Object.keys(EXPECTED), ...Object.keys(HOT), 'statement_timeout', 'synchronous_commit'];
const READ = `SELECT name, current_setting(name) AS value FROM unnest($1::text[]) AS wanted (name)`;

function asObject(rows: readonly { name: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

it('the hot path plans once, by index and without a compiler, whatever the defaults are', async () => {
  const hot = asObject(await pool.query('settings', READ, [NAMES]));
  expect(hot).toMatchObject({ ...EXPECTED, ...HOT, statement_timeout: '30s', synchronous_commit: 'on' });
  const relaxed = asObject(await pool.queryRelaxed('settings', READ, [NAMES]));
  expect(relaxed).toEqual({ ...hot, synchronous_commit: 'off' });
});

it('what is beside the hot path plans as PostgreSQL does, without a compiler', async () => {
  expect(asObject(await pool.run(READ, [NAMES]))).toMatchObject({
    ...EXPECTED,
    enable_seqscan: 'on',
    plan_cache_mode: 'auto',
    statement_timeout: '30s',
  });
});

it('connections of the configuration, and of migrations with them, have the same ground', async () => {
  const source = await createDataSource(database.url).initialize();
  try {
    const rows = await source.query(READ, [NAMES]);
    expect(asObject(rows)).toMatchObject({ ...EXPECTED, statement_timeout: '0', enable_seqscan: 'on' });
  } finally {
    await source.destroy();
  }
});

it('values come out as they went in', async () => {
  const written = { at: new Date('2026-07-04T05:06:07.089Z'), bytes: Buffer.from([0, 92, 255]), number: 0.1 + 0.2 };
  const [read] = await pool.run('SELECT $1::timestamptz AS at, $2::bytea AS bytes, $3::float8 AS number', [
    written.at,
    written.bytes,
    written.number,
  ]);
  expect(read).toEqual(written);
});
