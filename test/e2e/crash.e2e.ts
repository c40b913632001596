import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { startApp, type App, type AppOptions } from '../support/app.js';
import { newDataDir } from '../support/data-dir.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.js';

/** Accepted is delivered, whatever is killed: a thousand events, three destinations. */
const EVENTS = 1_000;
const DESTINATIONS = 3;
const WAIT_MS = 100_000;
const ENCRYPTION_KEY = randomBytes(32).toString('base64');

let receivers: Receiver[];
beforeAll(async () => {
  receivers = await Promise.all(Array.from({ length: DESTINATIONS }, () => startReceiver()));
});
afterAll(async () => {
  for (const receiver of receivers) await receiver.close();
});
beforeEach(() => {
  for (const receiver of receivers) {
    receiver.clear();
    receiver.answer({ status: 200, delayMs: 20 });
  }
});

/** The arrivals of each event at one receiver. */
function arrivals({ requests }: Receiver): ReceivedRequest[][] {
  const byEvent = new Map<string, ReceivedRequest[]>();
  for (const request of requests) {
    const eventId = request.header('webhook-id') ?? '';
    const known = byEvent.get(eventId);
    if (known) known.push(request);
    else byEvent.set(eventId, [request]);
  }
  return [...byEvent.values()];
}

async function untilAllArrived(): Promise<void> {
  for (const receiver of receivers) {
    await receiver.waitFor((all) => all.length >= EVENTS && arrivals(receiver).length >= EVENTS, WAIT_MS);
    expect(arrivals(receiver)).toHaveLength(EVENTS);
  }
}

const repeated = (): ReceivedRequest[][] =>
  receivers.flatMap((receiver) => arrivals(receiver).filter((requests) => requests.length > 1));

/** An account with one destination a receiver, and its token. */
async function prepare(app: App, destination: object = {}): Promise<string> {
  const admin = new ApiClient(app.url, app.apiKey);
  const { body } = await admin.post('/api/accounts/', { email: 'crash@example.com', account_name: 'Crash' });
  for (const receiver of receivers) {
    const created = await admin.post(`/api/accounts/${body.account_id}/destinations/`, {
      url: receiver.url,
      http_method: 'POST',
      headers: { 'X-Test': 'crash' },
      retry_schedule: [1, 1, 1, 1, 1, 5, 5, 5],
      ...destination,
    });
    expect(created.status).toBe(201);
  }
  return String(body.app_secret_token);
}

/** Sends numbered events side by side, each again until it is accepted, to where the service is at that time. */
class Load {
  accepted = 0;
  stopped = false;
  private next = 0;
  private readonly senders: Promise<void>[];
  private readonly waiters = new Set<() => void>();

  constructor(
    private url: string,
    private readonly token: string,
    private readonly total = EVENTS,
  ) {
    this.senders = Array.from({ length: 16 }, () => this.send());
  }

  moveTo(url: string): void {
    this.url = url;
  }

  async untilAccepted(count: number): Promise<void> {
    while (this.accepted < count) await new Promise<void>((resolve) => this.waiters.add(resolve));
  }

  async end(): Promise<void> {
    await Promise.all(this.senders);
  }

  private async send(): Promise<void> {
    while (this.next < this.total && !this.stopped) {
      const n = this.next++;
      while (!this.stopped && !(await this.sendOne(n))) await sleep(100);
    }
  }

  private async sendOne(n: number): Promise<boolean> {
    const headers = { 'CL-X-TOKEN': this.token, 'CL-X-EVENT-ID': `event-${n}` };
    try {
      const answer = await new ApiClient(this.url, null).post('/server/incoming_data/', { n }, headers);
      if (answer.status !== 202) {
        expect(answer.status).toBe(503);
        return false;
      }
    } catch (error) {
      // Cut off or refused: whether it was accepted is unknown, so it is sent again under the same id.
      if (!(error instanceof TypeError)) throw error;
      return false;
    }
    this.accepted++;
    for (const wake of this.waiters) wake();
    this.waiters.clear();
    return true;
  }
}

describe('on a database of its own', () => {
  let database: TestDatabase;
  let app: App;
  let sql: Client;

  const start = (options: AppOptions = {}): Promise<App> =>
    startApp({ ...options, databaseUrl: database.url, env: { ENCRYPTION_KEY, ...options.env } });
  const count = async (condition: string): Promise<number> => {
    const { rows } = await sql.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${condition}`);
    return rows[0]?.n ?? -1;
  };
  const othersConnections = `pg_stat_activity WHERE datname = current_database()
    AND backend_type = 'client backend' AND pid <> pg_backend_pid()`;
  const expectAllSettled = async (): Promise<void> => {
    const delivered = () => count(`finished_deliveries WHERE state = 'delivered'`);
    await expect.poll(delivered, { timeout: WAIT_MS }).toBe(EVENTS * DESTINATIONS);
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    sql = new Client(database.url);
    await sql.connect();
    app = await start();
  });
  afterEach(async () => {
    await app.stop();
    await sql.end();
    await database.drop();
  });

  it('kill -9 of the whole service loses nothing; repeated is at most what was in flight', async () => {
    const load = new Load(app.url, await prepare(app));
    await load.untilAccepted(EVENTS / 2);
    process.kill(-app.pid, 'SIGKILL');
    await app.ended;
    // PostgreSQL goes on for a moment with what the killed have asked of it.
    await expect.poll(() => count(othersConnections), { timeout: WAIT_MS }).toBe(0);
    const inFlight = await count('waiting_deliveries WHERE leased_by IS NOT NULL');
    app = await start();
    load.moveTo(app.url);
    await load.end();
    await untilAllArrived();
    await expectAllSettled();
    expect(await count('events')).toBe(EVENTS);
    const duplicates = repeated().reduce((sum, requests) => sum + requests.length - 1, 0);
    expect(duplicates).toBeLessThanOrEqual(inFlight);
    expect(await count(`attempts WHERE error_code = 'interrupted'`)).toBe(inFlight);
    expect(await count('waiting_deliveries')).toBe(0);
  });

  it('SIGTERM under full load ends with 0, repeats nothing, loses nothing', async () => {
    const load = new Load(app.url, await prepare(app));
    await load.untilAccepted(EVENTS / 2);
    process.kill(-app.pid, 'SIGTERM');
    expect(await app.ended).toBe(0);
    expect(await count('waiting_deliveries WHERE leased_by IS NOT NULL')).toBe(0);
    expect(await count('processes')).toBe(0);
    app = await start();
    load.moveTo(app.url);
    await load.end();
    await untilAllArrived();
    await expectAllSettled();
    expect(repeated()).toEqual([]);
    expect(await count(`attempts WHERE error_code IS NOT NULL`)).toBe(0);
  });

  it('an attempt that outlasts DRAIN_SECONDS is cut off, written down and made again', async () => {
    await app.stop();
    app = await start({ env: { DRAIN_SECONDS: '1' } });
    const token = await prepare(app, { timeout_ms: 60_000 });
    for (const receiver of receivers) receiver.answer(() => new Promise(() => undefined));
    const load = new Load(app.url, token);
    for (const receiver of receivers) await receiver.waitFor(16, WAIT_MS);
    load.stopped = true;
    await load.end();
    for (const receiver of receivers) receiver.answer({ status: 200 });
    await app.stop();
    expect(await count(`attempts WHERE error_code = 'interrupted'`)).toBe(16 * DESTINATIONS);
    expect(await count(`waiting_deliveries WHERE schedule_position > 0 OR leased_by IS NOT NULL`)).toBe(0);
    app = await start();
    await expect.poll(() => count('waiting_deliveries'), { timeout: WAIT_MS }).toBe(0);
    expect(await count(`finished_deliveries WHERE state = 'delivered'`)).toBe(load.accepted * DESTINATIONS);
  });

  it('of two processes one killed gives its deliveries back within seconds, the other keeps its own', async () => {
    await app.stop();
    app = await start({ env: { PROCESSES: '2' } });
    const token = await prepare(app, { timeout_ms: 60_000, max_concurrency: 100 });
    for (const receiver of receivers) receiver.answer(() => new Promise(() => undefined));
    await new Load(app.url, token, 40).end();
    for (const receiver of receivers) await receiver.waitFor(40, WAIT_MS);
    const { rows } = await sql.query<{ pid: number; ids: string[] }>(
      `SELECT p.pid, array_agg(w.delivery_id) AS ids FROM waiting_deliveries w
       JOIN processes p ON p.process_id = w.leased_by GROUP BY p.pid ORDER BY count(*) DESC`,
    );
    const [killed, ...others] = rows;
    if (!killed) throw new Error('no leases');
    expect(rows.flatMap((row) => row.ids)).toHaveLength(40 * DESTINATIONS);
    for (const receiver of receivers) receiver.answer({ status: 200 });
    process.kill(killed.pid, 'SIGKILL');
    const finished = (ids: string[]): Promise<number> =>
      sql
        .query(`SELECT 1 FROM finished_deliveries WHERE delivery_id = ANY ($1) AND state = 'delivered'`, [ids])
        .then((result) => result.rows.length);
    await expect.poll(() => finished(killed.ids), { timeout: WAIT_MS }).toBe(killed.ids.length);
    expect(await finished(others.flatMap((row) => row.ids))).toBe(0);
    process.kill(-app.pid, 'SIGKILL');
  });
});

it('kill -9 of PostgreSQL loses nothing; repeated is at most what was not written down yet', async () => {
  const dir = newDataDir();
  const app = await startApp({ databaseUrl: null, env: { DATA_DIR: dir.path } });
  try {
    const load = new Load(app.url, await prepare(app));
    await load.untilAccepted(EVENTS / 2);
    const killedAtMs = Date.now();
    const pid = dir.databasePid();
    if (pid === null) throw new Error('no database is running');
    process.kill(pid, 'SIGKILL');
    await load.end();
    await untilAllArrived();
    const admin = new ApiClient(app.url, app.apiKey);
    const stillWaiting = async (): Promise<number> => {
      const states = ['pending', 'in_flight', 'retrying', 'held'];
      const lists = await Promise.all(states.map((state) => admin.get(`/api/deliveries/?state=${state}`)));
      return lists.flatMap((list) => list.body.results).length;
    };
    await expect.poll(stillWaiting, { timeout: WAIT_MS, interval: 200 }).toBe(0);
    // What had been settled for some time before the kill is not sent again.
    for (const [first] of repeated()) expect(first?.receivedAtMs).toBeGreaterThan(killedAtMs - 10_000);
    expect(app.output()).toMatch(/PostgreSQL is back/);
  } finally {
    expect(await app.stop()).toBe(0);
    dir.remove();
  }
});
