import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type App, startApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, type Sender, untilState } from '../support/sender.js';
import { openGate, type TcpGate } from '../support/tcp-gate.js';

/** The contract's table of receiving, where two processes take the requests. */
const WAIT_MS = 60_000;
const PATH = '/server/incoming_data/';
const MAX_BODY_BYTES = 10_000;

let database: TestDatabase;
let gate: TcpGate;
let app: App;
let receiver: Receiver;
let sender: Sender;

beforeAll(async () => {
  database = await createTestDatabase();
  const direct = new URL(database.url);
  gate = await openGate({ host: direct.hostname, port: Number(direct.port) });
  const env = {
    PROCESSES: '2',
    MAX_BODY_BYTES: String(MAX_BODY_BYTES),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  };
  [app, receiver] = await Promise.all([
    startApp({ env, databaseUrl: Object.assign(direct, { port: String(gate.port) }).href }),
    startReceiver(),
  ]);
});
afterAll(async () => {
  await app.stop();
  await receiver.close();
  await gate.shut();
  await database.drop();
});
beforeEach(async () => {
  sender = await newSender(app);
  receiver.clear();
});

interface Answer {
  readonly code: string;
  readonly error: string;
  readonly event_id: string;
  readonly destinations: number;
}

const send = (body: string | Buffer | undefined, headers: Record<string, string> = {}, method = 'POST') =>
  app.request<Answer>(method, PATH, { body, headers: { 'CL-X-TOKEN': sender.token, ...headers }, apiKey: null });

/** So many requests at once, over connections that both processes have. */
const sendAtOnce = (count: number, body: string, headers: Record<string, string> = {}) =>
  Promise.all(Array.from({ length: count }, () => send(body, { Connection: 'close', ...headers })));

describe('what is wrong is told in this order', () => {
  const tooLarge = 'x'.repeat(MAX_BODY_BYTES + 1);
  const text = { 'Content-Type': 'text/plain' };

  it.each<[status: number, code: string, error: string, method: string, body: string, headers: Record<string, string>]>(
    [
      [405, 'method_not_allowed', 'Invalid Data', 'PUT', tooLarge, { 'CL-X-TOKEN': '', ...text }],
      [401, 'invalid_token', 'Un Authenticate', 'POST', tooLarge, { 'CL-X-TOKEN': '', ...text }],
      [401, 'invalid_token', 'Un Authenticate', 'POST', tooLarge, { 'CL-X-TOKEN': 'dpt_wrong', ...text }],
      [415, 'unsupported_media_type', '', 'POST', tooLarge, text],
      [413, 'payload_too_large', '', 'POST', tooLarge, {}],
      [400, 'invalid_data', 'Invalid Data', 'POST', tooLarge.slice(1), {}],
      [400, 'invalid_data', 'Invalid Data', 'POST', '"no container"', {}],
      [400, 'invalid_data', 'Invalid Data', 'POST', '['.repeat(65) + ']'.repeat(65), {}],
    ],
  )('%i %s', async (status, code, error, method, body, headers) => {
    const answer = await send(body, headers, method);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status, code, error: error || expect.any(String) });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    if (status === 405) expect(answer.headers.get('allow')).toBe('POST');
    if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^CL-X-TOKEN /);
  });

  it('and what is valid is accepted', async () => {
    await newDestination(app, sender, receiver.url, { enabled: false });
    await newDestination(app, sender, receiver.url, { enabled: false, event_types: ['order.created'] });
    const { status, body } = await send('["' + 'x'.repeat(MAX_BODY_BYTES - 4) + '"]');
    expect(status).toBe(202);
    expect(body).toEqual({ message: 'Data Received', event_id: expect.any(String), destinations: 1 });
    const typed = await send('{}', { 'Content-Type': 'application/x+json', 'CL-X-EVENT-TYPE': 'order.created' });
    expect(typed.body.destinations).toBe(2);
  });
});

describe('the log', () => {
  it('has a line for an event and one for each attempt, whatever the sender calls it', async () => {
    const destinationId = await newDestination(app, sender, receiver.url);
    const externalId = String.raw`a "quoted\" id`;
    const eventType = '"},{"order.created"';
    receiver.answer({ status: 500 });
    onTestFinished(() => receiver.answer({ status: 200 }));
    const { body } = await send('{}', { 'CL-X-EVENT-ID': externalId, 'CL-X-EVENT-TYPE': eventType });
    const eventId = body.event_id ?? '';
    const ofEvent = { level: 'info', time: expect.any(String), pid: expect.any(Number), event_id: eventId };
    const accepted = {
      ...ofEvent,
      account_id: sender.accountId,
      event_type: eventType,
      external_id: externalId,
      size: 2,
      destinations: 1,
      msg: 'event accepted',
    };
    const attempt = {
      ...ofEvent,
      delivery_id: expect.any(String),
      account_id: sender.accountId,
      destination_id: destinationId,
      number: 1,
      method: 'POST',
      status: 500,
      error_code: 'server_error',
      address: '127.0.0.1',
      duration_ms: expect.any(Number),
      state: 'retrying',
      next_attempt_in_ms: expect.any(Number),
      msg: 'attempt',
    };
    await send('{}', { 'CL-X-EVENT-ID': externalId, 'CL-X-EVENT-TYPE': eventType });
    const lines = () => app.logs().filter((line) => line['event_id'] === eventId);
    await vi.waitFor(() => expect(lines().length).toBeGreaterThanOrEqual(3), { timeout: WAIT_MS });
    expect(lines()).toEqual(expect.arrayContaining([accepted, attempt, { ...accepted, repeated: true }]));
  });
});

describe('an id seen before', () => {
  it('sent at once to both processes is accepted once and pushed once', async () => {
    await newDestination(app, sender, receiver.url);
    const answers = await sendAtOnce(60, '{"a":1}', { 'CL-X-EVENT-ID': 'at once' });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const [first] = answers;
    expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toEqual(new Set([JSON.stringify(first?.body)]));
    await untilState(app, first?.body.event_id ?? '', 'delivered');
    await untilState(app, await push(app, sender, '{"last":true}'), 'delivered');
    expect(receiver.requests.map(({ body }) => body.toString())).toEqual(['{"a":1}', '{"last":true}']);
    const took = () => {
      const lines = app
        .logs()
        .filter((line) => line['event_id'] === first?.body.event_id && line.msg === 'event accepted');
      expect(new Set(lines.map((line) => line['pid'])).size).toBe(2);
    };
    await vi.waitFor(took, { timeout: WAIT_MS });
  });

  it('by either header gets the first answer again, with other bytes 422', async () => {
    const first = await send('{"a":1}', { 'CL-X-EVENT-ID': 'one' });
    expect((await send('{"a":1}', { 'Idempotency-Key': 'one' })).body).toEqual(first.body);
    expect(await send('{"a": 1}', { 'CL-X-EVENT-ID': 'one' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_mismatch' },
    });
  });
});

describe('what is gone is not used by any process', () => {
  it('a token that was rotated', async () => {
    // Both processes have seen it a moment ago.
    await sendAtOnce(20, '{}');
    const path = `/api/accounts/${sender.accountId}/rotate-token/`;
    expect((await app.post(path, { overlap_seconds: 0 })).status).toBe(200);
    const answers = [...(await sendAtOnce(20, '{}')), ...(await sendAtOnce(20, 'no JSON'))];
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  });

  it('a destination that was deleted', async () => {
    const id = await newDestination(app, sender, receiver.url);
    await sendAtOnce(20, '{}');
    await receiver.waitFor(20, WAIT_MS);
    expect((await app.request('DELETE', `/api/destinations/${id}/`)).status).toBe(204);
    const answers = await sendAtOnce(20, '{}');
    expect(new Set(answers.map(({ body }) => body.destinations))).toEqual(new Set([0]));
    expect(receiver.requests).toHaveLength(20);
  });
});

it('without its database it answers 503 with Retry-After, and goes on when it is back', async () => {
  await newDestination(app, sender, receiver.url);
  await sendAtOnce(5, '{"before":true}');
  await gate.shut();
  const answers = await sendAtOnce(10, '{"away":true}');
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    // A connection may be cut off under a statement of which nobody then knows whether it was carried out.
    expect(['unavailable', 'outcome_unknown']).toContain(answer.body.code);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  await gate.open();
  const back = async (): Promise<number> => (await send('{"after":true}', { 'CL-X-EVENT-ID': 'after' })).status;
  await expect.poll(back, { timeout: WAIT_MS, interval: 200 }).toBe(202);
  await receiver.waitFor((requests) => requests.some(({ body }) => body.includes('after')), WAIT_MS);
  expect(receiver.requests.filter(({ body }) => body.includes('away'))).toEqual([]);
});
