import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/database/migrate.js';
import { type App, startApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { openGate, type TcpGate } from '../support/tcp-gate.js';

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly ms: number;
}

/** Sends one event; every answer is timed. */
async function send(app: App, token: string, id?: string): Promise<Answer> {
  const beganMs = performance.now();
  const { status, body } = await app.request<{ code?: string }>('POST', '/server/incoming_data/', {
    apiKey: null,
    body: { hello: 'world' },
    headers: { 'CL-X-TOKEN': token, ...(id !== undefined && { 'CL-X-EVENT-ID': id }) },
  });
  return { status, code: body?.code, ms: performance.now() - beganMs };
}

/** Ready or not, polled until it is as wanted; how long that took. */
async function whenReady(app: App, wanted: boolean): Promise<number> {
  const beganMs = performance.now();
  for (;;) {
    const { status } = await app.get('/health/ready', { apiKey: null });
    if ((status === 200) === wanted) return performance.now() - beganMs;
    await sleep(100);
  }
}

function portOf(url: string): { host: string; port: number } {
  return { host: '127.0.0.1', port: Number(new URL(url).port) };
}

async function startThrough(databaseUrl: string, hosts: string, env: Record<string, string> = {}): Promise<App> {
  const { username, password, pathname } = new URL(databaseUrl);
  return startApp({
    databaseUrl: `postgresql://${username}:${password}@${hosts}${pathname}`,
    env: { ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'), DRAIN_SECONDS: '2', ...env },
  });
}

async function newToken(app: App): Promise<string> {
  const { body } = await app.post<{ app_secret_token: string }>('/api/accounts/', {
    email: 'silence@example.com',
    account_name: 'Silence',
  });
  return body.app_secret_token;
}

describe('the database falls silent', () => {
  let database: TestDatabase;
  let gate: TcpGate;
  beforeAll(async () => {
    database = await createTestDatabase();
    gate = await openGate(portOf(database.url));
  });
  afterAll(async () => {
    await gate.shut();
    await database.drop();
  });

  it('answers everything within 10 s, is not ready within 5 s, and accepts again when it is back', async () => {
    const app = await startThrough(database.url, `127.0.0.1:${gate.port}`);
    const token = await newToken(app);
    expect(await send(app, token, 'before')).toMatchObject({ status: 202 });

    gate.mute();
    const answers = Array.from({ length: 20 }, async (_none, n) => {
      await sleep(n * 200);
      return send(app, token, n % 2 ? `silent-${n}` : undefined);
    });
    const management = [app.get('/api/accounts/'), app.get('/api/deliveries/'), app.get('/api/events/')];
    const beganMs = performance.now();
    expect(await whenReady(app, false)).toBeLessThan(5_000);
    for (const { status, code, ms } of await Promise.all(answers)) {
      expect([status, code]).toEqual([503, expect.stringMatching(/^(unavailable|outcome_unknown)$/)]);
      expect(ms).toBeLessThan(10_000);
    }
    for (const { status } of await Promise.all(management)) expect(status).toBe(503);
    // The last of them began after 3.8 s.
    expect(performance.now() - beganMs).toBeLessThan(14_000);
    expect((await app.get('/health/live')).status).toBe(200);

    gate.unmute();
    const backMs = performance.now();
    while ((await send(app, token, 'again')).status !== 202) await sleep(100);
    expect(performance.now() - backMs).toBeLessThan(15_000);
    expect(await send(app, token, 'before')).toMatchObject({ status: 202 });
    await whenReady(app, true);
    expect(await app.stop()).toBe(0);
  }, 60_000);

  it.each(['1', '2'])(
    'a stop with %s processes ends although the database is silent',
    async (processes) => {
      const app = await startThrough(database.url, `127.0.0.1:${gate.port}`, { PROCESSES: processes });
      gate.mute();
      try {
        const beganMs = performance.now();
        await app.stop();
        expect(performance.now() - beganMs).toBeLessThan(20_000);
      } finally {
        gate.unmute();
      }
    },
    60_000,
  );
});

describe('another host takes over', () => {
  let servers: PostgresServer[];
  let gates: TcpGate[];
  beforeAll(async () => {
    servers = await Promise.all([startPostgres(), startPostgres()]);
    gates = await Promise.all(servers.map((server) => openGate(portOf(server.url))));
    // Both take the same token: what stands for replication here is a copy of the rows.
    for (const server of servers) await migrate(server.url);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(gates.map((gate) => gate.shut()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  it('accepts within 15 s when the first is silent and the other takes writes, none unanswered', async () => {
    const [first, second] = servers as [PostgresServer, PostgresServer];
    const role = new URL(second.url).username;
    await second.sql.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
    const hosts = gates.map((gate) => `127.0.0.1:${gate.port}`).join(',');
    const app = await startThrough(first.url, hosts);
    const token = await newToken(app);
    expect(await send(app, token)).toMatchObject({ status: 202 });

    await copyAccounts(first, second);
    gates[0]?.mute();
    const sinceMs = performance.now();
    let switched = false;
    const accepted: number[] = [];
    const pending: Promise<Answer>[] = [];
    while (accepted.length === 0) {
      if (!switched && performance.now() - sinceMs > 600) {
        await second.sql.query(`ALTER ROLE ${role} RESET default_transaction_read_only`);
        switched = true;
      }
      const answer = send(app, token);
      pending.push(answer);
      void answer.then(({ status }) => {
        if (status === 202) accepted.push(performance.now() - sinceMs);
      });
      await sleep(100);
    }
    expect(accepted[0]).toBeLessThan(15_000);
    for (const { status, ms } of await Promise.all(pending)) {
      expect([202, 503]).toContain(status);
      expect(ms).toBeLessThan(10_000);
    }
    await whenReady(app, true);
    await app.stop();
  }, 60_000);
});

async function copyAccounts(from: PostgresServer, to: PostgresServer): Promise<void> {
  const [source, target] = await Promise.all([connectTo(from), connectTo(to)]);
  try {
    await target.query('SET default_transaction_read_only = off');
    for (const table of ['accounts', 'account_tokens']) {
      const { rows } = await source.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM ${table} t`);
      for (const { row } of rows) {
        await target.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`, [
          row,
        ]);
      }
    }
  } finally {
    await source.end();
    await target.end();
  }
}

async function connectTo(server: PostgresServer): Promise<Client> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  return client;
}
