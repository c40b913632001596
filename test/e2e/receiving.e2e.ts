import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newCredential } from '../../src/common/credential.js';
import type { Answer } from '../support/api-client.js';
import { newSender, type Sender, startWithReceiver, until } from '../support/ledger.js';
import { sendRaw } from '../support/raw-http.js';
import type { Receiver } from '../support/receiver.js';
import { startApi, type TestApi } from '../support/start-api.js';
import { openGate } from '../support/tcp-gate.js';

/** Every row of the contract's table of receiving, in its order. */
const PATH = '/server/incoming_data/';
const MAX_BODY_BYTES = 100_000;
const TOO_LARGE = JSON.stringify('x'.repeat(MAX_BODY_BYTES));

let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;
let sender: Sender;

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver({ MAX_BODY_BYTES: String(MAX_BODY_BYTES) }));
});
afterAll(() => stop());
beforeEach(async () => {
  sender = await newSender(api);
  receiver.clear();
});

const problem = (status: number, code: string, error: string): object => ({
  type: `/docs/problems/${code}`,
  title: expect.any(String),
  status,
  code,
  error,
});
const UNAUTHENTICATED = problem(401, 'invalid_token', 'Un Authenticate');
const INVALID = {
  ...problem(400, 'invalid_data', 'Invalid Data'),
  detail: expect.any(String),
  offset: expect.any(Number),
  line: expect.any(Number),
  column: expect.any(Number),
};

function expectProblem(answer: Answer, body: object): void {
  expect(answer.body).toEqual(body);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
}

const storedEvents = async (): Promise<number> => {
  const rows = await api.sql<{ n: number }>('SELECT count(*)::int AS n FROM events WHERE account_id = $1', [
    sender.accountId,
  ]);
  return rows[0]?.n ?? -1;
};

describe('any method but POST', () => {
  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'])(
    '%s is 405, whoever asks and whatever is sent along',
    async (method) => {
      for (const [path, more] of [
        ['/server/incoming_data/', ''],
        ['/server/incoming_data', 'Content-Type: text/plain\r\nContent-Length: 3\r\n'],
      ]) {
        const sent = `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more}\r\n${more && 'abc'}`;
        const { status, head, body } = await sendRaw(api.url, sent);
        expect(status).toBe(405);
        expect(head).toMatch(/^allow: POST\r?$/im);
        if (method !== 'HEAD') expect(JSON.parse(body)).toEqual(problem(405, 'method_not_allowed', 'Invalid Data'));
      }
    },
  );
});

describe('the token', () => {
  const wrongBodies: [what: string, body: string, headers: Record<string, string>][] = [
    ['valid data', '{"a":1}', {}],
    ['another content type', '{"a":1}', { 'Content-Type': 'text/plain' }],
    ['a content type that is none', '{"a":1}', { 'Content-Type': ';;' }],
    ['too much', TOO_LARGE, {}],
    ['no JSON', 'abc', {}],
    ['a wrong id', '{"a":1}', { 'CL-X-EVENT-ID': 'x'.repeat(300) }],
  ];

  it.each(wrongBodies)('is looked at before %s', async (_what, body, headers) => {
    for (const token of ['', 'abc', 'dpt_', newCredential('dpt_'), `${sender.token}x`, sender.token.toUpperCase()]) {
      expectProblem(await sender.push(body, { ...headers, 'CL-X-TOKEN': token }), UNAUTHENTICATED);
    }
    expectProblem(await api.as('').post(PATH, body, headers), UNAUTHENTICATED);
    expect(await storedEvents()).toBe(0);
  });

  it('sent twice matches no account', async () => {
    const sent = `POST ${PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCL-X-TOKEN: ${sender.token}\r\nCL-X-TOKEN: ${sender.token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
    expect((await sendRaw(api.url, sent)).status).toBe(401);
  });

  it('of an account that was deleted is not used any more', async () => {
    expect((await sender.push({})).status).toBe(202);
    expect((await api.admin.delete(`/api/accounts/${sender.accountId}/`)).status).toBe(204);
    for (const [, body, headers] of wrongBodies) expectProblem(await sender.push(body, headers), UNAUTHENTICATED);
  });

  it('that was rotated is valid for the overlap and not at all without one', async () => {
    const rotate = (overlap_seconds: number) =>
      api.admin.post(`/api/accounts/${sender.accountId}/rotate-token/`, { overlap_seconds });
    const withToken = (token: string) => sender.push({ a: 1 }, { 'CL-X-TOKEN': token });
    expect((await withToken(sender.token)).status).toBe(202);
    const second = (await rotate(3600)).body.app_secret_token as string;
    expect((await withToken(sender.token)).status).toBe(202);
    expect((await withToken(second)).status).toBe(202);
    const third = (await rotate(0)).body.app_secret_token as string;
    expectProblem(await withToken(sender.token), UNAUTHENTICATED);
    expectProblem(await withToken(second), UNAUTHENTICATED);
    expect((await withToken(third)).status).toBe(202);
  });
});

describe('the content type', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'Application/JSON',
    'application/vnd.api+json',
    'application/cloudevents+json; charset=utf-8',
    'application/json;',
    'application/json; charset',
    'application/json; profile="a;b"',
  ])('%s is taken, and kept as it came', async (type) => {
    const { status, body } = await sender.push('{"a":1}', { 'Content-Type': type });
    expect(status).toBe(202);
    expect((await api.admin.get(`/api/events/${body.event_id}/`)).body.content_type).toBe(type);
  });

  it.each([
    'text/plain',
    'text/json',
    'application/x-ndjson',
    'application/jsonp',
    'application/xml+jsonx',
    'json',
    ';',
  ])('%s is 415, before size and syntax are looked at', async (type) => {
    const wrong = problem(415, 'unsupported_media_type', expect.any(String));
    for (const body of ['{"a":1}', TOO_LARGE, 'abc']) {
      expectProblem(await sender.push(body, { 'Content-Type': type }), wrong);
    }
  });

  it('that is missing is 415', async () => {
    const sent = `POST ${PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCL-X-TOKEN: ${sender.token}\r\nContent-Length: 2\r\n\r\n{}`;
    expect((await sendRaw(api.url, sent)).status).toBe(415);
  });
});

describe('the size', () => {
  const ofSize = (bytes: number): string => `["${'x'.repeat(bytes - 4)}"]`;

  it('of MAX_BODY_BYTES is taken, one more is 413', async () => {
    const most = ofSize(MAX_BODY_BYTES);
    const { status, body } = await sender.push(most);
    expect(status).toBe(202);
    expect((await api.admin.get(`/api/events/${body.event_id}/`)).body.size).toBe(MAX_BODY_BYTES);
    expectProblem(
      await sender.push(ofSize(MAX_BODY_BYTES + 1)),
      problem(413, 'payload_too_large', `The body is larger than ${MAX_BODY_BYTES} bytes`),
    );
  });

  it('is told before the syntax is looked at', async () => {
    expect((await sender.push('x'.repeat(MAX_BODY_BYTES + 1))).status).toBe(413);
  });

  it.each([
    [true, 'keep-alive'],
    [false, 'keep-alive'],
    [true, 'close'],
    [false, 'close'],
  ])('that is far too large gets its answer (length given: %s, connection: %s)', async (given, connection) => {
    const body = Buffer.alloc(20_000_000, ' ');
    for (let round = 0; round < 3; round++) {
      const headers = { connection, 'content-type': 'application/json', 'cl-x-token': sender.token };
      const request = httpRequest(new URL(PATH, api.url), {
        method: 'POST',
        agent: false,
        headers: given ? { ...headers, 'content-length': body.length } : headers,
      });
      for (let at = 0; at < body.length; at += 1_000_000) request.write(body.subarray(at, at + 1_000_000));
      request.end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(413);
      request.on('error', () => undefined).destroy();
    }
  });
});

describe('the body', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['a space', ' '],
    ['a string', '"a"'],
    ['a number', '1'],
    ['true', 'true'],
    ['null', 'null'],
    ['a broken object', '{"a":1'],
    ['two values', '{}{}'],
    ['a comma too many', '[1,]'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{}//'],
    ['NaN', '[NaN]'],
    ['two byte order marks', '\ufeff\ufeff{}'],
    ['a NUL byte', '{"a":"\0"}'],
    ['no UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])],
    ['half a surrogate pair as bytes', Buffer.from([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['gzip', gzipSync('{"a":1}')],
    ['65 levels', nested(65)],
    ['20,000 levels', nested(20_000)],
    ['65 levels that are not closed', '{"a":'.repeat(65)],
  ])('that is %s is 400', async (_what, body) => {
    expectProblem(await sender.push(body), INVALID);
    expect(await storedEvents()).toBe(0);
  });

  it('that ends early is not taken', async () => {
    const head = `POST ${PATH} HTTP/1.1\r\nHost: a\r\nCL-X-TOKEN: ${sender.token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n`;
    // Nobody else ends it for the next minute.
    const { status } = await sendRaw(api.url, `${head}{"a":1}`, 2_000);
    expect(status).not.toBe(202);
    expect(await storedEvents()).toBe(0);
  });

  it.each<[string, string]>([
    ['an empty object', '{}'],
    ['an empty array', '[]'],
    ['spaces around', ' \r\n\t{ } \n'],
    ['64 levels', nested(64)],
    ['brackets in strings', `["${'[{'.repeat(100)}\\"${'['.repeat(100)}"]`],
    ['NUL as an escape', '{"a":"\\u0000"}'],
    ['half a surrogate pair as an escape', '["\\ud800"]'],
    ['numbers beyond all bounds', '[1e999,12345678901234567890123,-0.0]'],
    ['the same member twice', '{"a":1,"a":2,"__proto__":{"b":1}}'],
    ['four-byte characters', '{"\u{1f600}":"\u{10ffff}"}'],
  ])('of %s is taken as it is', async (_what, body) => {
    const answer = await sender.push(body);
    expect(answer.status).toBe(202);
    const [row] = await api.sql<{ payload: Buffer }>('SELECT payload FROM events WHERE event_id = $1', [
      answer.body.event_id,
    ]);
    expect(row?.payload.toString()).toBe(body);
  });
});

describe('valid data', () => {
  it('is answered alike whichever way it takes: the first with a token, and those that follow', async () => {
    const plain = async (body: string) => {
      const head =
        `POST ${PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCL-X-TOKEN: ${sender.token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      const answer = await sendRaw(api.url, head + body);
      const headers = answer.head.replaceAll(/^(date|content-length): .*$/gim, '$1: …').split('\r\n');
      return {
        head: headers.map((line) => line.toLowerCase()).sort(),
        shape: answer.body.replaceAll(/[\da-f-]{36}/g, 'ID'),
      };
    };
    const first = await plain('{}');
    expect(first.shape).toBe('{"message":"Data Received","event_id":"ID","destinations":0}');
    expect(await plain('{}')).toEqual(first);
    const refused = await plain('{');
    await api.admin.post(`/api/accounts/${sender.accountId}/rotate-token/`, { overlap_seconds: 0 });
    expect(await plain('{}')).toEqual(await plain('{'));
    expect(refused.head).toContain('http/1.1 400 bad request');
  });

  it.each([PATH, '/server/incoming_data'])('at %s is answered after it is committed', async (path) => {
    await sender.destination(receiver.url);
    await sender.destination(receiver.url);
    await sender.destination(receiver.url, { event_types: ['other'] });
    await sender.destination(receiver.url, { enabled: false });
    const answer = await api.as('').post(path, { a: 1 }, { 'CL-X-TOKEN': sender.token });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toEqual({ message: 'Data Received', event_id: expect.any(String), destinations: 3 });
    expect(answer.body.event_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await storedEvents()).toBe(1);
    await receiver.waitFor(2, 30_000);
  });

  it('needs no destination', async () => {
    expect((await sender.push({})).body.destinations).toBe(0);
  });

  it('has its type matched with event_types', async () => {
    const all = await sender.destination(receiver.url);
    const some = await sender.destination(receiver.url, { event_types: ['order.created', 'order.paid'] });
    const statesOf = async (type: string | null): Promise<object> => {
      const { body } = await sender.push({}, type === null ? {} : { 'CL-X-EVENT-TYPE': type });
      const event = await api.admin.get(`/api/events/${body.event_id}/`);
      expect(event.body.event_type).toBe(type);
      const { results } = (await api.admin.get(`/api/deliveries/?event_id=${body.event_id}`)).body;
      const pairs = results.map((row: Record<string, string>) => [row['destination_id'], row['state'] === 'skipped']);
      return { destinations: body.destinations, ...Object.fromEntries(pairs) };
    };
    expect(await statesOf('order.paid')).toEqual({ destinations: 2, [all]: false, [some]: false });
    expect(await statesOf('order')).toEqual({ destinations: 1, [all]: false, [some]: true });
    expect(await statesOf('ORDER.PAID')).toEqual({ destinations: 1, [all]: false, [some]: true });
    expect(await statesOf(null)).toEqual({ destinations: 1, [all]: false, [some]: true });
  });

  it.each([
    ['CL-X-EVENT-ID', 'x'.repeat(256)],
    ['CL-X-EVENT-ID', 'ä'],
    ['Idempotency-Key', 'x'.repeat(256)],
    ['CL-X-EVENT-TYPE', 'x'.repeat(256)],
    ['CL-X-EVENT-TYPE', 'a\tb'],
  ])('with a %s that can not be kept is 400 and says which', async (name, value) => {
    const { status, body } = await sender.push({}, { [name]: value });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_data', errors: { [name]: [expect.any(String)] } });
  });
});

describe('an id seen before', () => {
  it.each([
    ['CL-X-EVENT-ID', 'CL-X-EVENT-ID'],
    ['Idempotency-Key', 'Idempotency-Key'],
    ['CL-X-EVENT-ID', 'Idempotency-Key'],
  ])('by %s and then %s gets the first answer again, and nothing is sent twice', async (first, second) => {
    await sender.destination(receiver.url);
    const id = 'order "4711"';
    const answer = await sender.push('{"a":1}', { [first]: id });
    expect((await api.admin.get(`/api/events/${answer.body.event_id}/`)).body.external_id).toBe(id);
    // What changed meanwhile is no matter: it is the first answer.
    await sender.destination(receiver.url);
    for (let round = 0; round < 3; round++) {
      const again = await sender.push('{"a":1}', { [second]: id });
      expect([again.status, again.body]).toEqual([202, answer.body]);
    }
    const marker = await sender.push('{"marker":1}');
    await receiver.waitFor((requests) => requests.some((r) => r.header('webhook-id') === marker.body.event_id), 30_000);
    expect(await storedEvents()).toBe(2);
    const deliveries = await api.admin.get(`/api/deliveries/?event_id=${answer.body.event_id}`);
    expect(deliveries.body.results).toHaveLength(1);
  });

  it('with other bytes is 422, even where they mean the same', async () => {
    await sender.push('{"a":1}', { 'CL-X-EVENT-ID': 'x' });
    for (const body of ['{"a": 1}', '{"a":2}', '[]']) {
      const answer = await sender.push(body, { 'CL-X-EVENT-ID': 'x' });
      expectProblem(answer, problem(422, 'idempotency_mismatch', expect.any(String)));
    }
    expect(await storedEvents()).toBe(1);
  });

  it('is another for another account, and new again after 24 hours', async () => {
    const other = await newSender(api);
    const first = await sender.push('{"a":1}', { 'CL-X-EVENT-ID': 'x' });
    const others = await other.push('{"a":2}', { 'CL-X-EVENT-ID': 'x' });
    expect(others.status).toBe(202);
    await api.sql(`UPDATE idempotency_keys SET expires_at = expires_at - interval '24 hours' WHERE account_id = $1`, [
      sender.accountId,
    ]);
    const next = await sender.push('{"a":2}', { 'CL-X-EVENT-ID': 'x' });
    expect(next.status).toBe(202);
    expect(next.body.event_id).not.toBe(first.body.event_id);
  });

  it('sent many times at once is accepted once', async () => {
    await sender.destination(receiver.url);
    const sends = Array.from({ length: 60 }, (_, i) => sender.push('{"a":1}', { 'CL-X-EVENT-ID': `at-once-${i % 3}` }));
    const answers = await Promise.all(sends);
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
    expect(new Set(answers.map((answer) => answer.body.event_id)).size).toBe(3);
    expect(await storedEvents()).toBe(3);
  });
});

describe('the database', () => {
  it('that is busy with who looks at the ledger has connections left for receiving', async () => {
    const destination = await sender.destination(receiver.url);
    const { body } = await sender.push({ a: 1 });
    const path = `/api/deliveries/?event_id=${body.event_id}&state=delivered`;
    const delivered = await until(
      () => api.admin.get(path),
      (answer) => answer.body.results.length === 1,
      60_000,
    );
    await api.admin.delete(`/api/destinations/${destination}/`);
    const attempts = `/api/deliveries/${delivered.body.results[0].id}/attempts/`;
    // The tables of the other clones of the template have the same number.
    const blocked = `SELECT count(*)::int AS n FROM pg_locks WHERE relation = 'attempts'::regclass AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    // As when each of these reads for long.
    await api.sql('BEGIN');
    await api.sql('LOCK TABLE attempts IN ACCESS EXCLUSIVE MODE');
    const looking = Array.from({ length: 12 }, () => api.admin.get(attempts));
    try {
      await expect.poll(() => api.sql(blocked), { timeout: 30_000 }).toEqual([{ n: 4 }]);
      const answers = await Promise.all(Array.from({ length: 8 }, () => sender.push({ a: 2 })));
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
    } finally {
      await api.sql('ROLLBACK');
    }
    await Promise.all(looking);
  });

  it('that is away is 503 with Retry-After; what was not committed is not said to be', async () => {
    const gates: Awaited<ReturnType<typeof openGate>>[] = [];
    const database = new URL(api.databaseUrl);
    const gate = await openGate({ host: database.hostname, port: Number(database.port) });
    gates.push(gate);
    const gated = await startApi({}, (url) => Object.assign(new URL(url), { port: String(gate.port) }).href);
    try {
      const one = await newSender(gated);
      expect((await one.push({ n: 0 })).status).toBe(202);
      await gate.shut();
      // What is sent before the service knows of it may be stored for all it can tell, and is answered so.
      await expect.poll(async () => (await gated.as('').get('/health/ready')).status).toBe(503);
      const away = await Promise.all(Array.from({ length: 20 }, (_, n) => one.push({ n: n + 1 })));
      for (const answer of away) {
        expect(answer.status).toBe(503);
        expect(answer.body).toMatchObject({ code: 'unavailable' });
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      await gate.open();
      // By its id: an answer of 503 may leave open whether it was stored.
      const after = () => one.push({ n: 100 }, { 'CL-X-EVENT-ID': 'after' });
      await expect.poll(async () => (await after()).status, { timeout: 60_000, interval: 200 }).toBe(202);
      const rows = await gated.sql<{ n: number }>(
        `SELECT (convert_from(payload, 'UTF8')::json->>'n')::int AS n FROM events ORDER BY event_id`,
      );
      expect(rows.map((row) => row.n)).toEqual([0, 100]);
    } finally {
      await gate.open().catch(() => undefined);
      await gated.stop();
      await gate.shut();
    }
  });
});
