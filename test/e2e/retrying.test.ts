import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.js';
import {
  type Answer,
  misbehave,
  type RawAnswer,
  type Receiver,
  refusedUrl,
  startReceiver,
} from '../support/receiver.js';
import { type Delivery, newDestination, newSender, push, type Sender, untilState } from '../support/sender.js';

/** What becomes of a delivery that did not arrive, and of its destination. */
const WAIT_MS = 60_000;

let app: App;
let receiver: Receiver;
let sender: Sender;

beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp({ env: { PROCESSES: '2' } }), startReceiver()]);
});
afterAll(async () => {
  await app.stop();
  await receiver.close();
});
beforeEach(async () => {
  sender = await newSender(app);
  receiver.clear();
  receiver.answer({ status: 200 });
});

const attemptsOf = async ({ id }: Delivery): Promise<Record<string, unknown>[]> =>
  (await app.get<{ results: Record<string, unknown>[] }>(`/api/deliveries/${id}/attempts/`)).body.results;

const patch = (destinationId: string, body: object) =>
  app.request('PATCH', `/api/destinations/${destinationId}/`, { body });

describe('every way to fail has a code and words of its own', () => {
  it.each<[string, Answer | RawAnswer, number | null]>([
    ['redirected', { status: 307, headers: { location: '/elsewhere' } }, 307],
    ['client_error', { status: 404 }, 404],
    ['rate_limited', { status: 429 }, 429],
    ['server_error', { status: 503 }, 503],
    ['timed_out', misbehave.hangBeforeHeaders, null],
    ['timed_out', misbehave.drip(20), null],
    ['connection_reset', misbehave.reset, null],
    ['connection_reset', misbehave.cutBody, null],
    ['invalid_response', misbehave.invalidHttp, null],
  ])('%s', async (code, answer, status) => {
    receiver.answer(answer);
    // A connection that a receiver broke may not be the one of the next test.
    await newDestination(app, sender, `${receiver.url}/in`, { retry_schedule: [], timeout_ms: 1_000 });
    const delivery = await untilState(app, await push(app, sender), 'failed');
    expect(delivery).toMatchObject({ reason: code, attempts: 1, last_status: status, next_attempt_at: null });
    expect(delivery.finished_at).not.toBeNull();
    const [attempt] = await attemptsOf(delivery);
    expect(attempt).toMatchObject({ error_code: code, status, message: expect.stringMatching(/\w+ .+[.:]/) });
    expect(receiver.requests.map((request) => request.url)).toEqual(['/in']);
  });

  it.each<[string, () => Promise<string>]>([
    ['connection_refused', refusedUrl],
    ['name_not_found', () => Promise.resolve('http://no-such-host.invalid/')],
    ['tls_error', () => Promise.resolve(receiver.url.replace('http:', 'https:'))],
  ])('%s', async (code, url) => {
    await newDestination(app, sender, await url(), { retry_schedule: [] });
    const delivery = await untilState(app, await push(app, sender), 'failed');
    expect(delivery).toMatchObject({ reason: code, last_status: null });
  });
});

describe('the schedule', () => {
  it('is gone through, then the delivery has failed and is kept; a call sends it again', async () => {
    receiver.answer({ status: 500 });
    await newDestination(app, sender, receiver.url, { retry_schedule: [1, 2] });
    const eventId = await push(app, sender, '{"kept":true}');
    const failed = await untilState(app, eventId, 'failed');
    expect(failed).toMatchObject({ attempts: 3, reason: 'server_error', last_status: 500 });
    const times = receiver.requests.map((request) => request.receivedAtMs);
    expect(times).toHaveLength(3);
    // Twenty per cent less at most, and a little for what passes before an arrival.
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(700);
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThan(1_500);
    expect(new Set(receiver.requests.map((request) => request.header('webhook-id')))).toEqual(new Set([eventId]));

    receiver.answer({ status: 200 });
    expect(await app.post(`/api/deliveries/${failed.id}/retry/`)).toMatchObject({ status: 202 });
    const delivered = await untilState(app, eventId, 'delivered');
    expect(delivered).toMatchObject({ id: failed.id, attempts: 4, reason: null, last_status: 200 });
    expect((await attemptsOf(delivered)).map((attempt) => attempt['number'])).toEqual([1, 2, 3, 4]);
    expect(receiver.requests.at(-1)?.body.toString()).toBe('{"kept":true}');
    expect(await app.post(`/api/deliveries/${failed.id}/retry/`)).toMatchObject({ status: 409 });
  });

  it.each([
    ['seconds', () => '4'],
    ['a date', () => new Date(Date.now() + 5_000).toUTCString()],
  ])('waits for Retry-After in %s, and so does the whole destination', async (_form, after) => {
    receiver.answer((_request, number) =>
      number === 1 ? { status: 503, headers: { 'retry-after': after() } } : { status: 200 },
    );
    const destinationId = await newDestination(app, sender, receiver.url, { retry_schedule: [1] });
    const first = await push(app, sender);
    await untilState(app, first, 'retrying');
    const second = await push(app, sender);
    await untilState(app, second, 'delivered');
    await untilState(app, first, 'delivered');
    const [refused, ...later] = receiver.requests.map((request) => request.receivedAtMs);
    expect(later).toHaveLength(2);
    for (const time of later) expect(time - (refused ?? 0)).toBeGreaterThan(3_000);
    expect((await app.get(`/api/destinations/${destinationId}/`)).body).toMatchObject({ enabled: true });
  });
});

describe('a disabled destination', () => {
  it('by 410: that delivery has failed, the next are held until it is enabled', async () => {
    receiver.answer({ status: 410 });
    const destinationId = await newDestination(app, sender, receiver.url);
    const refused = await untilState(app, await push(app, sender), 'failed');
    expect(refused).toMatchObject({ reason: 'gone', attempts: 1 });
    const path = `/api/destinations/${destinationId}/`;
    await expect
      .poll(async () => (await app.get(path)).body, { timeout: WAIT_MS })
      .toMatchObject({ enabled: false, disabled_reason: expect.stringContaining('410') });

    receiver.answer({ status: 200 });
    const events = [await push(app, sender, '{"n":1}'), await push(app, sender, '{"n":2}')];
    for (const eventId of events) {
      expect(await untilState(app, eventId, 'held')).toMatchObject({
        reason: 'destination_disabled',
        next_attempt_at: null,
      });
    }
    expect(receiver.requests).toHaveLength(1);
    expect(await patch(destinationId, { enabled: true })).toMatchObject({ status: 200 });
    for (const eventId of events) await untilState(app, eventId, 'delivered');
    expect(receiver.requests).toHaveLength(3);
  });

  it('holds what was being retried, too', async () => {
    receiver.answer({ status: 500 });
    const destinationId = await newDestination(app, sender, receiver.url, { retry_schedule: [3600] });
    const eventId = await push(app, sender);
    await untilState(app, eventId, 'retrying');
    await patch(destinationId, { enabled: false });
    expect(await untilState(app, eventId, 'held')).toMatchObject({ attempts: 1, last_status: 500 });
  });
});

describe('what is not sent any more', () => {
  it.each<[string, (destinationId: string) => string]>([
    ['its destination', (id) => `/api/destinations/${id}/`],
    ['its account', () => `/api/accounts/${sender.accountId}/`],
  ])('is cancelled when %s is deleted, and stays readable', async (_what, path) => {
    receiver.answer({ status: 500 });
    const destinationId = await newDestination(app, sender, `${receiver.url}/as-it-was`, { retry_schedule: [3600] });
    const eventId = await push(app, sender);
    await untilState(app, eventId, 'retrying');
    expect(await app.request('DELETE', path(destinationId))).toMatchObject({ status: 204 });
    const cancelled = await untilState(app, eventId, 'cancelled');
    expect(cancelled).toMatchObject({
      url: `${receiver.url}/as-it-was`,
      http_method: 'POST',
      reason: 'destination_deleted',
      attempts: 1,
      next_attempt_at: null,
    });
    expect(await attemptsOf(cancelled)).toHaveLength(1);
    expect(await app.post(`/api/deliveries/${cancelled.id}/retry/`)).toMatchObject({ status: 409 });
  });

  it('is skipped for a destination that wants other types', async () => {
    await newDestination(app, sender, receiver.url, { event_types: ['order.created'] });
    const other = await push(app, sender, '{}', { 'CL-X-EVENT-TYPE': 'order.deleted' });
    expect(await untilState(app, other, 'skipped')).toMatchObject({ reason: 'event_type_not_wanted', attempts: 0 });
    await untilState(app, await push(app, sender, '{}', { 'CL-X-EVENT-TYPE': 'order.created' }), 'delivered');
    expect(receiver.requests).toHaveLength(1);
  });
});
