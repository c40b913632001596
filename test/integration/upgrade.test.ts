import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { migrate } from '../../src/database/migrate.js';
import { createTestDatabase } from '../support/database.js';
import { fillOldSchema, migrateTo, probeWrites } from '../support/old-schema.js';

/** What of a hot table may be waited for. */
const MAX_WAIT_MS = 1_000;
const BEFORE_INDEXES = 'BulkOperations1764700000000';
const ALL = (dataSourceOptions('postgres://nowhere/').migrations as { name: string }[]).map(({ name }) => name);
const PENDING = ALL.slice(ALL.indexOf(BEFORE_INDEXES) + 1);

/** Events and finished deliveries, 60 MB of them. `UPGRADE_ROWS=20000000` tries a large database, of 10 GB. */
const DEFAULT_ROWS = 240_000;
const ROWS = Number(process.env['UPGRADE_ROWS'] ?? DEFAULT_ROWS);
vi.setConfig({ testTimeout: 120_000 + ROWS / 10 });

/** A database as it was after the migration `last`. */
async function oldDatabase(last = BEFORE_INDEXES, rows = ROWS) {
  const database = await createTestDatabase({ empty: true });
  await migrateTo(database.url, last);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await database.drop();
  });
  await fillOldSchema(client, rows / 2);
  const indexes = async () => {
    const { rows } = await client.query<{ name: string; valid: boolean; parts: number }>(
      `SELECT c.relname AS name, indisvalid AS valid,
              (SELECT count(*)::int FROM pg_inherits i WHERE i.inhparent = c.oid) AS parts
       FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
       WHERE c.relname IN ('events_type', 'finished_deliveries_type', 'finished_deliveries_refused')
          OR NOT indisvalid OR c.relname LIKE '%_building' ORDER BY 1`,
    );
    return rows;
  };
  return { url: database.url, client, indexes };
}

/** Tables of the running service that migrations change. */
const CHANGED =
  'events finished_deliveries waiting_deliveries destination_health attempts changes accounts users'.split(' ');

const ALL_BUILT = ['events_type', 'finished_deliveries_refused', 'finished_deliveries_type'].map((name) => ({
  name,
  valid: true,
  parts: 6,
}));

it('nobody waits for the upgrade of a large database, not even while somebody has read for long', async () => {
  const { url, client, indexes } = await oldDatabase();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM events, finished_deliveries LIMIT 1');
  const told: string[] = [];
  const probe = await probeWrites(url);
  const beganAtMs = performance.now();
  const migrated = migrate(url, { tell: (message) => told.push(message) });
  const read = sleep(2_000).then(() => client.query('COMMIT'));
  expect(await migrated).toEqual(PENDING);
  const tookMs = performance.now() - beganAtMs;
  await read;
  const { longestMs, writes } = await probe.end();
  if (ROWS > DEFAULT_ROWS)
    process.stderr.write(`\n${ROWS} rows: ${tookMs} ms, ${writes} writes, ${longestMs} ms at most\n`);
  expect(longestMs).toBeLessThan(MAX_WAIT_MS);
  expect(writes).toBeGreaterThan(50);
  expect(await indexes()).toEqual(ALL_BUILT);
  expect(told).toContainEqual(expect.stringMatching(/^Building the index events_type: events_\d{8} \(\d of \d\)$/));
});

it.each(PENDING)('nobody waits behind %s while it waits for somebody who reads', async (name) => {
  const { url, client } = await oldDatabase(ALL[ALL.indexOf(name) - 1], 1_000);
  await client.query('BEGIN');
  for (const table of CHANGED) await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
  const probe = await probeWrites(url);
  const migrated = migrate(url, { tell: () => undefined });
  await sleep(1_200);
  await client.query('COMMIT');
  expect(await migrated).toContain(name);
  const { longestMs, writes } = await probe.end();
  expect(longestMs).toBeLessThan(MAX_WAIT_MS);
  expect(writes).toBeGreaterThan(50);
});

it('two processes that start at once migrate once', async () => {
  const { url, indexes } = await oldDatabase();
  const both = await Promise.all([migrate(url), migrate(url)]);
  expect(both.flat()).toEqual(PENDING);
  expect(await indexes()).toEqual(ALL_BUILT);
});

it('an upgrade that was broken off continues where it was', async () => {
  const { url, client, indexes } = await oldDatabase();
  const stop = new AbortController();
  const tell = (message: string) => {
    if (message.startsWith('Building the index finished_deliveries_type')) stop.abort(new Error('stopped'));
  };
  await expect(migrate(url, { signal: stop.signal, tell })).rejects.toThrow('stopped');
  const { rows } = await client.query(
    "SELECT 1 FROM pg_class WHERE relname IN ('events_type', 'events_type_building')",
  );
  expect(rows).toHaveLength(1);
  // And an index as a build leaves it that ended in the middle: not valid.
  const partition = 'SELECT relname AS name FROM pg_class WHERE relname ~ $1 ORDER BY pg_relation_size(oid) DESC';
  const [found] = (await client.query<{ name: string }>(partition, ['^finished_deliveries_\\d{8}$'])).rows;
  const unique = `CREATE UNIQUE INDEX CONCURRENTLY ${found?.name}_type ON ${found?.name} (event_type)`;
  await expect(client.query(unique)).rejects.toThrow('could not create unique index');
  expect(await indexes()).toContainEqual({ name: `${found?.name}_type`, valid: false, parts: 0 });
  const again: string[] = [];
  expect(await migrate(url, { tell: (message) => again.push(message) })).toEqual(PENDING);
  expect(again.filter((message) => message.includes('events_type'))).toEqual([]);
  expect(await indexes()).toEqual(ALL_BUILT);
});
