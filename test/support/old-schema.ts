import { Client } from 'pg';
import type { MigrationInterface } from 'typeorm';
import { createDataSource, dataSourceOptions } from '../../src/database/data-source.js';
import { ensurePartitions } from '../../src/database/partitions.js';

type MigrationClass = new () => MigrationInterface;

/** Makes the schema as it was after the migration of that name. */
export async function migrateTo(databaseUrl: string, last: string): Promise<void> {
  const all = dataSourceOptions('postgres://nowhere/').migrations as MigrationClass[];
  const source = createDataSource(databaseUrl);
  source.setOptions({ migrations: all.slice(0, all.findIndex(({ name }) => name === last) + 1) });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}

/** Ids of version 7 that begin at this moment, one a tenth of a millisecond. */
const ID = `(lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint + n / 10), 12, '0') || '7' || lpad(to_hex(n % 10), 3, '0')
             || '8000' || lpad(to_hex(n), 12, '0'))::uuid`;

/** So many events, finished deliveries and attempts, as of any version. */
export async function fillOldSchema(client: Client, count: number): Promise<void> {
  await ensurePartitions(async (text, values) => (await client.query(text, values)).rows, Date.now());
  const account = `'0198d4a2-5c1e-7b3a-9f00-000000000001'::uuid`;
  const step = 1_000_000;
  for (let from = 1; from <= count; from += step) {
    const numbers = `generate_series(${from}, ${Math.min(count, from + step - 1)}) n`;
    await client.query(
      `INSERT INTO events (event_id, account_id, event_type, content_type, payload)
       SELECT ${ID}, ${account}, 'type.' || n % 50, 'application/json', decode(repeat('7b7d', 75), 'hex') FROM ${numbers}`,
    );
    await client.query(
      `INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, url,
                                        http_method, state, attempts, lost_attempts, lease_number, last_status, created_at)
       SELECT ${ID}, ${ID}, ${account}, ${account}, n, 'type.' || n % 50, 'https://receiver.example.com/', 'POST',
              CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'delivered' END, 1, 0, 1, CASE WHEN n % 20 = 0 THEN 500 ELSE 200 END, now()
       FROM ${numbers}`,
    );
  }
}

/** Writes to the hot tables all the time, as accepting and settling do; `end` tells the longest that one write took. */
export async function probeWrites(databaseUrl: string) {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const waits: { atMs: number; ms: number }[] = [];
  const state = { ended: false };
  const working = (async () => {
    for (let n = 1; !state.ended; n++) {
      const atMs = performance.now();
      await client.query(
        `WITH event AS (
           INSERT INTO events (event_id, account_id, content_type, payload)
           VALUES (overlay(gen_random_uuid()::text placing left($1, 18) from 1 for 18)::uuid, $1::uuid, 'a/b', '')
         ), attempt AS (
           INSERT INTO attempts (delivery_id, number, started_at, method, url, request_headers, timings, message)
           VALUES (gen_random_uuid(), 1, now(), '', '', '[]', '{}', '')
         ), waiting AS (
           INSERT INTO waiting_deliveries (delivery_id, event_id, account_id, destination_id, acceptance)
           VALUES (gen_random_uuid(), $1::uuid, $1::uuid, $1::uuid, 1)
         )
         INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, url, http_method,
                                          state, attempts, lost_attempts, lease_number, created_at)
         VALUES (overlay(gen_random_uuid()::text placing left($1, 18) from 1 for 18)::uuid, $1::uuid, $1::uuid, $1::uuid, 1, '',
                 'POST', 'delivered', 1, 0, 1, now())`,
        [idNow()],
      );
      waits.push({ atMs, ms: performance.now() - atMs });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  return {
    end: async () => {
      state.ended = true;
      await working;
      await client.end();
      return { longestMs: Math.max(...waits.map(({ ms }) => ms)), writes: waits.length };
    },
  };
}

function idNow(): string {
  const hex = Date.now().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
