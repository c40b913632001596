import { gzipSync } from 'node:zlib';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newSender, type Sender, until } from '../support/ledger.js';
import { startRawReceiver } from '../support/raw-receiver.js';
import { misbehave, raw, type ReceivedRequest, type Receiver, refusedUrl, startReceiver } from '../support/receiver.js';
import { startApi, type TestApi } from '../support/start-api.js';

/** Every sentence of the contract's "Pushing" that one process can show; limits over processes: limits.e2e.ts. */
const WAIT_MS = 60_000;
const METHODS_WITH_BODY = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

let api: TestApi;
let receiver: Receiver;
let sender: Sender;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
// To each its own: what one test has left under way must not arrive in the midst of the next.
beforeEach(async () => {
  sender = await newSender(api);
  receiver = await startReceiver({ answer: { status: 200, body: 'ok' } });
});
afterEach(async () => {
  await api.admin.delete(`/api/accounts/${sender.accountId}/`);
  await receiver.close();
});

interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly last_status: number | null;
  readonly url: string;
}

interface Attempt {
  readonly number: number;
  readonly status: number | null;
  readonly request_headers: Record<string, string | string[]>;
  readonly response_headers: Record<string, string | string[]>;
  readonly response_body: string;
  readonly response_body_encoding: BufferEncoding;
  readonly response_body_truncated: boolean;
  readonly response_body_size: number | null;
  readonly resent: boolean;
  readonly timings: Record<string, number>;
  readonly message: string;
}

/** The delivery to this destination, once it is in one of these states. */
async function deliveryOf(destinationId: string, eventId: string, ...states: string[]): Promise<Delivery> {
  const path = `/api/deliveries/?destination_id=${destinationId}&event_id=${eventId}`;
  const answer = await until(
    () => api.admin.get(path),
    ({ body }) => body.results.length > 0 && states.includes(body.results[0].state),
    WAIT_MS,
  );
  return answer.body.results[0] as Delivery;
}

const attemptsOf = async (delivery: Delivery): Promise<Attempt[]> =>
  (await api.admin.get(`/api/deliveries/${delivery.id}/attempts/`)).body.results;

async function pushOne(body: unknown = { a: 1 }, headers: Record<string, string> = {}): Promise<string> {
  const answer = await sender.push(body, headers);
  expect(answer.status).toBe(202);
  return String(answer.body.event_id);
}

/** Pushes one event to one new destination and waits for its first request. */
async function received(destination: object, body: unknown = { a: 1 }): Promise<ReceivedRequest> {
  await sender.destination(`${receiver.url}/hook`, destination);
  await pushOne(body);
  const [request] = await receiver.waitFor(1, WAIT_MS);
  if (!request) throw new Error('nothing received');
  return request;
}

const secretOf = async (destinationId: string): Promise<string> =>
  (await api.admin.get(`/api/destinations/${destinationId}/signing-secret/`)).body.secret;

const signed = (request: ReceivedRequest): Record<string, string> =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, request.header(name) ?? '']),
  );

describe('the request', () => {
  it.each(METHODS_WITH_BODY)(
    'by %s has the bytes received and the content type they came with',
    async (http_method) => {
      await sender.destination(`${receiver.url}/hook?own=1`, { http_method });
      const body = Buffer.from(' {"n":12345678901234567890.10,\t"n":1,"s":"\u{1f600}\\u00e9"}\r\n');
      await sender.push(body, { 'Content-Type': 'application/vnd.api+json; charset=utf-8' });
      const [request] = await receiver.waitFor(1, WAIT_MS);
      expect(request?.method).toBe(http_method);
      expect(request?.url).toBe('/hook?own=1');
      expect(request?.body.equals(body)).toBe(true);
      expect(request?.header('content-type')).toBe('application/vnd.api+json; charset=utf-8');
      expect(request?.header('content-length')).toBe(String(body.length));
      expect(request?.header('host')).toBe(`127.0.0.1:${receiver.port}`);
    },
  );

  it.each<[string, string]>([
    ['{"a":1,"b":"x y"}', 'a=1&b=x%20y'],
    ['{"a":{"b":{"c":1}}}', 'a%5Bb%5D%5Bc%5D=1'],
    ['{"a":[1,"2",null]}', 'a%5B%5D=1&a%5B%5D=2&a%5B%5D='],
    ['{"a":[{"b":1},{"b":2}]}', 'a%5B0%5D%5Bb%5D=1&a%5B1%5D%5Bb%5D=2'],
    ['{"n":12345678901234567890,"d":1.10,"e":1e+3}', 'n=12345678901234567890&d=1.10&e=1e%2B3'],
    ['{"a":1,"a":2}', 'a=2'],
    ['{"a":null,"t":true,"f":false}', 'a=&t=true&f=false'],
    ['{"\u{1f600}":"ü&="}', '%F0%9F%98%80=%C3%BC%26%3D'],
    ['{}', ''],
    [' [1, {"a":2}] ', 'data=%20%5B1%2C%20%7B%22a%22%3A2%7D%5D%20'],
  ])('by GET has %s as parameters', async (payload, query) => {
    await sender.destination(`${receiver.url}/hook`, { http_method: 'GET' });
    await sender.destination(`${receiver.url}/own?key=v&key=w`, { http_method: 'GET' });
    await pushOne(payload);
    const requests = await receiver.waitFor(2, WAIT_MS);
    const urls = requests.map((request) => request.url).toSorted();
    expect(urls).toEqual([query ? `/hook?${query}` : '/hook', `/own?key=v&key=w${query && `&${query}`}`]);
    expect(requests.every((request) => request.method === 'GET' && request.body.length === 0)).toBe(true);
    expect(requests.map((request) => request.header('content-type'))).toEqual([undefined, undefined]);
  });

  it('by GET over 8 KiB fails for good and says why; nothing is sent', async () => {
    const destination = await sender.destination(receiver.url, { http_method: 'GET' });
    const event = await pushOne({ a: 'x'.repeat(8200) });
    const delivery = await deliveryOf(destination, event, 'failed');
    expect(delivery).toMatchObject({ reason: 'url_too_long', attempts: 1, next_attempt_at: null });
    const [attempt] = await attemptsOf(delivery);
    expect(attempt).toMatchObject({ error_code: 'url_too_long', status: null });
    expect(attempt?.message).toMatch(/8 KiB/);
    const fits = await pushOne({ a: 'x'.repeat(8100) });
    await deliveryOf(destination, fits, 'delivered');
    expect(receiver.requests).toHaveLength(1);
  });

  it('has the headers as configured, several values of a name too, each a line of its own', async () => {
    const request = await received({
      headers: { 'X-Two': ['b', 'a'], Authorization: 'Bearer secret', 'X-Empty': '', 'Content-Type': 'text/x' },
    });
    expect(request.values('x-two')).toEqual(['b', 'a']);
    expect(request.header('authorization')).toBe('Bearer secret');
    expect(request.header('x-empty')).toBe('');
    expect(request.values('content-type')).toEqual(['text/x']);
    expect(request.rawHeaders).toContain('X-Two');
    expect(request.rawHeaders).toContain('Authorization');
  });

  it('goes as configured at the time of the attempt', async () => {
    receiver.answer((_request, number) => ({ status: number === 1 ? 500 : 200 }));
    const destination = await sender.destination(`${receiver.url}/old`, {
      headers: { 'X-Version': 'old' },
      retry_schedule: [3600],
    });
    const event = await pushOne();
    const { id } = await deliveryOf(destination, event, 'retrying');
    const change = { url: `${receiver.url}/new`, headers: { 'X-Version': 'new' }, http_method: 'PUT' };
    await api.admin.patch(`/api/destinations/${destination}/`, change);
    expect((await api.admin.post(`/api/deliveries/${id}/retry/`)).status).toBe(202);
    const [first, second] = await receiver.waitFor(2, WAIT_MS);
    expect([first?.method, first?.url, first?.header('x-version')]).toEqual(['POST', '/old', 'old']);
    expect([second?.method, second?.url, second?.header('x-version')]).toEqual(['PUT', '/new', 'new']);
    expect(await deliveryOf(destination, event, 'delivered')).toMatchObject({
      url: `${receiver.url}/new`,
      attempts: 2,
    });
  });

  it.each(['Connection', 'TE', 'Transfer-Encoding', 'Upgrade', 'Host', 'Content-Length', 'webhook-id', 'Webhook-Foo'])(
    'can not have %s configured',
    async (name) => {
      const headers = { 'X-A': '1', [name]: 'x' };
      const answer = await api.admin.post(`/api/accounts/${sender.accountId}/destinations/`, {
        url: receiver.url,
        http_method: 'POST',
        headers,
      });
      expect([answer.status, Object.keys(answer.body.errors)]).toEqual([400, [`headers.${name}`]]);
    },
  );
});

describe('the signature', () => {
  it.each(METHODS_WITH_BODY)('of a %s verifies with standardwebhooks and svix', async (http_method) => {
    const destination = await sender.destination(receiver.url, { http_method });
    const event = await pushOne('{"a": 1.0}');
    const [request] = await receiver.waitFor(1, WAIT_MS);
    if (!request) throw new Error('nothing received');
    const secret = await secretOf(destination);
    for (const webhook of [new StandardWebhook(secret), new SvixWebhook(secret)]) {
      expect(webhook.verify(request.body.toString(), signed(request))).toEqual({ a: 1 });
      expect(() => webhook.verify(`${request.body.toString()} `, signed(request))).toThrow();
    }
    expect(request.header('webhook-id')).toBe(event);
    expect(Math.abs(Number(request.header('webhook-timestamp')) - Date.now() / 1000)).toBeLessThan(120);
  });

  it('of a GET is over the whole raw query', async () => {
    const destination = await sender.destination(`${receiver.url}/?own=%20`, { http_method: 'GET' });
    await pushOne({ a: 'ü', b: [1] });
    const [request] = await receiver.waitFor(1, WAIT_MS);
    if (!request) throw new Error('nothing received');
    expect(request.query).toBe('own=%20&a=%C3%BC&b%5B%5D=1');
    const webhook = new StandardWebhook(await secretOf(destination));
    webhook.verify(request.query, signed(request), { jsonParse: false });
  });

  it('has the same id at every attempt', async () => {
    receiver.answer((_request, number) => ({ status: number < 3 ? 500 : 200 }));
    const destination = await sender.destination(receiver.url, { retry_schedule: [1, 1] });
    const event = await pushOne();
    await deliveryOf(destination, event, 'delivered');
    expect(receiver.requests.map((request) => request.header('webhook-id'))).toEqual([event, event, event]);
    const webhook = new StandardWebhook(await secretOf(destination));
    for (const request of receiver.requests) webhook.verify(request.body.toString(), signed(request));
  });

  it('is made with both secrets during a rotation, and with the new one only without overlap', async () => {
    const destination = await sender.destination(receiver.url);
    const rotate = (overlap_seconds: number) =>
      api.admin.post(`/api/destinations/${destination}/signing-secret/rotate/`, { overlap_seconds });
    const secrets = [await secretOf(destination)];
    const verifying = async (): Promise<boolean[]> => {
      receiver.clear();
      await pushOne();
      const [request] = await receiver.waitFor(1, WAIT_MS);
      if (!request) throw new Error('nothing received');
      const verifies = (secret: string): boolean => {
        try {
          return Boolean(new SvixWebhook(secret).verify(request.body.toString(), signed(request)));
        } catch {
          return false;
        }
      };
      return secrets.map(verifies);
    };
    expect(await verifying()).toEqual([true]);
    secrets.push((await rotate(3600)).body.secret);
    expect(await verifying()).toEqual([true, true]);
    secrets.push((await rotate(0)).body.secret);
    expect(await verifying()).toEqual([false, false, true]);
  });
});

describe('an outcome', () => {
  it.each([200, 201, 202, 204, 299])('of %i is delivered', async (status) => {
    receiver.answer({ status, headers: { 'x-answer': ['1', '2'] }, ...(status !== 204 && { body: 'thanks' }) });
    const destination = await sender.destination(receiver.url);
    const delivery = await deliveryOf(destination, await pushOne(), 'delivered');
    expect(delivery).toMatchObject({ reason: null, attempts: 1, last_status: status, next_attempt_at: null });
    const [attempt] = await attemptsOf(delivery);
    expect(attempt).toMatchObject({ number: 1, status, error_code: null, address: '127.0.0.1' });
    expect(attempt?.response_headers).toMatchObject({ 'x-answer': ['1', '2'] });
    expect(attempt?.response_body).toBe(status === 204 ? null : 'thanks');
  });

  it.each([
    [301, 'redirected'],
    [302, 'redirected'],
    [303, 'redirected'],
    [307, 'redirected'],
    [308, 'redirected'],
    [304, 'redirected'],
    [400, 'client_error'],
    [401, 'client_error'],
    [404, 'client_error'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [503, 'server_error'],
  ])('of %i is %s, is not followed and waits for its retry', async (status, code) => {
    const elsewhere = await startReceiver();
    receiver.answer({ status, headers: { location: `${elsewhere.url}/elsewhere` } });
    const destination = await sender.destination(receiver.url, { retry_schedule: [3600] });
    const delivery = await deliveryOf(destination, await pushOne(), 'retrying');
    expect(delivery).toMatchObject({ reason: code, attempts: 1, last_status: status });
    const [attempt] = await attemptsOf(delivery);
    expect(attempt).toMatchObject({ status, error_code: code });
    expect(attempt?.message).toMatch(/\w+ .*\.$/);
    expect(receiver.requests).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  it.each<[string, () => Promise<string> | string, Parameters<Receiver['answer']>[0] | null]>([
    ['connection_refused', refusedUrl, null],
    ['timed_out', () => receiver.url, misbehave.hangBeforeHeaders],
    ['connection_reset', () => receiver.url, misbehave.reset],
    ['invalid_response', () => receiver.url, misbehave.invalidHttp],
    ['tls_error', () => receiver.url.replace('http:', 'https:'), null],
  ])('%s is told apart and explained', async (code, url, answer) => {
    if (answer) receiver.answer(answer);
    // Short only where it is to run out: the others may be held up.
    const timeout_ms = code === 'timed_out' ? 500 : 15_000;
    const destination = await sender.destination(await url(), { timeout_ms, retry_schedule: [3600] });
    const delivery = await deliveryOf(destination, await pushOne(), 'retrying');
    expect(delivery.reason).toBe(code);
    const [attempt] = await attemptsOf(delivery);
    expect(attempt).toMatchObject({ error_code: code, status: null });
    expect(attempt?.message.length).toBeGreaterThan(30);
    if (code === 'timed_out') expect(attempt?.timings['total']).toBeGreaterThanOrEqual(490);
  });

  it.each([
    ['that drips for ever', misbehave.drip(50)],
    ['that falls silent', misbehave.hangAfterHeaders],
    ['that is cut off', misbehave.cutBody],
  ])('a 2xx with a body %s is delivered, once', async (_what, answer) => {
    receiver.answer(answer);
    const destination = await sender.destination(receiver.url, { timeout_ms: 3000, retry_schedule: [1] });
    const delivery = await deliveryOf(destination, await pushOne(), 'delivered');
    expect(delivery.attempts).toBe(1);
    expect(await attemptsOf(delivery)).toMatchObject([{ status: 200, error_code: null }]);
  });

  it.each([
    ['long', misbehave.hugeBody(1_000_000), 1_000_000],
    ['packed a thousandfold', misbehave.gzipBomb(50_000_000), null],
    ['packed', { headers: { 'content-encoding': 'gzip' }, body: gzipSync('y'.repeat(20_000)) }, null],
  ])('with a body that is %s is kept to 16 KiB, and said to be cut', async (_what, answer, size) => {
    receiver.answer(answer);
    const destination = await sender.destination(receiver.url);
    const delivery = await deliveryOf(destination, await pushOne(), 'delivered');
    const [attempt] = await attemptsOf(delivery);
    expect(Buffer.from(attempt?.response_body ?? '', attempt?.response_body_encoding)).toHaveLength(16_384);
    expect(attempt).toMatchObject({ response_body_truncated: true, response_body_size: size, resent: false });
  });

  it('with a body that is cut within a character keeps its text', async () => {
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-length': '24000' };
    receiver.answer({ status: 500, headers, body: '錯'.repeat(8_000) });
    const destination = await sender.destination(receiver.url, { retry_schedule: [3600] });
    const [attempt] = await attemptsOf(await deliveryOf(destination, await pushOne(), 'retrying'));
    expect(attempt?.response_body).toBe('錯'.repeat(5_461));
    expect(attempt).toMatchObject({ response_body_encoding: 'utf-8', response_body_size: 24_000 });
  });

  it.each(['destroy', 'resetAndDestroy'] as const)(
    'on a kept connection that ends by %s is made again within the same attempt, which says so',
    async (how) => {
      const fickle = await startRawReceiver((socket, number) =>
        number === 2 ? void socket[how]() : void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
      );
      const destination = await sender.destination(fickle.url, { retry_schedule: [3600] });
      const first = await deliveryOf(destination, await pushOne(), 'delivered');
      const second = await deliveryOf(destination, await pushOne(), 'delivered');
      expect(await attemptsOf(first)).toMatchObject([{ resent: false }]);
      expect(await attemptsOf(second)).toMatchObject([{ number: 1, resent: true, error_code: null }]);
      const ids = fickle.requests.map(({ head }) => /webhook-id: (\S+)/.exec(head)?.[1]);
      expect(ids).toEqual([first.event_id, second.event_id, second.event_id]);
      expect(fickle.connections).toBe(2);
      await fickle.close();
    },
  );

  it('keeps an answer that is no text readable', async () => {
    receiver.answer({ body: Buffer.from([0, 255, 1]) });
    const destination = await sender.destination(receiver.url);
    const [attempt] = await attemptsOf(await deliveryOf(destination, await pushOne(), 'delivered'));
    expect(attempt).toMatchObject({ response_body: 'AP8B', response_body_encoding: 'base64' });
  });

  it('masks what is secret of the request', async () => {
    const headers = { Authorization: 'Bearer tell-nobody', 'X-Api-Key': ['one', 'two'], 'X-Tag': 'shown' };
    const destination = await sender.destination(receiver.url, { headers });
    const [attempt] = await attemptsOf(await deliveryOf(destination, await pushOne(), 'delivered'));
    expect(attempt?.request_headers).toMatchObject({
      Authorization: '********',
      'X-Api-Key': ['********', '********'],
      'X-Tag': 'shown',
    });
    expect(JSON.stringify(await api.sql('SELECT request_headers FROM attempts'))).not.toMatch(/tell-nobody|"one"/);
  });
});

describe('the schedule', () => {
  it('is gone through, each wait within ±20 %, and then the delivery has failed and is kept', async () => {
    receiver.answer({ status: 500 });
    const destination = await sender.destination(receiver.url, { retry_schedule: [1, 2] });
    const event = await pushOne();
    const delivery = await deliveryOf(destination, event, 'failed');
    expect(delivery).toMatchObject({ reason: 'server_error', attempts: 3, next_attempt_at: null, last_status: 500 });
    const [first = 0, second = 0, third = 0] = receiver.requests.map((request) => request.receivedAtMs);
    expect(receiver.requests).toHaveLength(3);
    expect(second - first).toBeGreaterThanOrEqual(790);
    expect(third - second).toBeGreaterThanOrEqual(1590);
    expect((await attemptsOf(delivery)).map((attempt) => attempt.number)).toEqual([1, 2, 3]);
  });

  it('begins at 5 s unless the destination has its own, and is jittered', async () => {
    receiver.answer({ status: 400 });
    await sender.destination(receiver.url);
    const own = await sender.destination(receiver.url, { retry_schedule: [10_000] });
    const delays = async (destination: string): Promise<number[]> => {
      const rows = await api.sql<{ delay: number }>(
        `SELECT (extract(epoch FROM w.due_at - a.started_at) - (a.timings->>'total')::float8 / 1000)::float8 AS delay
         FROM waiting_deliveries w JOIN attempts a USING (delivery_id)
         WHERE w.destination_id = $1 AND a.number = 1`,
        [destination],
      );
      return rows.map((row) => row.delay);
    };
    for (let i = 0; i < 20; i++) await pushOne();
    await expect.poll(async () => (await delays(own)).length, { timeout: WAIT_MS }).toBe(20);
    const all = await delays(own);
    expect(Math.min(...all)).toBeGreaterThan(7_990);
    // 12,000, and what passed between the answer and writing it down.
    expect(Math.max(...all)).toBeLessThan(14_000);
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(500);
  });

  it('of nothing means one attempt', async () => {
    receiver.answer({ status: 404 });
    const destination = await sender.destination(receiver.url, { retry_schedule: [] });
    expect(await deliveryOf(destination, await pushOne(), 'failed')).toMatchObject({
      attempts: 1,
      reason: 'client_error',
    });
  });
});

describe('Retry-After', () => {
  const IN_AN_HOUR = 3_600_000;

  it.each([
    ['seconds', () => '3600', IN_AN_HOUR],
    ['a date', () => new Date(Date.now() + IN_AN_HOUR).toUTCString(), IN_AN_HOUR],
    ['more than a day', () => '9999999', 24 * IN_AN_HOUR],
  ])('in %s makes the whole destination wait, and no other', async (_what, value, expectedMs) => {
    receiver.answer((request) =>
      request.url === '/other' ? { status: 200 } : { status: 503, headers: { 'retry-after': value() } },
    );
    const asking = await sender.destination(`${receiver.url}/asking`, { retry_schedule: [1] });
    const other = await sender.destination(`${receiver.url}/other`);
    const first = await pushOne();
    await deliveryOf(asking, first, 'retrying');
    const second = await pushOne();
    await deliveryOf(other, second, 'delivered');
    for (const event of [first, second]) {
      const { next_attempt_at } = await deliveryOf(asking, event, 'retrying', 'pending');
      const inMs = Date.parse(next_attempt_at ?? '') - Date.now();
      expect(inMs).toBeGreaterThan(expectedMs - 60_000);
      expect(inMs).toBeLessThanOrEqual(expectedMs);
    }
    expect(receiver.requests.filter((request) => request.url === '/asking')).toHaveLength(1);
    // Enabled by a person, what was not itself refused goes at once.
    receiver.answer({ status: 200 });
    await api.admin.patch(`/api/destinations/${asking}/`, { enabled: false });
    await deliveryOf(asking, second, 'held');
    await api.admin.patch(`/api/destinations/${asking}/`, { enabled: true });
    await deliveryOf(asking, second, 'delivered');
  });

  it('that is over lets the destination go on by itself', async () => {
    receiver.answer((_request, number) =>
      number === 1 ? { status: 429, headers: { 'retry-after': '2' } } : { status: 200 },
    );
    const destination = await sender.destination(receiver.url, { retry_schedule: [1] });
    const first = await pushOne();
    // Whether we see it wait or only later: the refusal is written down.
    await until(
      () => api.admin.get(`/api/deliveries/?event_id=${first}`),
      ({ body }) => body.results[0]?.attempts > 0,
      WAIT_MS,
    );
    const second = await pushOne();
    await deliveryOf(destination, second, 'delivered');
    await deliveryOf(destination, first, 'delivered');
    const [refused, ...later] = receiver.requests.map((request) => request.receivedAtMs);
    expect(Math.min(...later) - (refused ?? 0)).toBeGreaterThanOrEqual(1_900);
  });
});

describe('a destination that is disabled', () => {
  it('by 410 fails that delivery, holds what comes, and lets it go when enabled', async () => {
    receiver.answer({ status: 410 });
    const destination = await sender.destination(receiver.url);
    const path = `/api/destinations/${destination}/`;
    expect(await deliveryOf(destination, await pushOne(), 'failed')).toMatchObject({ reason: 'gone', attempts: 1 });
    const shown = await until(
      () => api.admin.get(path),
      ({ body }) => body.enabled === false,
    );
    expect(shown.body.disabled_reason).toMatch(/410/);
    receiver.answer({ status: 200 });
    const held = [await pushOne(), await pushOne()];
    for (const event of held) {
      expect(await deliveryOf(destination, event, 'held')).toMatchObject({
        reason: 'destination_disabled',
        next_attempt_at: null,
        attempts: 0,
      });
    }
    expect(receiver.requests).toHaveLength(1);
    await api.admin.patch(path, { enabled: true });
    for (const event of held) await deliveryOf(destination, event, 'delivered');
    expect(receiver.requests).toHaveLength(3);
  });

  it('by a person holds, too, what was waiting for its retry', async () => {
    receiver.answer({ status: 500 });
    const destination = await sender.destination(receiver.url, { retry_schedule: [1, 3600] });
    const event = await pushOne();
    await deliveryOf(destination, event, 'retrying');
    await api.admin.patch(`/api/destinations/${destination}/`, { enabled: false });
    const held = await deliveryOf(destination, event, 'held');
    const before = receiver.requests.length;
    await api.sql('UPDATE waiting_deliveries SET due_at = now() WHERE delivery_id = $1', [held.id]);
    await sender.destination(`${receiver.url}/other`);
    await pushOne();
    await receiver.waitFor(before + 1, WAIT_MS);
    expect(receiver.requests.slice(before).map((request) => request.url)).toEqual(['/other']);
  });

  it('by five days and twenty attempts without a success says so; a success in between counts anew', async () => {
    receiver.answer({ status: 500 });
    const health = (id: string, days: number, failures: number) =>
      api.sql(
        `INSERT INTO destination_health (destination_id, failing_since, failures)
         VALUES ($1, now() - $2 * interval '1 day', $3)
         ON CONFLICT (destination_id) DO UPDATE
         SET failing_since = excluded.failing_since, failures = excluded.failures`,
        [id, days, failures],
      );
    const options = { retry_schedule: [3600] };
    const [long, short, few] = [
      await sender.destination(receiver.url, options),
      await sender.destination(receiver.url, options),
      await sender.destination(receiver.url, options),
    ];
    await health(long, 5.1, 19);
    await health(short, 4.9, 1000);
    await health(few, 30, 18);
    await pushOne();
    const shown = await until(
      () => api.admin.get(`/api/destinations/${long}/`),
      ({ body }) => body.enabled === false,
      WAIT_MS,
    );
    expect(shown.body.disabled_reason).toMatch(/5 days and 20 attempts/);
    for (const id of [short, few]) {
      expect((await api.admin.get(`/api/destinations/${id}/`)).body.enabled).toBe(true);
    }
    receiver.answer({ status: 200 });
    await pushOne();
    await expect
      .poll(async () => await api.sql('SELECT failures FROM destination_health WHERE destination_id = $1', [few]), {
        timeout: WAIT_MS,
      })
      .toEqual([{ failures: 0 }]);
  });
});

describe('sending again', () => {
  it('of a delivery that failed goes at once, its attempts kept', async () => {
    receiver.answer({ status: 400 });
    const destination = await sender.destination(receiver.url, { retry_schedule: [] });
    const event = await pushOne();
    const failed = await deliveryOf(destination, event, 'failed');
    receiver.answer({ status: 200 });
    const answer = await api.admin.post(`/api/deliveries/${failed.id}/retry/`);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ id: failed.id, event_id: event });
    const delivered = await deliveryOf(destination, event, 'delivered');
    expect(delivered).toMatchObject({ id: failed.id, attempts: 2 });
    expect((await attemptsOf(delivered)).map((attempt) => attempt.status)).toEqual([400, 200]);
    expect((await api.admin.post(`/api/deliveries/${failed.id}/retry/`)).status).toBe(409);
  });

  it('of one that waits brings it forward; one under way, skipped or held is refused', async () => {
    let release: (() => void) | undefined;
    receiver.answer((request) =>
      request.url === '/hung'
        ? new Promise((resolve) => (release = () => resolve({ status: 200 })))
        : { status: receiver.requests.length > 2 ? 200 : 500 },
    );
    const retry = (delivery: Delivery) => api.admin.post(`/api/deliveries/${delivery.id}/retry/`);
    const waiting = await sender.destination(`${receiver.url}/waits`, { retry_schedule: [3600] });
    const hung = await sender.destination(`${receiver.url}/hung`, { timeout_ms: 60_000 });
    const skipped = await sender.destination(receiver.url, { event_types: ['x'] });
    const held = await sender.destination(receiver.url, { enabled: false });
    const event = await pushOne();
    const waits = await deliveryOf(waiting, event, 'retrying');
    await receiver.waitFor(2, WAIT_MS);
    for (const [id, state] of [
      [hung, 'in_flight'],
      [skipped, 'skipped'],
      [held, 'held'],
    ] as const) {
      const answer = await retry(await deliveryOf(id, event, state));
      expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
    }
    expect((await retry(waits)).status).toBe(202);
    await deliveryOf(waiting, event, 'delivered');
    release?.();
    await deliveryOf(hung, event, 'delivered');
  });
});

describe('deleting', () => {
  it('a destination cancels what waits for it; the ledger stays', async () => {
    receiver.answer({ status: 500 });
    const destination = await sender.destination(receiver.url, { retry_schedule: [3600] });
    const event = await pushOne();
    const waiting = await deliveryOf(destination, event, 'retrying');
    expect((await api.admin.delete(`/api/destinations/${destination}/`)).status).toBe(204);
    expect(await deliveryOf(destination, event, 'cancelled')).toMatchObject({ url: receiver.url, attempts: 1 });
    expect(await attemptsOf(waiting)).toHaveLength(1);
    expect((await api.admin.post(`/api/deliveries/${waiting.id}/retry/`)).status).toBe(409);
  });

  it('an account cancels for all its destinations; nothing is sent any more', async () => {
    const ids = [
      await sender.destination(receiver.url, { enabled: false }),
      await sender.destination(receiver.url, { enabled: false }),
    ];
    const event = await pushOne();
    expect((await api.admin.delete(`/api/accounts/${sender.accountId}/`)).status).toBe(204);
    for (const id of ids) await deliveryOf(id, event, 'cancelled');
    expect((await api.admin.get(`/api/events/${event}/payload/`)).body).toEqual({ a: 1 });
    expect(receiver.requests).toEqual([]);
  });

  it('a destination under way drops the outcome', async () => {
    let release: (() => void) | undefined;
    receiver.answer(() => new Promise((resolve) => (release = () => resolve({ status: 200 }))));
    const destination = await sender.destination(receiver.url);
    const event = await pushOne();
    await receiver.waitFor(1, WAIT_MS);
    await api.admin.delete(`/api/destinations/${destination}/`);
    release?.();
    const other = await sender.destination(`${receiver.url}/other`);
    receiver.answer({ status: 200 });
    await deliveryOf(other, await pushOne(), 'delivered');
    expect(await deliveryOf(destination, event, 'cancelled')).toMatchObject({ attempts: 0 });
  });
});

describe('a test event', () => {
  it('is sent now, answered with what was sent and came back, and kept nowhere', async () => {
    receiver.answer({ status: 201, body: 'made', headers: { 'x-a': 'b' } });
    const destination = await sender.destination(`${receiver.url}/t`, {
      headers: { 'X-Api-Key': 'secret', 'X-Tag': 'a' },
      enabled: false,
    });
    const { status, body } = await api.admin.post(`/api/destinations/${destination}/test/`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      delivered: true,
      status: 201,
      response_body: 'made',
      error_code: null,
      method: 'POST',
    });
    expect(body.request_headers).toMatchObject({ 'X-Api-Key': '********', 'X-Tag': 'a' });
    const [request] = receiver.requests;
    if (!request) throw new Error('nothing received');
    expect(request.header('x-api-key')).toBe('secret');
    expect(body.payload).toBe(request.body.toString());
    new StandardWebhook(await secretOf(destination)).verify(request.body.toString(), signed(request));
    expect((await api.admin.get(`/api/events/?account_id=${sender.accountId}`)).body.results).toEqual([]);
  });

  it('says what failed', async () => {
    const destination = await sender.destination(await refusedUrl());
    const { status, body } = await api.admin.post(`/api/destinations/${destination}/test/`);
    expect([status, body.delivered, body.error_code]).toEqual([200, false, 'connection_refused']);
    expect(body.message).toMatch(/Nothing accepts connections/);
  });
});

describe('addresses', () => {
  it('that are not public are refused when saved, in any notation; names when connecting, every time', async () => {
    const strict = await startApi({ ALLOWED_PRIVATE_NETWORKS: '' });
    try {
      const one = await newSender(strict);
      for (const url of [
        receiver.url,
        'http://10.0.0.1/',
        'http://169.254.169.254/latest/',
        'http://[::1]/',
        'http://[::ffff:127.0.0.1]/',
        'http://2130706433/',
        'http://0x7f.1/',
        'http://user:password@example.com/',
        `http://localhost:${receiver.port}/`,
      ]) {
        await expect(one.destination(url)).rejects.toThrow(/"url"/);
      }
      // As when a name comes to stand for another address after it was saved.
      const destination = await one.destination('http://public.example.com/', { retry_schedule: [1] });
      await strict.sql('UPDATE destinations SET url = $1', [`http://localhost:${receiver.port}/`]);
      const { body } = await one.push({ a: 1 });
      const path = `/api/deliveries/?event_id=${body.event_id}&state=failed`;
      const failed = await until(
        () => strict.admin.get(path),
        (answer) => answer.body.results.length === 1,
        WAIT_MS,
      );
      const [delivery] = failed.body.results;
      expect(delivery).toMatchObject({ destination_id: destination, reason: 'address_blocked', attempts: 2 });
      const attempts = await strict.admin.get(`/api/deliveries/${delivery.id}/attempts/`);
      for (const attempt of attempts.body.results) {
        expect(attempt).toMatchObject({ error_code: 'address_blocked', status: null });
        expect(attempt.message).toMatch(/ALLOWED_PRIVATE_NETWORKS/);
      }
      expect(receiver.requests).toEqual([]);
      await expect
        .poll(() => strict.sql('SELECT failures, last_error FROM destination_health'), { timeout: WAIT_MS })
        .toEqual([{ failures: 0, last_error: 'address_blocked' }]);
    } finally {
      await strict.stop();
    }
  });

  it('in ALLOWED_PRIVATE_NETWORKS are reached by name, too', async () => {
    const destination = await sender.destination(`http://localhost:${receiver.port}/by-name`);
    await deliveryOf(destination, await pushOne(), 'delivered');
    expect(receiver.requests[0]?.header('host')).toBe(`localhost:${receiver.port}`);
  });
});

it('an answer of 1xx is waited past', async () => {
  receiver.answer(
    raw((_request, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeHead(200).end('final');
    }),
  );
  const destination = await sender.destination(receiver.url);
  expect(await deliveryOf(destination, await pushOne(), 'delivered')).toMatchObject({ last_status: 200 });
});
