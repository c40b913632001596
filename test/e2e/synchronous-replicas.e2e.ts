import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, runMain, startApp } from '../support/app.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

let server: PostgresServer;
let app: App;
let token: string;
beforeAll(async () => {
  server = await startPostgres();
  // What the test itself writes waits for nobody.
  await server.sql.query('SET synchronous_commit = local');
  app = await startApp({ databaseUrl: server.url, env: { ENCRYPTION_KEY: KEY } });
  const { body } = await app.post<{ app_secret_token: string }>('/api/accounts/', {
    email: 'quorum@example.com',
    account_name: 'Quorum',
  });
  token = body.app_secret_token;
}, 60_000);
afterAll(async () => {
  await waitFor('');
  await app.stop();
  await server.stop();
});

/** From now on commits wait for these standbys; there are none. */
async function waitFor(names: string): Promise<void> {
  await server.sql.query(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
  await server.sql.query('SELECT pg_reload_conf()');
  for (;;) {
    const { rows } = await server.sql.query<{ now: string }>(
      `SELECT current_setting('synchronous_standby_names') AS now`,
    );
    if (rows[0]?.now === names) return;
    await sleep(20);
  }
}

async function send(to: App, id: string): Promise<{ status: number; body: Record<string, unknown>; ms: number }> {
  const beganMs = performance.now();
  const { status, body } = await to.request<Record<string, unknown>>('POST', '/server/incoming_data/', {
    apiKey: null,
    body: { id },
    headers: { 'CL-X-TOKEN': token, 'CL-X-EVENT-ID': id },
  });
  return { status, body, ms: performance.now() - beganMs };
}

async function waitingForStandbys(): Promise<number> {
  const { rows } = await server.sql.query<{ count: string }>(
    `SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`,
  );
  return Number(rows[0]?.count);
}

it('what no standby confirmed is never accepted: not at first, and not when it is sent again', async () => {
  expect(await send(app, 'known')).toMatchObject({ status: 202 });
  await waitFor('nobody');

  const [fresh, repeated, ready] = await Promise.all([
    send(app, 'phantom'),
    send(app, 'known'),
    app.get<{ error: string }>('/health/ready', { apiKey: null }),
  ]);
  expect(fresh).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
  expect(repeated.status).toBe(503);
  for (const { ms } of [fresh, repeated]) expect(ms).toBeLessThan(10_000);
  expect(ready.status).toBe(503);

  // Its commit is visible by now, since its process was ended: a look-up that only reads would say 202.
  await expect
    .poll(async () => (await onDatabase(`SELECT FROM idempotency_keys WHERE external_id = 'phantom'`)).length, {
      timeout: 10_000,
    })
    .toBe(1);
  expect(await send(app, 'phantom')).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
  // What was given up was ended, too: it would take all connections in the end.
  await expect.poll(waitingForStandbys, { timeout: 20_000 }).toBeLessThan(3);

  await waitFor('');
  const again = await send(app, 'phantom');
  expect(again).toMatchObject({ status: 202, body: { event_id: expect.any(String) } });
  expect(await send(app, 'phantom')).toMatchObject({ status: 202, body: { event_id: again.body['event_id'] } });
  expect(await onDatabase(`SELECT FROM events WHERE external_id = 'phantom'`)).toHaveLength(1);
}, 90_000);

it('REQUIRE_SYNC_REPLICAS refuses to start without the right to see replicas, then to accept without enough', async () => {
  const env = { DATABASE_URL: server.url, ENCRYPTION_KEY: KEY, REQUIRE_SYNC_REPLICAS: '1', PORT: '0', PROCESSES: '1' };
  const refused = await runMain(['serve'], env);
  expect(refused.exitCode).not.toBe(0);
  const role = new URL(server.url).username;
  expect(refused.stdout + refused.stderr).toContain(`GRANT pg_read_all_stats TO ${role}`);

  await server.sql.query(`GRANT pg_read_all_stats TO ${role}`);
  const strict = await startApp({ databaseUrl: server.url, env: { ENCRYPTION_KEY: KEY, REQUIRE_SYNC_REPLICAS: '1' } });
  try {
    await expect
      .poll(async () => (await send(strict, 'strict')).body, { timeout: 10_000 })
      .toMatchObject({
        code: 'database_unsafe',
        error: 'synchronous_standby_names waits for 0 standbys, 1 are required',
      });
    const ready = await strict.get('/health/ready', { apiKey: null });
    expect(ready).toMatchObject({ status: 503, body: { code: 'database_unsafe' } });
  } finally {
    await strict.stop();
  }
}, 60_000);

it('accepts with synchronous_commit on, whatever the default of the role is', async () => {
  const role = new URL(server.url).username;
  await server.sql.query(`ALTER ROLE ${role} SET synchronous_commit = off`);
  const other = await startApp({ databaseUrl: server.url, env: { ENCRYPTION_KEY: KEY } });
  try {
    await waitFor('nobody');
    // With `off` it would be accepted at once.
    expect(await send(other, 'durable')).toMatchObject({ status: 503 });
  } finally {
    await waitFor('');
    await other.stop();
    await server.sql.query(`ALTER ROLE ${role} RESET synchronous_commit`);
  }
}, 60_000);

async function onDatabase(text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
