import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import * as zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AddressPolicy } from '../../src/delivery/push/address-policy.js';
import type { HttpRequest } from '../../src/delivery/push/client/wire/http-request.js';
import type { AnsweredOutcome, AttemptOutcome, FailedOutcome } from '../../src/delivery/push/outcome.js';
import { Transport, type TransportOptions } from '../../src/delivery/push/transport.js';
import { makeCertificate } from '../support/certificate.js';
import { misbehave, raw, type Receiver, refusedUrl, startReceiver } from '../support/receiver.js';

const LOCAL = new AddressPolicy(['127.0.0.0/8', '::1/128']);
const POST: HttpRequest = { method: 'POST', url: '', headers: '', body: Buffer.from('{"a":1}') };

let receiver: Receiver;
let bystander: Receiver;
let transport: Transport;

beforeAll(async () => {
  bystander = await startReceiver();
});

afterAll(() => bystander.close());

beforeEach(async () => {
  receiver = await startReceiver();
  transport = new Transport({ policy: LOCAL });
});

afterEach(async () => {
  transport.destroy();
  await receiver.close();
});

function post(path = '/', timeoutMs = 5000): Promise<AttemptOutcome> {
  return transport.send({ ...POST, url: receiver.url + path }, { timeoutMs });
}

async function answered(sent: Promise<AttemptOutcome>): Promise<AnsweredOutcome> {
  const outcome = await sent;
  if (outcome.kind !== 'answered') throw new Error(`${outcome.errorCode}: ${outcome.detail}`);
  return outcome;
}

async function failed(sent: Promise<AttemptOutcome>): Promise<FailedOutcome> {
  const outcome = await sent;
  if (outcome.kind !== 'failed') throw new Error(`answered ${outcome.status}`);
  return outcome;
}

describe('an answer', () => {
  it('comes with status, headers in order, body, peer and timings', async () => {
    receiver.answer({ status: 201, headers: { 'X-One': '1', 'Set-Cookie': ['a=1', 'b=2'] }, body: 'héllo' });
    const outcome = await answered(post('/in?x=1'));
    expect(outcome).toMatchObject({ status: 201, truncated: false, bodySize: 6, resent: false, address: '127.0.0.1' });
    expect(outcome.headers.slice(0, 3)).toEqual([
      ['X-One', '1'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ]);
    expect(outcome.body.toString()).toBe('héllo');
    const { connect, first_byte, total, dns, tls } = outcome.timings;
    expect(connect).toBeGreaterThanOrEqual(0);
    expect(total).toBeGreaterThanOrEqual(first_byte ?? Infinity);
    expect([dns, tls]).toEqual([undefined, undefined]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'to %s got the bytes that were sent, over one connection',
    async (method) => {
      const body = Buffer.from('{ "big": 12345678901234567890.0,\r\n "face":"😀", "a":1, "a":2 }');
      for (let n = 0; n < 3; n++) {
        await answered(transport.send({ method, url: `${receiver.url}/p`, headers: '', body }, { timeoutMs: 5000 }));
      }
      expect(receiver.requests.map((request) => request.method)).toEqual([method, method, method]);
      expect(receiver.requests.every((request) => request.body.equals(body))).toBe(true);
      expect(receiver.requests[0]?.header('content-length')).toBe(String(body.length));
      expect(receiver.connections).toBe(1);
    },
  );

  it.each([16_383, 16_384, 16_385, 1_000_000])('to a body of %i bytes got each of them', async (length) => {
    const body = Buffer.alloc(length, 'abcdefg');
    for (let n = 0; n < 2; n++)
      await answered(transport.send({ ...POST, url: `${receiver.url}/`, body }, { timeoutMs: 5000 }));
    expect(receiver.requests.map((request) => request.body.equals(body))).toEqual([true, true]);
    expect(receiver.connections).toBe(1);
  });

  it('to GET got no body, and the query as it was', async () => {
    const url = `${receiver.url}/g?a%5Bb%5D=%27x%27&c=1`;
    await answered(transport.send({ method: 'GET', url, headers: '', body: null }, { timeoutMs: 5000 }));
    expect(receiver.requests[0]).toMatchObject({ method: 'GET', query: 'a%5Bb%5D=%27x%27&c=1' });
    expect(receiver.requests[0]?.body.length).toBe(0);
  });

  it('got the headers in order, duplicates as lines of their own, nothing added but what HTTP needs', async () => {
    const headers = 'X-Two: b\r\nAccept: x/y\r\nX-Two: a\r\nx-latin: é\r\n';
    await answered(transport.send({ ...POST, url: `${receiver.url}/`, headers }, { timeoutMs: 5000 }));
    const names = receiver.requests[0]?.rawHeaders.filter((_, i) => i % 2 === 0);
    expect(names).toEqual(['host', 'connection', 'X-Two', 'Accept', 'X-Two', 'x-latin', 'content-length']);
    expect(receiver.requests[0]?.values('x-two')).toEqual(['b', 'a']);
    expect(receiver.requests[0]?.values('x-latin')).toEqual(['é']);
  });

  it('that redirects is not followed', async () => {
    const other = await startReceiver();
    receiver.answer({ status: 302, headers: { location: other.url } });
    expect(await answered(post())).toMatchObject({ status: 302 });
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it('after early hints is the final one', async () => {
    receiver.answer(
      raw((_request, response) => {
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        response.writeHead(202);
        response.end('ok');
      }),
    );
    expect(await answered(post())).toMatchObject({ status: 202 });
  });

  it('may close the connection: the next request makes another', async () => {
    receiver.answer({ headers: { connection: 'close' }, body: 'x' });
    for (let n = 0; n < 3; n++) await answered(post());
    expect(receiver.connections).toBe(3);
  });
});

describe('a body', () => {
  it('of exactly 16 KiB is kept whole', async () => {
    receiver.answer({ body: 'y'.repeat(16_384) });
    const { body, truncated } = await answered(post());
    expect([body.length, truncated]).toEqual([16_384, false]);
  });

  it('a little larger is cut; its rest is read meanwhile, and its connection used again', async () => {
    let restRead: Promise<unknown> = Promise.resolve();
    receiver.answer(
      raw((request, response) => {
        restRead = once(response, 'finish');
        misbehave.hugeBody(60_000).raw(request, response);
      }),
    );
    for (let n = 0; n < 3; n++) {
      const { body, truncated, bodySize, status } = await answered(post());
      expect([body.length, truncated, bodySize, status]).toEqual([16_384, true, 60_000, 200]);
      await restRead;
      // One more request, to another place, is answered after what lies in our socket was read.
      await answered(transport.send({ ...POST, url: `${bystander.url}/` }, { timeoutMs: 5000 }));
    }
    expect(receiver.connections).toBe(1);
  });

  it('without an end is given up on', async () => {
    receiver.answer(misbehave.hugeBody(4_000_000_000));
    const started = Date.now();
    const { body, truncated } = await answered(post('/', 60_000));
    expect([body.length, truncated]).toEqual([16_384, true]);
    expect(Date.now() - started).toBeLessThan(30_000);
  });

  it.each([
    ['gzip', zlib.gzipSync],
    ['x-gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
    ['br', zlib.brotliCompressSync],
    ['GZIP', zlib.gzipSync],
  ])('in %s is decompressed', async (coding, pack) => {
    receiver.answer({ headers: { 'content-encoding': coding }, body: pack(Buffer.from('plain words')) });
    const { body, truncated } = await answered(post());
    expect([body.toString(), truncated]).toEqual(['plain words', false]);
  });

  it('packed twice is unpacked twice', async () => {
    const body = zlib.gzipSync(zlib.brotliCompressSync(Buffer.from('twice')));
    receiver.answer({ headers: { 'content-encoding': 'br, gzip' }, body });
    expect((await answered(post())).body.toString()).toBe('twice');
  });

  it.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip, gzip, gzip', 'made-up', ''])(
    'that only claims to be %s stays as it came, and the status stands',
    async (coding) => {
      receiver.answer({ headers: { 'content-encoding': coding }, body: '<html>no</html>' });
      expect(await answered(post())).toMatchObject({ status: 200, body: Buffer.from('<html>no</html>') });
    },
  );

  it('that is a bomb is cut at 16 KiB and takes no memory', async () => {
    receiver.answer(misbehave.gzipBomb(200_000_000));
    const before = process.memoryUsage().rss;
    const { body, truncated } = await answered(post('/', 20_000));
    expect([body.length, truncated]).toEqual([16_384, true]);
    expect(body.every((byte) => byte === 0)).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

describe('a failure', () => {
  it('refused', async () => {
    const outcome = await failed(transport.send({ ...POST, url: await refusedUrl() }, { timeoutMs: 5000 }));
    expect(outcome).toMatchObject({ errorCode: 'connection_refused', address: '127.0.0.1' });
  });

  it.each([
    ['reset', misbehave.reset, 'connection_reset', /ECONNRESET/],
    ['close', misbehave.closeWithoutAnswer, 'connection_reset', /other side closed/],
    ['an upgrade', misbehave.upgrade, 'invalid_response', /upgrade/],
    ['no HTTP', misbehave.invalidHttp, 'invalid_response', /HTTP/],
    ['huge headers', misbehave.hugeHeaders, 'invalid_response', /[Hh]eaders/],
  ])('%s', async (_name, behaviour, errorCode, detail) => {
    receiver.answer(behaviour);
    const outcome = await failed(post());
    expect(outcome).toMatchObject({ errorCode, address: '127.0.0.1' });
    expect(outcome.detail).toMatch(detail);
  });

  it.each([
    ['before the headers', misbehave.hangBeforeHeaders, /without an answer/],
    ['in the headers', misbehave.hangInHeaders, /without an answer/],
  ])('timed out %s', async (_name, behaviour, detail) => {
    receiver.answer(behaviour);
    const outcome = await failed(post('/', 2_000));
    expect(outcome).toMatchObject({ errorCode: 'timed_out', address: '127.0.0.1' });
    expect(outcome.detail).toMatch(detail);
    expect(outcome.timings.total).toBeGreaterThanOrEqual(1_990);
    expect(outcome.timings.total).toBeLessThan(15_000);
  });

  it('is not blamed on the destination when we were the ones who stalled', async () => {
    const answeredFlag = new Int32Array(new SharedArrayBuffer(4));
    const elsewhere = new Worker(
      `const { parentPort, workerData: flag } = require('node:worker_threads');
       const tell = () => { Atomics.store(flag, 0, 1); Atomics.notify(flag, 0); };
       const server = require('node:http').createServer((request, response) => {
         parentPort.postMessage('received');
         setTimeout(() => response.end('ok', tell), 500);
       });
       server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true, workerData: answeredFlag },
    );
    const [port]: unknown[] = await once(elsewhere, 'message');
    const timeoutMs = 2_000;
    const sent = transport.send({ ...POST, url: `http://127.0.0.1:${String(port)}/` }, { timeoutMs });
    const sentAtMs = performance.now();
    await once(elsewhere, 'message');
    // After an immediate the next turn begins with the timers, before anything is read.
    await new Promise((resolve) => setImmediate(resolve));
    // Stands still until the answer lies in our socket, and beyond the deadline.
    Atomics.wait(answeredFlag, 0, 0);
    while (performance.now() - sentAtMs < timeoutMs + 100);
    expect(await answered(sent)).toMatchObject({ status: 200 });
    await elsewhere.terminate();
  });

  it('timed out while the body is not taken', async () => {
    receiver.answer(misbehave.hangBeforeHeaders);
    const body = Buffer.alloc(1_048_576, 'b');
    const outcome = await failed(transport.send({ ...POST, url: `${receiver.url}/`, body }, { timeoutMs: 300 }));
    expect(outcome.errorCode).toBe('timed_out');
  });

  it.each([
    ['keeping', { status: 413, headers: { connection: 'keep-alive' } }],
    ['closing', { status: 413, headers: { connection: 'close' } }],
  ])('is not seen in an answer that comes before the body is sent, %s the connection', async (_name, answer) => {
    const early = createServer((_request, response) => {
      response.writeHead(answer.status, answer.headers);
      response.end('too much');
    }).listen(0, '127.0.0.1');
    await once(early, 'listening');
    const address = early.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;
    const body = Buffer.alloc(1_048_576, 'b');
    expect(await answered(transport.send({ ...POST, url, body }, { timeoutMs: 3000 }))).toMatchObject({ status: 413 });
    early.closeAllConnections();
    early.close();
  });

  it('leaves the connection of others alone', async () => {
    receiver.answer((request) => (request.url === '/hang' ? misbehave.hangBeforeHeaders : { body: 'ok' }));
    const hanging = post('/hang', 400);
    for (let n = 0; n < 5; n++) await answered(post());
    expect((await failed(hanging)).errorCode).toBe('timed_out');
    await answered(post());
  });

  it.each([
    ['not-a-url', 'cannot_be_sent'],
    ['ftp://127.0.0.1/', 'cannot_be_sent'],
    ['http://user:pw@127.0.0.1/', 'cannot_be_sent'],
    ['http://0x7f.1/', 'cannot_be_sent'],
    ['http://127.0.0.1', 'cannot_be_sent'],
    ['http://hook.example', 'cannot_be_sent'],
    ['http://hook.example?a=/', 'cannot_be_sent'],
    ['http://127.0.0.1/a b', 'cannot_be_sent'],
  ])('%s can not be sent', async (url, errorCode) => {
    expect(await failed(transport.send({ ...POST, url }, { timeoutMs: 1000 }))).toMatchObject({ errorCode });
  });
});

describe('an address', () => {
  const closed = new AddressPolicy();

  function sendWith(options: Partial<TransportOptions>, url: string): Promise<AttemptOutcome> {
    transport = new Transport({ policy: closed, ...options });
    return transport.send({ ...POST, url }, { timeoutMs: 2000 });
  }

  it.each(['http://127.0.0.1:PORT/', 'http://[::1]:PORT/', 'http://[::ffff:7f00:1]:PORT/', 'http://localhost:PORT/'])(
    'in %s is blocked when it connects',
    async (url) => {
      const outcome = await failed(sendWith({}, url.replace('PORT', String(receiver.port))));
      expect(outcome.errorCode).toBe('address_blocked');
      expect(receiver.connections).toBe(0);
    },
  );

  it.each([
    ['only', ['127.0.0.1']],
    ['beside a public one', ['93.184.216.34', '127.0.0.1']],
    ['as IPv6', ['2606:2800:220:1::1', 'fd00::1']],
  ])('of a name is blocked: %s', async (_name, found) => {
    const resolve = () => Promise.resolve({ addresses: found, later: null });
    const outcome = await failed(sendWith({ resolve }, `http://hook.example:${receiver.port}/`));
    expect(outcome).toMatchObject({ errorCode: 'address_blocked', address: found.at(-1) });
    expect(receiver.connections).toBe(0);
  });

  it('is checked for every new connection', async () => {
    const found = ['127.0.0.1'];
    const resolve = () => Promise.resolve({ addresses: found, later: null });
    receiver.answer({ headers: { connection: 'close' } });
    const url = `http://hook.example:${receiver.port}/`;
    const outcome = await answered(sendWith({ policy: LOCAL, resolve }, url));
    expect(outcome.address).toBe('127.0.0.1');
    expect(outcome.timings.dns).toBeGreaterThanOrEqual(0);
    expect(receiver.requests[0]?.header('host')).toBe(`hook.example:${receiver.port}`);
    found[0] = '10.0.0.1';
    expect(await failed(transport.send({ ...POST, url }, { timeoutMs: 2000 }))).toMatchObject({
      errorCode: 'address_blocked',
      address: '10.0.0.1',
      detail: 'private',
    });
  });

  it('that refuses is followed by the next one of the name', async () => {
    const resolve = () => Promise.resolve({ addresses: ['127.0.0.9', '127.0.0.1'], later: null });
    const outcome = await answered(sendWith({ policy: LOCAL, resolve }, `http://hook.example:${receiver.port}/`));
    expect(outcome.address).toBe('127.0.0.1');
  });

  it('is not found', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
    const outcome = await failed(sendWith({ resolve }, 'http://hook.example/'));
    expect(outcome).toMatchObject({ errorCode: 'name_not_found', address: null });
  });

  it('can not be looked up in time', async () => {
    const resolve = () => new Promise<never>(() => {});
    transport = new Transport({ policy: closed, resolve });
    const outcome = await failed(transport.send({ ...POST, url: 'http://hook.example/' }, { timeoutMs: 200 }));
    expect(outcome).toMatchObject({ errorCode: 'timed_out' });
    expect(outcome.detail).toMatch(/looking up/);
  });

  it('under localhost needs no resolver', async () => {
    const resolve = () => Promise.reject(new Error('not asked'));
    const policy = new AddressPolicy(['127.0.0.0/8']);
    expect((await answered(sendWith({ policy, resolve }, `http://localhost:${receiver.port}/`))).status).toBe(200);
    await answered(transport.send({ ...POST, url: `http://a.localhost:${receiver.port}/` }, { timeoutMs: 2000 }));
  });
});

describe('connections', () => {
  it('are made as many as there are requests at once, and used again', async () => {
    receiver.answer({ delayMs: 30 });
    await Promise.all(Array.from({ length: 20 }, () => answered(post())));
    expect(receiver.connections).toBe(20);
    await Promise.all(Array.from({ length: 20 }, () => answered(post())));
    expect(receiver.connections).toBe(20);
  });

  it('are kept only as many as allowed', async () => {
    transport = new Transport({ policy: LOCAL, maxIdleConnections: 2 });
    const others = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
    for (const other of [...others, others[0], others[2]]) {
      await answered(transport.send({ ...POST, url: `${other.url}/` }, { timeoutMs: 2000 }));
    }
    expect(others.map((other) => other.connections)).toEqual([2, 1, 1]);
    await Promise.all(others.map((other) => other.close()));
  });

  it('closed by the server while idle are replaced unnoticed', async () => {
    await answered(post());
    const { port } = receiver;
    await receiver.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    receiver = await startReceiver({ port });
    await answered(post());
    expect(receiver.requests.length).toBe(1);
  });

  it("that carry an answer too much are not used again: it is nobody else's", async () => {
    const two = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n';
    receiver.answer(raw((_request, response) => response.socket?.write(two)));
    for (let n = 0; n < 3; n++) expect(await answered(post())).toMatchObject({ status: 200 });
    expect(receiver.connections).toBe(3);
  });

  it.each([
    ['timeout=60', 1],
    ['timeout=2', 1],
    ['timeout=0', 3],
    ['max=1', 3],
    ['timeout=60, max=0', 3],
    ['timeout=60, max=10', 1],
  ])('that are kept by "%s" are %i for three requests in a row', async (keepAlive, connections) => {
    receiver.answer({ headers: { 'keep-alive': keepAlive }, body: 'x' });
    for (let n = 0; n < 3; n++) await answered(post());
    expect(receiver.connections).toBe(connections);
  });

  it('are closed before the server would', async () => {
    const closed = new Promise((resolve) => {
      receiver.answer(
        raw((request, response) => {
          request.socket.once('end', resolve);
          response.writeHead(200, { 'keep-alive': 'timeout=3' }).end();
        }),
      );
    });
    await answered(post());
    await expect(closed).resolves.toBeUndefined();
  });

  it('carry timings of making them only once', async () => {
    expect((await answered(post())).timings.connect).toBeDefined();
    expect((await answered(post())).timings.connect).toBeUndefined();
  });
});

describe('stopping', () => {
  it('close waits for what is under way and takes no more', async () => {
    receiver.answer({ delayMs: 200, body: 'late' });
    const sent = post();
    await receiver.waitFor(1);
    const closing = transport.close();
    expect(await failed(post())).toMatchObject({ errorCode: 'interrupted' });
    await closing;
    expect((await answered(sent)).body.toString()).toBe('late');
  });

  it('destroy cuts off what is under way', async () => {
    receiver.answer(misbehave.hangBeforeHeaders);
    const sent = post();
    await receiver.waitFor(1);
    transport.destroy();
    expect(await failed(sent)).toMatchObject({ errorCode: 'interrupted', address: '127.0.0.1' });
  });

  it('a signal cuts off one request', async () => {
    receiver.answer((request) => (request.url === '/hang' ? misbehave.hangBeforeHeaders : { delayMs: 100 }));
    const controller = new AbortController();
    const cut = transport.send(
      { ...POST, url: `${receiver.url}/hang` },
      { timeoutMs: 5000, signal: controller.signal },
    );
    const other = post('/');
    await receiver.waitFor(2);
    controller.abort();
    expect(await failed(cut)).toMatchObject({ errorCode: 'interrupted' });
    await answered(other);
  });
});

describe('TLS', () => {
  const { key, cert } = makeCertificate('hook.example');
  let secure: Receiver;

  beforeAll(async () => {
    secure = await startReceiver({ tls: { key, cert } });
  });

  afterAll(() => secure.close());

  const resolve = () => Promise.resolve({ addresses: ['127.0.0.1'], later: null });

  function sendTo(host: string, options: Partial<TransportOptions>): Promise<AttemptOutcome> {
    transport = new Transport({ policy: LOCAL, resolve, ...options });
    return transport.send({ ...POST, url: `https://${host}:${secure.port}/` }, { timeoutMs: 5000 });
  }

  it('works with a certificate that is trusted and of this name', async () => {
    const outcome = await answered(sendTo('hook.example', { ca: cert }));
    expect(outcome).toMatchObject({ status: 200, address: '127.0.0.1' });
    expect(outcome.timings.tls).toBeGreaterThan(0);
    expect(outcome.timings.dns).toBeGreaterThanOrEqual(0);
  });

  it.each([
    ['untrusted', 'hook.example', false],
    ['of another name', 'other.example', true],
    ['for an address', '127.0.0.1', true],
  ])('fails with a certificate %s', async (_name, host, trusted) => {
    const outcome = await failed(sendTo(host, trusted ? { ca: cert } : {}));
    expect(outcome.errorCode).toBe('tls_error');
    expect(outcome.detail).toMatch(/cert|self-signed/i);
  });

  it('works with an address that the certificate is of, and with no other name it is of', async () => {
    for (const [host, kind] of [
      ['127.0.0.1', 'answered'],
      ['localhost', 'failed'],
    ] as const) {
      const pair = makeCertificate(host);
      const ofAddress = await startReceiver({ tls: pair });
      transport = new Transport({ policy: LOCAL, ca: pair.cert });
      const outcome = await transport.send(
        { ...POST, url: `https://127.0.0.1:${ofAddress.port}/` },
        { timeoutMs: 5000 },
      );
      expect(outcome).toMatchObject({ kind });
      transport.destroy();
      await ofAddress.close();
    }
  });

  it('fails where plain HTTP is spoken', async () => {
    transport = new Transport({ policy: LOCAL, resolve });
    const url = `https://hook.example:${receiver.port}/`;
    expect(await failed(transport.send({ ...POST, url }, { timeoutMs: 5000 }))).toMatchObject({
      errorCode: 'tls_error',
    });
  });

  it('hanging in its handshake times out there', async () => {
    const mute = createTcpServer(() => {}).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const address = mute.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    transport = new Transport({ policy: LOCAL, resolve });
    const outcome = await failed(
      transport.send({ ...POST, url: `https://hook.example:${port}/` }, { timeoutMs: 2_000 }),
    );
    expect(outcome).toMatchObject({ errorCode: 'timed_out' });
    expect(outcome.detail).toMatch(/TLS handshake/);
    mute.close();
  });
});
