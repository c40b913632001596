import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, type Sender, untilState } from '../support/sender.js';

/** What a request looks like when it arrives: the first half of the contract's "Pushing". */
const WAIT_MS = 60_000;
/** Receivers live here; all else of this machine is private to the product. */
const ALLOWED_HOST = '127.0.0.2';
const PAYLOAD = ' {"big": 12345678901234567890,\r\n\t"one": 1.0, "twice":1, "twice":2, "face":"😀\\u00e9" } ';
/** A name that says nothing of where it leads, as the hosts file of most machines has one. */
const loopbackName = await findLoopbackName();

let app: App;
let receiver: Receiver;
let sender: Sender;

beforeAll(async () => {
  [app, receiver] = await Promise.all([
    startApp({ env: { PROCESSES: '2', ALLOWED_PRIVATE_NETWORKS: `${ALLOWED_HOST}/32` } }),
    startReceiver({ host: ALLOWED_HOST }),
  ]);
});
afterAll(async () => {
  await app.stop();
  await receiver.close();
});
beforeEach(async () => {
  sender = await newSender(app);
  receiver.clear();
  receiver.answer({ status: 204 });
});

async function findLoopbackName(): Promise<string | null> {
  for (const name of [hostname(), 'ip6-loopback']) {
    const { address } = await lookup(name).catch(() => ({ address: '' }));
    if (address.startsWith('127.') || address === '::1') return name;
  }
  return null;
}

/** Pushes to a new destination and returns what arrived there first. */
async function arrives(
  payload: string,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<{ received: ReceivedRequest; eventId: string; destinationId: string }> {
  const destinationId = await newDestination(app, sender, `${receiver.url}/in`, more);
  const eventId = await push(app, sender, payload, headers);
  const [received] = await receiver.waitFor(1, WAIT_MS);
  if (!received) throw new Error('nothing arrived');
  return { received, eventId, destinationId };
}

const secretOf = async (destinationId: string): Promise<string> =>
  (await app.get<{ secret: string }>(`/api/destinations/${destinationId}/signing-secret/`)).body.secret;

const signatureOf = (received: ReceivedRequest): Record<string, string> =>
  Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, received.header(name) ?? '']),
  );

describe('the payload', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('goes by %s as the bytes that came', async (http_method) => {
    const { received } = await arrives(PAYLOAD, { http_method });
    expect(received.method).toBe(http_method);
    expect(received.url).toBe('/in');
    expect(received.body.toString()).toBe(PAYLOAD);
    expect(received.header('content-length')).toBe(String(Buffer.byteLength(PAYLOAD)));
  });

  it.each<[what: string, payload: string, parameters: [name: string, value: string][]]>([
    [
      'members',
      '{"a":"x y&z=+","é":"😀"}',
      [
        ['a', 'x y&z=+'],
        ['é', '😀'],
      ],
    ],
    [
      'numbers as they were written',
      '{"a":1.50,"b":12345678901234567890,"c":1E+2}',
      [
        ['a', '1.50'],
        ['b', '12345678901234567890'],
        ['c', '1E+2'],
      ],
    ],
    ['the last of duplicates', '{"a":1,"a":2}', [['a', '2']]],
    [
      'null as empty, true as true',
      '{"a":null,"b":true}',
      [
        ['a', ''],
        ['b', 'true'],
      ],
    ],
    ['nested members', '{"a":{"b":{"c":1}}}', [['a[b][c]', '1']]],
    [
      'arrays',
      '{"a":[1,"2"]}',
      [
        ['a[]', '1'],
        ['a[]', '2'],
      ],
    ],
    [
      'objects in arrays',
      '{"a":[{"b":1},{"b":2}]}',
      [
        ['a[0][b]', '1'],
        ['a[1][b]', '2'],
      ],
    ],
    ['an array as its text', '[1, {"a":2}]', [['data', '[1, {"a":2}]']]],
    ['nothing', '{}', []],
  ])('goes by GET as parameters: %s', async (_what, payload, parameters) => {
    await newDestination(app, sender, `${receiver.url}/in?own=1&own=2`, { http_method: 'GET' });
    await push(app, sender, payload);
    const [received] = await receiver.waitFor(1, WAIT_MS);
    expect(received?.method).toBe('GET');
    expect(received?.body).toHaveLength(0);
    expect(received?.header('content-type')).toBeUndefined();
    expect([...new URLSearchParams(received?.query)]).toEqual([['own', '1'], ['own', '2'], ...parameters]);
  });

  it('that makes a URL of more than 8 KiB fails for good, with that reason', async () => {
    await newDestination(app, sender, receiver.url, { http_method: 'GET' });
    const eventId = await push(app, sender, JSON.stringify({ a: 'x'.repeat(8_200) }));
    const delivery = await untilState(app, eventId, 'failed');
    expect(delivery).toMatchObject({ reason: 'url_too_long', attempts: 1, next_attempt_at: null, last_status: null });
    expect(receiver.requests).toEqual([]);
  });
});

describe('the headers', () => {
  it('go as configured, several values of one name too', async () => {
    const headers = { 'X-One': 'a', 'x-Two': ['second', 'first', 'second'], Authorization: 'Bearer s3cret' };
    const { received } = await arrives('{}', { headers });
    expect(received.values('x-two')).toEqual(['second', 'first', 'second']);
    expect(received.header('authorization')).toBe('Bearer s3cret');
    expect(received.rawHeaders).toEqual(expect.arrayContaining(['X-One', 'x-Two', 'Authorization']));
  });

  it('go as configured at the time of the attempt', async () => {
    receiver.answer((_request, number) => ({ status: number === 1 ? 500 : 200 }));
    const destinationId = await newDestination(app, sender, receiver.url, { retry_schedule: [3600] });
    const eventId = await push(app, sender);
    const { id } = await untilState(app, eventId, 'retrying');
    await app.request('PATCH', `/api/destinations/${destinationId}/`, { body: { headers: { 'X-Test': 'changed' } } });
    expect(await app.post(`/api/deliveries/${id}/retry/`)).toMatchObject({ status: 202 });
    await untilState(app, eventId, 'delivered');
    expect(receiver.requests.map((request) => request.header('x-test'))).toEqual(['yes', 'changed']);
  });

  it.each([
    ['as received', {}, 'application/vnd.x+json; v="1"'],
    ['as configured', { 'content-type': 'text/plain' }, 'text/plain'],
  ])('carry the content type %s', async (_what, headers, expected) => {
    const more = { headers: { 'X-Test': 'yes', ...headers } };
    const { received } = await arrives('{}', more, { 'Content-Type': 'application/vnd.x+json; v="1"' });
    expect(received.values('content-type')).toEqual([expected]);
  });

  it.each(['Host', 'Content-Length', 'Connection', 'Transfer-Encoding', 'TE', 'webhook-id', 'Webhook-Signature'])(
    '%s can not be configured',
    async (name) => {
      const input = { url: receiver.url, http_method: 'POST', headers: { [name]: '1' } };
      const { status, body } = await app.post(`/api/accounts/${sender.accountId}/destinations/`, input);
      expect(status).toBe(400);
      expect(body).toMatchObject({ errors: { [`headers.${name}`]: [expect.any(String)] } });
    },
  );
});

describe('the signature', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('by %s verifies with the usual libraries', async (http_method) => {
    const { received, eventId, destinationId } = await arrives(PAYLOAD, { http_method });
    expect(received.header('webhook-id')).toBe(eventId);
    const secret = await secretOf(destinationId);
    expect(secret).toMatch(/^whsec_/);
    const [headers, text] = [signatureOf(received), received.body.toString()];
    expect(new StandardWebhook(secret).verify(text, headers)).toBeDefined();
    expect(new SvixWebhook(secret).verify(text, headers)).toBeDefined();
    expect(() => new StandardWebhook(secret).verify(`${text} `, headers)).toThrow();
  });

  it('by GET signs the whole raw query without its question mark', async () => {
    const destinationId = await newDestination(app, sender, `${receiver.url}/in?own='1'`, { http_method: 'GET' });
    await push(app, sender, '{"a":"é(!)","b":[1]}');
    const [received] = await receiver.waitFor(1, WAIT_MS);
    if (!received) throw new Error('nothing arrived');
    const webhook = new StandardWebhook(await secretOf(destinationId));
    expect(received.query).not.toBe('');
    webhook.verify(received.query, signatureOf(received), { jsonParse: false });
  });

  it('is made with both secrets during a rotation, and with the new one alone without overlap', async () => {
    const { destinationId } = await arrives('{}');
    const old = await secretOf(destinationId);
    const rotate = async (overlap_seconds: number): Promise<string> => {
      const path = `/api/destinations/${destinationId}/signing-secret/rotate/`;
      return (await app.post<{ secret: string }>(path, { overlap_seconds })).body.secret;
    };
    const next = async (): Promise<(secret: string) => boolean> => {
      receiver.clear();
      await push(app, sender);
      const [received] = await receiver.waitFor(1, WAIT_MS);
      if (!received) throw new Error('nothing arrived');
      const verifies = (secret: string): void =>
        void new StandardWebhook(secret).verify(received.body.toString(), signatureOf(received));
      return (secret) => {
        try {
          verifies(secret);
          return true;
        } catch {
          return false;
        }
      };
    };
    const second = await rotate(3_600);
    expect([old, second].map(await next())).toEqual([true, true]);
    const third = await rotate(0);
    expect([old, second, third].map(await next())).toEqual([false, false, true]);
  });
});

it('a test event is sent at once, told with its answer, and leaves nothing in the ledger', async () => {
  receiver.answer({ status: 418, headers: { 'x-answer': 'a' }, body: 'short and stout' });
  const headers = { Authorization: 'Bearer s3cret' };
  const id = await newDestination(app, sender, `${receiver.url}/in`, { headers });
  const answer = await app.post<Record<string, unknown>>(`/api/destinations/${id}/test/`);
  expect(answer).toMatchObject({
    status: 200,
    body: {
      delivered: false,
      status: 418,
      error_code: 'client_error',
      response_body: 'short and stout',
      response_headers: { 'x-answer': 'a' },
      request_headers: { Authorization: '********' },
      address: ALLOWED_HOST,
    },
  });
  const [received] = receiver.requests;
  expect(received?.body.toString()).toBe(answer.body['payload']);
  expect(received?.header('authorization')).toBe('Bearer s3cret');
  expect((await app.get(`/api/deliveries/?destination_id=${id}`)).body).toMatchObject({ results: [] });
});

describe('an address that is not public', () => {
  it.each(['http://127.0.0.1/', 'http://10.1.2.3/', 'http://169.254.169.254/', 'http://[::1]/', 'http://0x7f000001/'])(
    '%s is refused when it is saved',
    async (url) => {
      const input = { url, http_method: 'POST', headers: { 'X-Test': 'yes' } };
      const { status, body } = await app.post(`/api/accounts/${sender.accountId}/destinations/`, input);
      expect(status).toBe(400);
      expect(body).toMatchObject({ errors: { url: [expect.any(String)] } });
    },
  );

  it.skipIf(loopbackName === null)('is refused when a name leads to it', async () => {
    const hidden = await startReceiver();
    try {
      await newDestination(app, sender, `http://${loopbackName}:${hidden.port}/`, { retry_schedule: [] });
      const eventId = await push(app, sender);
      const delivery = await untilState(app, eventId, 'failed');
      expect(delivery).toMatchObject({ reason: 'address_blocked', last_status: null });
      expect(hidden.connections).toBe(0);
    } finally {
      await hidden.close();
    }
  });
});
