import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp } from '../support/app.js';
import { newSender, startWithReceiver } from '../support/ledger.js';
import { type Answerer, type Receiver, refusedUrl } from '../support/receiver.js';
import { startApi, type TestApi } from '../support/start-api.js';

/** Between two looks of who waits: the process looks after some 0.8 and 1.6 s if nobody tells it. */
const SLOW_MS = 900;

let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;

/** What `/held` waits for before it answers. */
let held = Promise.resolve();

const answer: Answerer = async (request) => {
  if (request.url === '/held') await held;
  return { status: request.url === '/bad' ? 500 : 200, delayMs: request.url === '/slow' ? SLOW_MS : 0 };
};

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver());
  receiver.answer(answer);
});
afterAll(() => stop());

/** From now on `/held` does not answer; returns how to let it. */
function hold(): () => void {
  let release = (): void => undefined;
  held = new Promise((resolve) => (release = resolve));
  return release;
}

const prefer = (seconds: number): Record<string, string> => ({ Prefer: `respond-async, wait=${seconds}` });

it('answers with what became of the event at each destination', async () => {
  const sender = await newSender(api);
  const good = await sender.destination(`${receiver.url}/good`);
  const bad = await sender.destination(`${receiver.url}/bad`);
  const refused = await sender.destination(await refusedUrl(), { retry_schedule: [] });
  const disabled = await sender.destination(`${receiver.url}/off`, { enabled: false });
  const other = await sender.destination(`${receiver.url}/other`, { event_types: ['other'] });
  const answer = await sender.push({ a: 1 }, prefer(10));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('preference-applied')).toBe('wait');
  expect(answer.body).toMatchObject({ message: 'Data Received', destinations: 4 });
  const outcomes = new Map(
    answer.body.deliveries.map((item: { destination_id: string }) => [item.destination_id, item]),
  );
  expect(outcomes.size).toBe(5);
  expect(outcomes.get(good)).toEqual({
    destination_id: good,
    delivery_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    state: 'delivered',
    status: 200,
    error_code: null,
    message: 'Delivered.',
    next_attempt_at: null,
  });
  expect(outcomes.get(bad)).toMatchObject({
    state: 'retrying',
    status: 500,
    error_code: 'server_error',
    message: expect.stringContaining('500'),
    next_attempt_at: expect.stringMatching(/Z$/),
  });
  expect(outcomes.get(refused)).toMatchObject({ state: 'failed', status: null, error_code: 'connection_refused' });
  expect(outcomes.get(disabled)).toMatchObject({ state: 'held', error_code: null, message: expect.any(String) });
  expect(outcomes.get(other)).toMatchObject({ state: 'skipped', error_code: null, message: expect.any(String) });
});

it('answers at once where nothing is to be attempted', async () => {
  const sender = await newSender(api);
  const startedMs = Date.now();
  expect(await sender.push({}, prefer(30))).toMatchObject({ status: 200, body: { destinations: 0, deliveries: [] } });
  expect(Date.now() - startedMs).toBeLessThan(15_000);
});

it('answers 202 when the time runs out, and the outcome when the id is sent again', async () => {
  const sender = await newSender(api);
  await sender.destination(`${receiver.url}/held`);
  const release = hold();
  const id = { 'CL-X-EVENT-ID': 'held' };
  const startedMs = Date.now();
  const first = await sender.push({}, { ...prefer(1), ...id });
  const tookMs = Date.now() - startedMs;
  expect(first.status).toBe(202);
  expect(first.headers.get('preference-applied')).toBe('wait');
  expect(tookMs).toBeGreaterThan(950);
  expect(tookMs).toBeLessThan(10_000);
  release();
  const again = await sender.push({}, { ...prefer(20), ...id });
  expect(again).toMatchObject({
    status: 200,
    body: { event_id: first.body.event_id, deliveries: [{ state: 'delivered' }] },
  });
  expect(receiver.requests.filter((request) => request.header('webhook-id') === first.body.event_id)).toHaveLength(1);
  const unasked = await sender.push({}, id);
  expect(unasked).toMatchObject({ status: 202, body: first.body });
  expect(unasked.headers.get('preference-applied')).toBeNull();
});

it('lets so many callers wait and answers the others at once', async () => {
  const sender = await newSender(api);
  await sender.destination(`${receiver.url}/held`);
  const release = hold();
  const kinds: string[] = [];
  const count = (kind: RegExp): number => kinds.filter((one) => kind.test(one)).length;
  const callers = Array.from({ length: 240 }, async () => {
    const { status, headers } = await sender.push({}, prefer(30));
    kinds.push(`${status} ${headers.get('preference-applied')}`);
  });
  await expect.poll(() => count(/^202 null$/)).toBeGreaterThanOrEqual(30);
  release();
  await Promise.all(callers);
  expect(count(/ wait$/)).toBeGreaterThan(150);
});

it('is told by the process that made the attempts', async () => {
  const ENCRYPTION_KEY = randomBytes(32).toString('base64');
  const front = await startApi({ ROLE: 'api', ENCRYPTION_KEY });
  const worker = await startApp({ databaseUrl: front.databaseUrl, env: { ROLE: 'worker', ENCRYPTION_KEY } });
  try {
    const sender = await newSender(front);
    await sender.destination(`${receiver.url}/slow`);
    // The first one opens the connection for the messages; of the others one that nothing holds up says enough.
    const push = async (): Promise<number> => {
      const startedMs = Date.now();
      const answer = await sender.push({}, prefer(30));
      expect(answer).toMatchObject({ status: 200, body: { deliveries: [{ state: 'delivered' }] } });
      return Date.now() - startedMs;
    };
    await push();
    await expect.poll(push).toBeLessThan(1_500);
  } finally {
    await worker.stop();
    await front.stop();
  }
});

it('does not keep the service from stopping', async () => {
  const service = await startWithReceiver({ DRAIN_SECONDS: '60' });
  service.receiver.answer(answer);
  const sender = await newSender(service.api);
  await sender.destination(`${service.receiver.url}/held`, { timeout_ms: 60_000 });
  const release = hold();
  const waiting = sender.push({}, prefer(30));
  await service.receiver.waitFor(1);
  const startedMs = Date.now();
  const stopped = service.stop();
  expect((await waiting).status).toBe(202);
  // Long before its time is over or the attempt is cut off.
  expect(Date.now() - startedMs).toBeLessThan(20_000);
  release();
  await stopped;
});
