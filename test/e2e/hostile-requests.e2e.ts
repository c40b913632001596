import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.js';
import { closeOf, sendRaw } from '../support/raw-http.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { startApi, type TestApi } from '../support/start-api.js';

/** What follows the request on its connection, and must not be answered when where that ends is in doubt. */
const SMUGGLED = 'GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const CHUNKED = '2\r\n{}\r\n0\r\n\r\n';
const ENCRYPTION_KEY = randomBytes(32).toString('base64');

let api: TestApi;
let receiver: Receiver;
let token: string;
let accountId: string;

beforeAll(async () => {
  receiver = await startReceiver();
  api = await startApi({ ENCRYPTION_KEY, MAX_BODY_BYTES: '16777216' });
  const { body } = await api.admin.post('/api/accounts/', { email: 'a@example.com', account_name: 'A' });
  accountId = body.account_id;
  token = body.app_secret_token;
});

afterAll(async () => {
  await api.stop();
  await receiver.close();
});

const LINE = 'POST /server/incoming_data/ HTTP/1.1';

/** A request to receive data, up to and without what says how long its body is. */
function head(line = LINE): string {
  return `${line}\r\nHost: a\r\nCL-X-TOKEN: ${token}\r\nContent-Type: application/json\r\n`;
}

async function countEvents(): Promise<number> {
  const [row] = await api.sql<{ count: string }>('SELECT count(*) FROM events');
  return Number(row?.count);
}

function receive(body: string | Buffer, headers: Record<string, string> = {}) {
  return api.as('').post('/server/incoming_data/', body, { 'CL-X-TOKEN': token, ...headers });
}

it.each([
  ['no HTTP', () => 'BAD\r\n\r\n', 400],
  ['a head that is too large', () => `${head()}X-A: ${'a'.repeat(20_000)}`, 431],
  ['a body without a proper chunk', () => `${head()}Transfer-Encoding: chunked\r\n\r\nx`, 400],
  ['a request that is accepted', () => `${head()}Content-Length: 2\r\n\r\n{}BAD`, 202],
])('who goes on sending after %s gets the answer all the same', async (_name, begin, status) => {
  const more = Buffer.alloc(8 * 1_048_576, 'x');
  for (let time = 0; time < 5; time++) {
    expect(await sendRaw(api.url, Buffer.concat([Buffer.from(begin()), more]))).toMatchObject({ status });
  }
});

describe('a request whose end is in doubt is refused, and what follows is not answered', () => {
  it.each<[string, () => string]>([
    ['Content-Length and chunked', () => `${head()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED}`],
    ['chunked and Content-Length', () => `${head()}Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n${CHUNKED}`],
    ['two lengths', () => `${head()}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['twice the same length', () => `${head()}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
    ['a list of lengths', () => `${head()}Content-Length: 2, 2\r\n\r\n{}`],
    ['a length with a sign', () => `${head()}Content-Length: +2\r\n\r\n{}`],
    ['a negative length', () => `${head()}Content-Length: -2\r\n\r\n{}`],
    ['a hexadecimal length', () => `${head()}Content-Length: 0x2\r\n\r\n{}`],
    ['a length with a space', () => `${head()}Content-Length: 2 2\r\n\r\n{}`],
    ['a length beyond 64 bits', () => `${head()}Content-Length: 99999999999999999999\r\n\r\n{}`],
    ['an empty length', () => `${head()}Content-Length: \r\n\r\n{}`],
    ['a space before the colon of the length', () => `${head()}Content-Length : 2\r\n\r\n{}`],
    ['a space before the colon of the coding', () => `${head()}Transfer-Encoding : chunked\r\n\r\n${CHUNKED}`],
    ['an unknown coding', () => `${head()}Transfer-Encoding: xchunked\r\n\r\n${CHUNKED}`],
    ['identity', () => `${head()}Transfer-Encoding: identity\r\n\r\n{}`],
    ['identity after chunked', () => `${head()}Transfer-Encoding: chunked, identity\r\n\r\n${CHUNKED}`],
    ['chunked twice', () => `${head()}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED}`],
    ['a vertical tab before the coding', () => `${head()}Transfer-Encoding: \x0bchunked\r\n\r\n${CHUNKED}`],
    ['a folded header', () => `${head()}X-A: b\r\n c\r\nContent-Length: 2\r\n\r\n{}`],
    ['a folded coding', () => `${head()}Transfer-Encoding:\r\n chunked\r\n\r\n${CHUNKED}`],
    ['a space before the first header', () => `${head().replace('Host', ' Host')}Content-Length: 2\r\n\r\n{}`],
    ['lines that end with LF', () => `${head()}Content-Length: 2\r\n\r\n{}`.replaceAll('\r\n', '\n')],
    ['one line that ends with LF', () => `${head()}X-A: b\nContent-Length: 2\r\n\r\n{}`],
    ['a head that ends with LF', () => `${head()}Content-Length: 2\n\n{}`],
    ['a CR within a value', () => `${head()}X-A: b\rX-B: c\r\nContent-Length: 2\r\n\r\n{}`],
    ['CR CR LF', () => `${head()}X-A: b\r\r\nContent-Length: 2\r\n\r\n{}`],
    ['a NUL in a value', () => `${head()}X-A: b\0c\r\nContent-Length: 2\r\n\r\n{}`],
    ['a NUL in a name', () => `${head()}X\0A: b\r\nContent-Length: 2\r\n\r\n{}`],
    ['a header without a colon', () => `${head()}X-A\r\nContent-Length: 2\r\n\r\n{}`],
    ['a header without a name', () => `${head()}: b\r\nContent-Length: 2\r\n\r\n{}`],
    ['a name that is not ASCII', () => `${head()}X-é: b\r\nContent-Length: 2\r\n\r\n{}`],
    ['a chunk without a size', () => `${head()}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
    ['a chunk of negative size', () => `${head()}Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n`],
    ['a chunk size beyond 64 bits', () => `${head()}Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n`],
    ['chunks that end with LF', () => `${head()}Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n`],
    ['a chunk longer than it says', () => `${head()}Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n`],
    ['LF in a chunk extension', () => `${head()}Transfer-Encoding: chunked\r\n\r\n2;a\nb\r\n{}\r\n0\r\n\r\n`],
    [
      'an endless chunk extension',
      () => `${head()}Transfer-Encoding: chunked\r\n\r\n2;${'a'.repeat(20_000)}\r\n{}\r\n`,
    ],
    [
      'a length as trailer',
      () => `${head()}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n`,
    ],
    ['HTTP/1.2', () => `${head(LINE.replace('1.1', '1.2'))}Content-Length: 2\r\n\r\n{}`],
    ['HTTP/2 without TLS', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a method in lower case', () => `${head(LINE.toLowerCase())}Content-Length: 2\r\n\r\n{}`],
    ['a NUL in the path', () => `GET /health/live\0 HTTP/1.1\r\nHost: a\r\n\r\n`],
    // These were taken before: Node reads them, and what stands before it may read them otherwise.
    ['a coding besides chunked', () => `${head()}Transfer-Encoding: gzip, chunked\r\n\r\n${CHUNKED}`],
    [
      'two headers of coding',
      () => `${head()}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED}`,
    ],
    ['chunked in HTTP/1.0', () => `${head(LINE.replace('1.1', '1.0'))}Transfer-Encoding: chunked\r\n\r\n${CHUNKED}`],
    ['HTTP/0.9', () => 'GET /health/live\r\n\r\n'],
    ['two hosts', () => `${head()}Host: b\r\nContent-Length: 2\r\n\r\n{}`],
    ['two content types', () => `${head()}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}`],
  ])('%s', async (_what, request) => {
    const before = await countEvents();
    const answer = await sendRaw(api.url, Buffer.from(request() + SMUGGLED, 'latin1'));
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('"malformed_request"');
    expect(answer.body).not.toContain('"live"');
    expect(await countEvents()).toBe(before);
  });

  it('two tokens are no token', async () => {
    const answer = await sendRaw(
      api.url,
      `${head()}CL-X-TOKEN: ${token}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`,
    );
    expect(answer.status).toBe(401);
  });

  it('two authorizations are refused', async () => {
    const bearer = `Authorization: Bearer ${api.adminKey}\r\n`;
    const request = `GET /api/accounts/ HTTP/1.1\r\nHost: a\r\n${bearer}${bearer}Connection: close\r\n\r\n`;
    expect((await sendRaw(api.url, request)).status).toBe(400);
  });

  it('a body where none is expected belongs to its request', async () => {
    const request = `GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n`;
    const answer = await sendRaw(api.url, request + SMUGGLED);
    expect(answer.body.match(/"live"/g)).toHaveLength(1);
  });

  it('junk behind a request that is accepted does not take the place of its answer', async () => {
    const before = await countEvents();
    const answer = await sendRaw(api.url, `${head()}Content-Length: 2\r\n\r\n{}junk\r\n\r\n`);
    // It answered 400 here once, while the event was committed.
    expect(answer.status).not.toBe(400);
    await expect.poll(countEvents).toBe(before + 1);
  });
});

describe('who is slow', () => {
  /** Over the same database; apart, because large bodies that are no attack may take more than its second. */
  let impatient: App;

  beforeAll(async () => {
    const env = { ROLE: 'api', ENCRYPTION_KEY, REQUEST_TIMEOUT_SECONDS: '1' };
    impatient = await startApp({ databaseUrl: api.databaseUrl, env });
  });
  afterAll(() => impatient.stop());

  function open(): Socket {
    const { hostname, port } = new URL(impatient.url);
    return connect(Number(port), hostname).on('error', () => undefined);
  }

  /** Sends a byte now and then until the connection ends; answers what came back. */
  async function drip(beginning: string): Promise<string> {
    const socket = open();
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.write(beginning);
    const timer = setInterval(() => socket.writable && socket.write('1'), 200);
    await closeOf(socket);
    clearInterval(timer);
    return answer;
  }

  it.each<[string, () => string]>([
    ['in its headers', () => 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: '],
    ['in its body', () => `${head()}Content-Length: 100000\r\n\r\n[1`],
    ['in its chunks', () => `${head()}Transfer-Encoding: chunked\r\n\r\n10000\r\n[1`],
    [
      'in a body for the API',
      () =>
        `POST /api/accounts/ HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${impatient.apiKey}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n`,
    ],
  ])('%s is cut off with 408', async (_where, beginning) => {
    expect(await drip(beginning())).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('to say anything is cut off', async () => {
    const socket = open();
    socket.resume();
    await closeOf(socket);
    expect(socket.destroyed).toBe(true);
  });

  it('keeps nobody else waiting, by however many connections', async () => {
    const slow = Array.from({ length: 300 }, () => open());
    for (const socket of slow) socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n');
    const closed = Promise.all(slow.map((socket) => closeOf(socket.resume())));
    const options = { headers: { 'CL-X-TOKEN': token }, apiKey: null };
    expect((await impatient.post('/server/incoming_data/', '{}', options)).status).toBe(202);
    await closed;
  });
});

describe('a body', () => {
  it.each<[string, string | Buffer]>([
    ['gzip', gzipSync('{}')],
    ['gzip', gzipSync(Buffer.alloc(10_000_000, ' '))],
    ['br', '{}'],
    ['deflate', '{}'],
    ['zstd', '{}'],
    ['x-made-up', '{}'],
    ['identity, gzip', '{}'],
  ])('in %s is 415 and stored nowhere', async (coding, body) => {
    const before = await countEvents();
    const headers = { 'Content-Encoding': coding };
    const answers = [
      await receive(body, headers),
      await api.as('').post('/server/incoming_data/batch/', body, { 'CL-X-TOKEN': token, ...headers }),
      await api.admin.post('/api/accounts/', body, headers),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
      expect(answer.headers.get('accept-encoding')).toBe('identity');
    }
    expect(await countEvents()).toBe(before);
  });

  it('that says it is not encoded is taken', async () => {
    expect((await receive('{}', { 'Content-Encoding': 'identity' })).status).toBe(202);
  });

  it.each<[string, Buffer]>([
    ['a stray byte', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x30, 0x7d])],
    ['half a surrogate pair', Buffer.from([0x5b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x5d])],
    ['an overlong slash', Buffer.from([0x5b, 0x22, 0xc0, 0xaf, 0x22, 0x5d])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['a byte order mark within', Buffer.from('{\ufeff}')],
    ['65 levels', Buffer.from('['.repeat(65) + ']'.repeat(65))],
    ['a million brackets', Buffer.alloc(1_000_000, '[')],
  ])('with %s is 400', async (_what, body) => {
    expect(await receive(body)).toMatchObject({ status: 400, body: { code: 'invalid_data' } });
  });

  it('of a million keys is checked without holding anybody up for long', async () => {
    const body = `{${Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":0`).join(',')}}`;
    // Broken at its very end, so that all of it is looked at and nothing is written.
    const broken = `${body.slice(0, -1)},}`;
    const beyondParsingMs = async (): Promise<number> => {
      const startedAt = performance.now();
      const { status } = await receive(broken);
      const answeredAt = performance.now();
      expect(status).toBe(400);
      // What JSON.parse would take for it here and now.
      JSON.parse(body);
      return answeredAt - startedAt - 2 * (performance.now() - answeredAt);
    };
    // Once is enough: what holds either of us up is not the checking.
    await expect.poll(beyondParsingMs).toBeLessThan(500);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'with a member %s arrives as it was sent and changes nothing here',
    async (name) => {
      const url = `${receiver.url}/`;
      const fields = { url, http_method: 'GET', headers: { 'X-A': '1' } };
      const { body: destination } = await api.admin.post(`/api/accounts/${accountId}/destinations/`, fields);
      const body = `{"${name}":{"polluted":"yes"},"a":{"${name}":1}}`;
      expect((await receive(body)).status).toBe(202);
      await receiver.waitFor((requests) => requests.some(({ query }) => query.includes('polluted')));
      const arrived = receiver.requests.find((request) => request.query.includes('polluted'));
      const query = decodeURIComponent(arrived?.query ?? '');
      expect(query).toBe(`${name}[polluted]=yes&a[${name}]=1`);
      receiver.clear();
      await api.admin.delete(`/api/destinations/${destination.id}/`);
      expect((await api.admin.post('/api/accounts/', body)).body.errors).toHaveProperty(`a`);
      expect((await api.admin.get(`/api/accounts/?${name}=1`)).status).toBe(400);
      expect((await api.admin.get(`/api/accounts/${accountId}/`)).body.polluted).toBeUndefined();
    },
  );
});

describe('a header of a destination', () => {
  it.each<[string, string, unknown]>([
    ['CR LF', 'X-A', 'b\r\nX-Injected: 1'],
    ['LF', 'X-A', 'b\nX-Injected: 1'],
    ['CR', 'X-A', 'b\rX-Injected: 1'],
    ['NUL', 'X-A', 'b\0'],
    ['DEL', 'X-A', 'b\x7f'],
    ['a line separator', 'X-A', 'b\u2028c'],
    ['what is cut to CR LF in one byte', 'X-A', 'b\u010d\u010aX-Injected: 1'],
    ['half a surrogate pair', 'X-A', '\ud800'],
    ['CR LF in a list', 'X-A', ['b', 'c\r\nd']],
    ['CR LF in its name', 'X-A\r\nX-Injected', 'b'],
    ['a colon in its name', 'X-A: b', 'c'],
    ['a space in its name', 'X A', 'b'],
    ['a name that is not ASCII', 'X-Ä', 'b'],
    ['no name', '', 'b'],
    ['a number', 'X-A', 1],
    ...[
      'Host',
      'Content-Length',
      'Transfer-Encoding',
      'Connection',
      'Keep-Alive',
      'Proxy-Authorization',
      'Proxy-Authenticate',
      'Proxy-Connection',
      'TE',
      'Trailer',
      'Upgrade',
      'Expect',
      'webhook-id',
      'Webhook-Signature',
      'webhook-timestamp',
      'webhook-anything',
    ].map((name): [string, string, unknown] => [`${name} as name`, name, 'x']),
  ])('with %s is refused', async (_what, name, value) => {
    const fields = { url: `${receiver.url}/`, http_method: 'POST', headers: { [name]: value } };
    const { status, body } = await api.admin.post(`/api/accounts/${accountId}/destinations/`, fields);
    expect([status, Object.keys(body.errors ?? {})[0]]).toEqual([400, expect.stringMatching(/^headers/)]);
  });
});

describe('a header of a request', () => {
  it.each(['CL-X-EVENT-ID', 'Idempotency-Key', 'CL-X-EVENT-TYPE'])(
    '%s with anything but visible ASCII is refused',
    async (name) => {
      for (const value of ['a\tb', 'é', 'a'.repeat(256), '\x80']) {
        const request = `${head()}${name}: ${value}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`;
        expect((await sendRaw(api.url, Buffer.from(request, 'latin1'))).status, value).toBe(400);
      }
    },
  );

  it('does not come back in an answer, or reach a receiver', async () => {
    const { body: destination } = await api.admin.post(`/api/accounts/${accountId}/destinations/`, {
      url: `${receiver.url}/`,
      http_method: 'POST',
      headers: { 'X-A': '1' },
    });
    receiver.clear();
    const answer = await receive('{}', { 'X-Injected': 'yes', Cookie: 'a=b', 'X-Forwarded-Host': 'evil.example' });
    await receiver.waitFor(1);
    const names = receiver.requests[0]?.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
    for (const name of ['x-injected', 'cookie', 'x-forwarded-host', 'cl-x-token', 'authorization']) {
      expect(names).not.toContain(name);
      expect(answer.headers.has(name)).toBe(false);
    }
    await api.admin.delete(`/api/destinations/${destination.id}/`);
  });

  it('that are more than the server reads are 431', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => `a${i}: 1\r\n`).join('');
    expect((await sendRaw(api.url, `GET / HTTP/1.1\r\nHost: a\r\n${many}\r\n`)).status).toBe(431);
  });
});
