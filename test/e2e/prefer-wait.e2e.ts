import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp } from '../support/app.js';
import { newSender, startWithReceiver } from '../support/ledger.js';
import { type Receiver, refusedUrl } from '../support/receiver.js';
import { startApi, type TestApi } from '../support/start-api.js';

let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver());
  receiver.answer((request) => {
    if (request.url === '/slow') return { delayMs: 4_000 };
    return { status: request.url === '/bad' ? 500 : 200 };
  });
});
afterAll(() => stop());

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
  expect(Date.now() - startedMs).toBeLessThan(2_000);
});

it('answers 202 when the time runs out, and the outcome when the id is sent again', async () => {
  const sender = await newSender(api);
  await sender.destination(`${receiver.url}/slow`);
  const id = { 'CL-X-EVENT-ID': 'slow' };
  const startedMs = Date.now();
  const first = await sender.push({}, { ...prefer(1), ...id });
  const tookMs = Date.now() - startedMs;
  expect(first.status).toBe(202);
  expect(first.headers.get('preference-applied')).toBe('wait');
  expect(tookMs).toBeGreaterThan(950);
  expect(tookMs).toBeLessThan(3_000);
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
  await sender.destination(`${receiver.url}/slow`, { max_concurrency: 1 });
  const answers = await Promise.all(
    // Longer than a busy machine takes to send them all.
    Array.from({ length: 240 }, async () => {
      const answer = await sender.push({}, prefer(10));
      return [answer.status, answer.headers.get('preference-applied')].join();
    }),
  );
  expect(answers.filter((answer) => answer === '202,').length).toBeGreaterThanOrEqual(30);
  expect(answers.filter((answer) => answer === '202,wait').length).toBeGreaterThan(150);
});

it('is told by the process that made the attempts', async () => {
  const ENCRYPTION_KEY = randomBytes(32).toString('base64');
  const front = await startApi({ ROLE: 'api', ENCRYPTION_KEY });
  const worker = await startApp({ databaseUrl: front.databaseUrl, env: { ROLE: 'worker', ENCRYPTION_KEY } });
  try {
    const sender = await newSender(front);
    await sender.destination(`${receiver.url}/elsewhere`);
    // The first one opens the connection for the messages.
    for (let round = 0; round < 2; round++) {
      const startedMs = Date.now();
      const answer = await sender.push({}, prefer(10));
      expect(answer).toMatchObject({ status: 200, body: { deliveries: [{ state: 'delivered' }] } });
      expect(Date.now() - startedMs).toBeLessThan(1_500);
    }
  } finally {
    await worker.stop();
    await front.stop();
  }
});

it('does not keep the service from stopping', async () => {
  const service = await startWithReceiver({ DRAIN_SECONDS: '2' });
  service.receiver.answer({ delayMs: 20_000 });
  const sender = await newSender(service.api);
  await sender.destination(service.receiver.url);
  const waiting = sender.push({}, prefer(30));
  await service.receiver.waitFor(1);
  const startedMs = Date.now();
  const stopped = service.stop();
  expect((await waiting).status).toBe(202);
  expect(Date.now() - startedMs).toBeLessThan(1_500);
  await stopped;
});
