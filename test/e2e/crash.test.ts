import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type App, startApp } from '../support/app.js';
import { childrenOf, type DataDir, newDataDir } from '../support/data-dir.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Flood } from '../support/flood.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender } from '../support/sender.js';

/** Accepted is durable: whatever dies in the middle of a thousand events, each arrives at each destination. */
const EVENTS = 1_000;
const MIDDLE = 400;
/** For whatever has to come to pass on a machine that is busy. */
const PATIENCE_MS = 100_000;
const TEST_MS = 300_000;
const MAX_CONCURRENCY = 16;
const ENCRYPTION_KEY = randomBytes(32).toString('base64');

let app: App;
let receivers: Receiver[];
let flood: Flood;
let sending: Promise<void>;

beforeEach(async () => {
  // One is fast; of the other some requests are under way at any moment.
  receivers = await Promise.all([startReceiver(), startReceiver({ answer: { delayMs: 30 } })]);
});
afterEach(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

/** An account whose data goes to all receivers, and a client that begins to send. */
async function beginToSend(): Promise<void> {
  const sender = await newSender(app);
  for (const { url } of receivers) await newDestination(app, sender, url, { max_concurrency: MAX_CONCURRENCY });
  flood = new Flood(() => app.url, sender.token, EVENTS);
  sending = flood.run();
  // Awaited at the end; until then its failure is nobody's surprise.
  sending.catch(() => undefined);
}

/** All was accepted, and nothing waits any more. */
async function untilAllIsDone(): Promise<void> {
  await sending;
  const waiting = async (): Promise<number> => {
    const states = ['pending', 'in_flight', 'retrying', 'held'];
    const lists = await Promise.all(states.map((state) => app.get<Page>(`/api/deliveries/?state=${state}`)));
    return lists.reduce((sum, { body }) => sum + body.results.length, 0);
  };
  await expect.poll(waiting, { timeout: PATIENCE_MS, interval: 250 }).toBe(0);
}

interface Page {
  readonly next: string | null;
  readonly results: { id: string }[];
}

/** Every event has come; returns how many requests were one too many. */
function duplicatesAt(receiver: Receiver): number {
  const arrived = new Set(receiver.requests.map(({ body }) => (JSON.parse(body.toString()) as { n: number }).n));
  const missing = Array.from({ length: EVENTS }, (_, n) => n).filter((n) => !arrived.has(n));
  expect(missing).toEqual([]);
  return receiver.requests.length - EVENTS;
}

const duplicates = (): number => receivers.reduce((sum, receiver) => sum + duplicatesAt(receiver), 0);

describe('on a database of its own machine', () => {
  let database: TestDatabase;
  let client: Client;

  beforeEach(async () => {
    database = await createTestDatabase();
    client = new Client(database.url);
    await client.connect();
  });
  afterEach(async () => {
    await app.stop();
    await client.end();
    await database.drop();
  });

  const start = async (processes: number): Promise<App> =>
    startApp({ databaseUrl: database.url, env: { ENCRYPTION_KEY, PROCESSES: String(processes) } });

  /** Deliveries that were being attempted, of all processes or of one. */
  async function leases(pid: number | null = null): Promise<number> {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM waiting_deliveries w JOIN processes p ON p.process_id = w.leased_by
       WHERE $1::int IS NULL OR p.pid = $1`,
      [pid],
    );
    return rows[0]?.n ?? 0;
  }

  it(
    'kill -9 of the whole service loses nothing and repeats no more than was in flight',
    { timeout: TEST_MS },
    async () => {
      app = await start(2);
      await beginToSend();
      await flood.untilAccepted(MIDDLE);
      process.kill(-app.pid, 'SIGKILL');
      await app.ended;
      const inFlight = await leases();
      app = await start(2);
      await untilAllIsDone();
      expect(duplicates()).toBeLessThanOrEqual(inFlight);
    },
  );

  it(
    'SIGTERM under full load ends with exit code 0, repeats nothing and loses nothing',
    { timeout: TEST_MS },
    async () => {
      app = await start(2);
      await beginToSend();
      await flood.untilAccepted(MIDDLE);
      app.kill('SIGTERM');
      expect(await app.ended).toBe(0);
      expect(await leases()).toBe(0);
      app = await start(2);
      await untilAllIsDone();
      expect(duplicates()).toBe(0);
    },
  );

  it(
    'kill -9 of one process of two: another takes its deliveries over within seconds',
    { timeout: TEST_MS },
    async () => {
      app = await start(2);
      await beginToSend();
      await flood.untilAccepted(MIDDLE);
      const [victim = 0] = childrenOf(app.pid);
      process.kill(victim, 'SIGKILL');
      const inFlight = await leases(victim);
      await vi.waitFor(async () => expect(await leases(victim)).toBe(0), { timeout: 30_000, interval: 50 });
      await untilAllIsDone();
      expect(duplicates()).toBeLessThanOrEqual(inFlight);
    },
  );
});

describe('with the embedded database', () => {
  let dir: DataDir;

  beforeAll(async () => {
    dir = newDataDir();
    app = await startApp({ databaseUrl: null, env: { DATA_DIR: dir.path } });
  });
  afterAll(async () => {
    await app.stop();
    dir.remove();
  });

  async function inFlight(): Promise<number> {
    let count = 0;
    let path: string | null = '/api/deliveries/?state=in_flight&page_size=100';
    while (path !== null) {
      const { body }: { body: Page } = await app.get<Page>(path);
      count += body.results.length;
      path = body.next;
    }
    return count;
  }

  it('kill -9 of PostgreSQL loses nothing and repeats no more than was in flight', { timeout: TEST_MS }, async () => {
    await beginToSend();
    await flood.untilAccepted(MIDDLE);
    const pid = dir.databasePid();
    if (pid === null) throw new Error('no database is running');
    const before = await inFlight();
    process.kill(pid, 'SIGKILL');
    await app.waitForLog((line) => line.msg === 'PostgreSQL is back');
    await untilAllIsDone();
    // Between the count and the kill each destination may have gone on by one turn.
    expect(duplicates()).toBeLessThanOrEqual(before + receivers.length * MAX_CONCURRENCY);
  });
});
