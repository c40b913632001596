import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, type Sender } from '../support/sender.js';
import { openGate, type TcpGate } from '../support/tcp-gate.js';
import { Terminal } from '../support/terminal.js';

/** How a stop ends what is under way, and how a start waits for its database. More of stopping: crash.e2e.ts. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENCRYPTION_KEY = randomBytes(32).toString('base64');

let database: TestDatabase;
let gate: TcpGate;
let receiver: Receiver;
let sql: Client;
let app: App | null;
beforeEach(async () => {
  database = await createTestDatabase();
  const { hostname: host, port } = new URL(database.url);
  gate = await openGate({ host, port: Number(port) });
  receiver = await startReceiver();
  sql = new Client(database.url);
  await sql.connect();
  app = null;
});
afterEach(async () => {
  app?.kill('SIGKILL');
  await app?.ended;
  await gate.shut();
  await receiver.close();
  await sql.end();
  await database.drop();
});

const throughGate = (): string => {
  const url = new URL(database.url);
  url.port = String(gate.port);
  return url.href;
};

const start = async (env: Readonly<Record<string, string>> = {}): Promise<App> => {
  app = await startApp({ databaseUrl: throughGate(), env: { ENCRYPTION_KEY, ...env } });
  return app;
};

/** An answer of the receiver that comes when it is told to. */
function heldAnswer(): () => void {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  receiver.answer(async () => {
    await held;
    return { status: 200 };
  });
  return release;
}

async function count(condition: string): Promise<number> {
  const { rows } = await sql.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${condition}`);
  return rows[0]?.n ?? -1;
}

test('a stop takes nothing new and lets what is under way end', async () => {
  const running = await start();
  const sender = await newSender(running);
  await newDestination(running, sender, receiver.url, { max_concurrency: 2 });
  const release = heldAnswer();
  for (let n = 0; n < 5; n++) await push(running, sender);
  await receiver.waitFor(2);
  running.kill('SIGTERM');
  await running.waitForLog((line) => line.msg === 'stopping');
  // Not ready, whether it says so on a connection that is still open or refuses a new one.
  await expect
    .poll(() =>
      running.get('/health/ready').then(
        ({ status }) => status,
        () => 'refused',
      ),
    )
    .not.toBe(200);
  const refused = push(running, sender);
  await expect(refused).rejects.toThrow();
  release();
  expect(await running.ended).toBe(0);
  expect(receiver.requests).toHaveLength(2);
  expect(await count(`finished_deliveries WHERE state = 'delivered'`)).toBe(2);
  expect(await count('waiting_deliveries WHERE leased_by IS NULL AND attempts = 0 AND lost_attempts = 0')).toBe(3);
  expect(await count('waiting_deliveries')).toBe(3);
});

test('two processes under load stop without repeating, losing or leaving anything', async () => {
  const running = await start({ PROCESSES: '2', DRAIN_SECONDS: '90' });
  const sender = await newSender(running);
  await newDestination(running, sender, receiver.url);
  receiver.answer({ status: 200, delayMs: 20 });
  const accepted = new Set<string>();
  const senders = Array.from({ length: 8 }, () => sendUntilRefused(running, sender, accepted));
  await receiver.waitFor(200);
  const toldAtMs = performance.now();
  running.kill('SIGTERM');
  expect(await running.ended).toBe(0);
  // Not the whole DRAIN_SECONDS for connections that clients keep open without asking anything more.
  expect(performance.now() - toldAtMs).toBeLessThan(60_000);
  await Promise.all(senders);
  expect(await count('waiting_deliveries WHERE leased_by IS NOT NULL OR lost_attempts > 0')).toBe(0);
  expect(await count('processes')).toBe(0);
  const again = await start({ PROCESSES: '2' });
  await expect.poll(() => count('waiting_deliveries')).toBe(0);
  expect(await again.stop()).toBe(0);
  const arrived = receiver.requests.map((request) => request.header('webhook-id') ?? '');
  expect(new Set(arrived).size).toBe(arrived.length);
  expect([...accepted].filter((eventId) => !arrived.includes(eventId))).toEqual([]);
});

test('neither a hung receiver, a client that never reads, nor a database that is away holds up a stop for ever', async () => {
  const running = await start({ DRAIN_SECONDS: '1' });
  const sender = await newSender(running);
  await newDestination(running, sender, receiver.url);
  heldAnswer();
  await push(running, sender);
  await receiver.waitFor(1);
  const silent = connect(Number(new URL(running.url).port), '127.0.0.1');
  await once(silent, 'connect');
  silent
    .on('error', () => undefined)
    .write('POST /server/incoming_data/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  await gate.shut();
  const toldAtMs = performance.now();
  running.kill('SIGTERM');
  // DRAIN_SECONDS and 5 s to let go; it was not clean, and says so.
  expect(await running.ended).toBe(1);
  expect(performance.now() - toldAtMs).toBeLessThan(20_000);
  silent.destroy();
  await gate.open();
  receiver.answer({ status: 200 });
  const again = await start();
  await expect.poll(() => count(`finished_deliveries WHERE state = 'delivered'`)).toBe(1);
  expect(await again.stop()).toBe(0);
});

test('a start without its database waits, says so, and gets ready once it is there', async () => {
  await gate.shut();
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATABASE_URL: throughGate(), ENCRYPTION_KEY, PORT: String(port), PROCESSES: '1' };
  const terminal = new Terminal(ROOT, env, 'exec node dist/main.js serve');
  try {
    await terminal.waitFor(/Waiting for the database: [^"]*ECONNREFUSED/);
    expect(terminal.text).not.toContain('listening');
    await gate.open();
    await terminal.waitFor(/"msg":"listening"/);
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    expect(await terminal.interrupt()).toBe(0);
  } finally {
    terminal.kill();
  }
});

test('a start that waits for its database can be stopped', async () => {
  await gate.shut();
  const { PATH, HOME } = process.env;
  const terminal = new Terminal(
    ROOT,
    { PATH, HOME, DATABASE_URL: throughGate(), ENCRYPTION_KEY },
    'exec node dist/main.js serve',
  );
  try {
    await terminal.waitFor(/Waiting for the database/);
    expect(await terminal.interrupt()).toBe(0);
  } finally {
    terminal.kill();
    await gate.open();
  }
});

async function sendUntilRefused(running: App, sender: Sender, accepted: Set<string>): Promise<void> {
  for (;;) {
    const eventId = await push(running, sender).catch(() => null);
    if (eventId === null) return;
    accepted.add(eventId);
  }
}
