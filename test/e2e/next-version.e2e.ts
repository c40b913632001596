import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App, type AppOptions } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, type Sender } from '../support/sender.js';

/**
 * This version goes on while the next one brings the database up to date under it: a migration that only adds, as
 * test/integration/migrations.test.ts holds all of them to. That versions of the past did so, too, was tried by hand:
 * see docs/reliability.md.
 */
const SENDERS = 8;
const MOMENT_MS = 1_000;

let database: TestDatabase;
let client: Client;
let receiver: Receiver;
let options: AppOptions;
let app: App;
beforeAll(async () => {
  database = await createTestDatabase();
  options = { databaseUrl: database.url, env: { ENCRYPTION_KEY: randomBytes(32).toString('base64') } };
  client = new Client({ connectionString: database.url });
  await client.connect();
  receiver = await startReceiver({ answer: { status: 200, delayMs: 5 } });
  app = await startApp(options);
});
afterAll(async () => {
  await app.stop();
  await receiver.close();
  await client.end();
  await database.drop();
});

/** A column with a default for every table there is, an index on those that grow, a table, and its name on record. */
async function migrateToTheNext(): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY oid`,
  );
  expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['waiting_deliveries', 'events', 'processes']));
  // Each in a transaction of its own: one that locks table after table could meet the statements of the load in a
  // deadlock, whose victim is either.
  for (const statement of [
    ...rows.map(({ name }) => `ALTER TABLE ${name} ADD COLUMN of_the_next integer NOT NULL DEFAULT 7`),
    'CREATE INDEX waiting_deliveries_next ON waiting_deliveries (created_at)',
    'CREATE INDEX finished_deliveries_next ON finished_deliveries (finished_at)',
    'CREATE TABLE next_things (id uuid PRIMARY KEY, account_id uuid REFERENCES accounts ON DELETE CASCADE)',
    `INSERT INTO schema_migrations (timestamp, name) VALUES (9999999999999, 'Next9999999999999')`,
  ]) {
    await client.query(statement);
  }
}

/** Sends events side by side until it is stopped; whatever was not accepted is sent again under its id. */
class Load {
  readonly accepted = new Set<string>();
  readonly refused: string[] = [];
  private next = 0;
  private stopped = false;
  private readonly senders = Array.from({ length: SENDERS }, () => this.send());

  constructor(private readonly sender: Sender) {
    // One that fails is told of by stop(), not by the end of the whole run.
    for (const sending of this.senders) sending.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.senders);
  }

  private async send(): Promise<void> {
    while (!this.stopped) {
      const n = this.next++;
      while (!(await this.sendOne(n)) && !this.stopped) await sleep(100);
    }
  }

  private async sendOne(n: number): Promise<boolean> {
    const answer = await app.request<{ event_id: string }>('POST', '/server/incoming_data/', {
      body: { n },
      headers: { 'CL-X-TOKEN': this.sender.token, 'CL-X-EVENT-ID': `n${n}` },
      apiKey: null,
    });
    if (answer.status === 202) this.accepted.add(answer.body.event_id);
    else this.refused.push(`${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.status === 202;
  }
}

test('a migration of the next version runs under load: nothing is refused, lost or repeated', async () => {
  const sender = await newSender(app);
  await newDestination(app, sender, receiver.url);
  const load = new Load(sender);
  try {
    await receiver.waitFor(50);
    await migrateToTheNext();
    // What was under way meanwhile is over.
    await sleep(MOMENT_MS);
    const arrivedThen = receiver.requests.length;
    await receiver.waitFor((all) => all.length > arrivedThen + 50);
  } finally {
    await load.stop();
  }
  expect(load.refused).toEqual([]);
  await receiver.waitFor((all) => all.length >= load.accepted.size);
  const ids = receiver.requests.map((request) => request.header('webhook-id') ?? '');
  expect(ids.length).toBe(load.accepted.size);
  expect(new Set(ids)).toEqual(load.accepted);
  const { rows } = await client.query('SELECT DISTINCT of_the_next FROM events');
  expect(rows).toEqual([{ of_the_next: 7 }]);
});

test('this version manages configuration and history in the database of the next', async () => {
  const sender = await newSender(app);
  const id = await newDestination(app, sender, receiver.url, { headers: { Authorization: 'secret' } });
  const account = `/api/accounts/${sender.accountId}/`;
  const destination = `/api/destinations/${id}/`;
  expect((await app.request('PATCH', account, { body: { account_name: 'Next' } })).status).toBe(200);
  expect((await app.request('PATCH', destination, { body: { enabled: false } })).status).toBe(200);
  expect((await app.request('PATCH', destination, { body: { enabled: true } })).status).toBe(200);
  expect((await app.post(`${account}rotate-token/`, {})).status).toBe(200);
  expect((await app.post(`${destination}signing-secret/rotate/`, {})).status).toBe(200);
  expect((await app.post(`${destination}test/`)).status).toBe(200);
  for (const list of ['accounts', 'destinations', 'events', 'deliveries', 'replays']) {
    expect((await app.get(`/api/${list}/`)).status, list).toBe(200);
  }
  expect((await app.post('/api/replays/', { state: 'delivered' })).status).toBe(201);
  expect((await app.request('DELETE', account)).status).toBe(204);
});

test('this version starts again on the database of the next, and takes nothing back', async () => {
  expect(await app.stop()).toBe(0);
  app = await startApp(options);
  const sender = await newSender(app);
  await newDestination(app, sender, receiver.url);
  receiver.clear();
  const eventId = await push(app, sender);
  await receiver.waitFor(1);
  expect(receiver.requests[0]?.header('webhook-id')).toBe(eventId);
  const { rows } = await client.query('SELECT name FROM schema_migrations ORDER BY timestamp DESC LIMIT 1');
  expect(rows).toEqual([{ name: 'Next9999999999999' }]);
});
