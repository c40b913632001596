import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { newClock, type Clock } from '../support/clock.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, untilState } from '../support/sender.js';

/** A wall clock that is set while events flow changes nothing: what is waited for is measured, not read off a clock. */
const HOUR_MS = 3_600_000;
/** The preload looks every 50 ms. */
const NOTICED_MS = 200;

const folder = mkdtempSync(join(tmpdir(), 'data-pusher-clock-'));
let clock: Clock;
let app: App;
let receiver: Receiver;
beforeAll(async () => {
  clock = newClock(join(folder, 'offset'));
  receiver = await startReceiver();
  app = await startApp({ env: clock.env });
});
afterAll(async () => {
  await app.stop();
  await receiver.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  receiver.clear();
  receiver.answer({ status: 200 });
  clock.setOffset(0);
  await sleep(NOTICED_MS);
});

test('the preload does set the clock: ids carry the time', async () => {
  const sender = await newSender(app);
  const timeOf = (id: string): number => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
  clock.setOffset(48 * HOUR_MS);
  await sleep(NOTICED_MS);
  expect(timeOf(await push(app, sender)) - Date.now()).toBeGreaterThan(47 * HOUR_MS);
});

test.each([
  ['set back by an hour', -HOUR_MS],
  ['set forward by an hour and back', HOUR_MS],
])('%s: what is accepted then is delivered at once', async (_how, offsetMs) => {
  const sender = await newSender(app);
  await newDestination(app, sender, receiver.url);
  // A pace to remember.
  for (let n = 0; n < 20; n++) await push(app, sender);
  await receiver.waitFor(20);
  clock.setOffset(offsetMs);
  await sleep(NOTICED_MS);
  for (let n = 0; n < 20; n++) await push(app, sender);
  await receiver.waitFor(40);
  clock.setOffset(0);
  await sleep(NOTICED_MS);
  await Promise.all(Array.from({ length: 60 }, () => push(app, sender)));
  expect(await receiver.waitFor(100)).toHaveLength(100);
});

test('set back by an hour: a rate limit goes on at its rate', async () => {
  const sender = await newSender(app);
  await newDestination(app, sender, receiver.url, { rate_limit: 50 });
  await push(app, sender);
  await receiver.waitFor(1);
  clock.setOffset(-HOUR_MS);
  await sleep(NOTICED_MS);
  for (let n = 0; n < 60; n++) await push(app, sender);
  expect(await receiver.waitFor(61)).toHaveLength(61);
});

test('set back by an hour: a destination that was down is probed all the same', async () => {
  const sender = await newSender(app);
  const answers = { status: 500 };
  receiver.answer(() => answers);
  await newDestination(app, sender, receiver.url, { retry_schedule: [1, 1, 1] });
  for (let n = 0; n < 12; n++) await push(app, sender);
  await app.waitForLog((line) => String(line.msg).startsWith('circuit opened'));
  clock.setOffset(-HOUR_MS);
  answers.status = 200;
  await receiver.waitFor((all) => new Set(all.map((request) => request.header('webhook-id'))).size >= 12);
  const last = await push(app, sender);
  await receiver.waitFor((all) => all.some((request) => request.header('webhook-id') === last));
  expect((await untilState(app, last, 'delivered')).attempts).toBe(1);
});

test("PostgreSQL's clock is set back by an hour: what waited for its first attempt goes within seconds", async () => {
  const sender = await newSender(app);
  const id = await newDestination(app, sender, receiver.url, { enabled: false });
  const eventId = await push(app, sender);
  const client = new Client({ connectionString: app.databaseUrl ?? '' });
  await client.connect();
  try {
    // Seen from its rows, that is what happens: see test/integration/database-clock.test.ts. A beat that had begun
    // would write its own time over it unseen: it is waited for, and the next waits for us.
    await client.query(`
      BEGIN;
      LOCK TABLE processes IN EXCLUSIVE MODE;
      WITH seen AS (UPDATE processes SET seen_at = seen_at + interval '1 hour')
      UPDATE waiting_deliveries SET due_at = due_at + interval '1 hour', created_at = created_at + interval '1 hour';
      COMMIT`);
  } finally {
    await client.end();
  }
  await app.request('PATCH', `/api/destinations/${id}/`, { body: { enabled: true } });
  await receiver.waitFor(1);
  expect(await untilState(app, eventId, 'delivered')).toMatchObject({ attempts: 1 });
});
