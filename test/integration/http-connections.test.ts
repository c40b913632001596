import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddressPolicy } from '../../src/delivery/push/address-policy.js';
import type { AttemptOutcome } from '../../src/delivery/push/outcome.js';
import { Transport } from '../../src/delivery/push/transport.js';
import { makeCertificate } from '../support/certificate.js';
import { type RawHandler, type RawReceiver, startRawReceiver } from '../support/raw-receiver.js';

const certificate = makeCertificate('hook.example');
const resolve = () => Promise.resolve({ addresses: ['127.0.0.1'], later: null });
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const LARGE = Buffer.alloc(8_000_000, 'b');

let transport: Transport;
let receiver: RawReceiver | null = null;

beforeEach(() => {
  transport = new Transport({ policy: new AddressPolicy(['127.0.0.0/8']), resolve, ca: certificate.cert });
});

afterEach(async () => {
  transport.destroy();
  await receiver?.close();
  receiver = null;
});

async function listen(scheme: string, handle: RawHandler, onConnection?: (socket: Socket) => void): Promise<void> {
  const tls = scheme === 'https' ? { tls: certificate } : {};
  receiver = await startRawReceiver(handle, { ...tls, ...(onConnection && { onConnection }) });
}

function send(scheme: string, body: Buffer | null = Buffer.from('{}'), timeoutMs = 10_000): Promise<AttemptOutcome> {
  const host = scheme === 'https' ? 'hook.example' : '127.0.0.1';
  const url = `${scheme}://${host}:${receiver?.port}/`;
  return transport.send({ method: 'POST', url, headers: '', body }, { timeoutMs });
}

/** Ends a connection as servers do. */
const ENDINGS: Readonly<Record<string, (socket: Socket) => unknown>> = {
  'FIN, over TLS after close_notify': (socket) => socket.end(),
  'FIN, over TLS without a word': (socket) => socket.destroy(),
  RST: (socket) => rawOf(socket).resetAndDestroy(),
};

/** The TCP socket below. */
function rawOf(socket: Socket): Socket {
  const below: unknown = Reflect.get(socket, '_parent');
  return below && typeof below === 'object' && 'resetAndDestroy' in below ? (below as Socket) : socket;
}

describe.each(['http', 'https'])('over %s, a kept connection', (scheme) => {
  it.each(Object.keys(ENDINGS))(
    'that ends by %s before an answer is replaced, and the request sent again',
    async (how) => {
      await listen(scheme, (socket, number) => (number === 2 ? ENDINGS[how]?.(socket) : socket.write(OK)));
      expect(await send(scheme)).toMatchObject({ status: 200, resent: false });
      const again = await send(scheme);
      expect(again).toMatchObject({ kind: 'answered', status: 200, resent: true });
      expect(again.timings.connect).toBeGreaterThanOrEqual(0);
      expect(receiver?.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
      expect(await send(scheme)).toMatchObject({ status: 200, resent: false });
      expect(receiver?.connections).toBe(2);
    },
  );

  it('that ends while a large request is being written is replaced, too', async () => {
    await listen(scheme, (socket, _number, connection) => {
      socket.write(OK);
      // Reads no more of what comes on it, and resets in the middle.
      if (connection === 1) socket.once('data', () => rawOf(socket).resetAndDestroy());
    });
    await send(scheme);
    expect(await send(scheme, LARGE)).toMatchObject({ kind: 'answered', status: 200, resent: true });
  });

  it('is replaced once: what ends again has failed', async () => {
    await listen(scheme, (socket, number) => (number === 1 ? socket.write(OK) : socket.destroy()));
    await send(scheme);
    expect(await send(scheme)).toMatchObject({ kind: 'failed', errorCode: 'connection_reset', resent: true });
    expect(receiver?.requests).toHaveLength(3);
  });

  it.each([
    ['a byte of the answer', 'H'],
    ['an interim answer', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ])('that ends after %s is not replaced', async (_what, bytes) => {
    await listen(scheme, (socket, number) => (number === 2 ? socket.end(bytes) : socket.write(OK)));
    await send(scheme);
    expect(await send(scheme)).toMatchObject({ errorCode: 'connection_reset', resent: false });
    expect(receiver?.requests).toHaveLength(2);
  });

  it('that is silent until the deadline is not replaced', async () => {
    await listen(scheme, (socket, number) => number === 1 && socket.write(OK));
    await send(scheme);
    expect(await send(scheme, null, 500)).toMatchObject({ errorCode: 'timed_out', resent: false });
    expect(receiver?.requests).toHaveLength(2);
  });

  it('opened for the request is not replaced', async () => {
    await listen(scheme, (socket) => socket.destroy());
    expect(await send(scheme)).toMatchObject({ errorCode: 'connection_reset', resent: false });
    expect(receiver?.requests).toHaveLength(1);
  });

  it('leaves its deadline to the request that is sent again', async () => {
    await listen(scheme, (socket, number) => {
      if (number === 1) socket.write(OK);
      if (number === 2) socket.destroy();
    });
    await send(scheme);
    const outcome = await send(scheme, null, 700);
    expect(outcome).toMatchObject({ errorCode: 'timed_out', resent: true });
    expect(outcome.timings.total).toBeLessThan(5_000);
  });

  it.each([
    ['an answer nobody asked for', OK],
    ['an empty line', '\r\n'],
    ['a byte', 'x'],
  ])('on which %s comes while it is idle is not used again', async (_what, bytes) => {
    let idle: Socket | undefined;
    await listen(scheme, (socket) => {
      idle = socket;
      socket.write(OK);
    });
    await send(scheme);
    const closed = new Promise((done) => idle?.once('end', done));
    idle?.write(bytes);
    await closed;
    expect(await send(scheme)).toMatchObject({ status: 200, resent: false });
    expect(receiver?.connections).toBe(2);
  });

  it.each([
    ['Connection: close', 2],
    ['connection: Close', 2],
    ['Connection: keep-alive, close', 2],
    ['Connection: Keep-Alive\r\nConnection: close', 2],
    ['Connection: closed', 2],
    ['Connection: "close"', 2],
    ['Connection : close', 2],
    ['Keep-Alive: timeout=5, max=1', 2],
    ['Keep-Alive: timeout="5"', 1],
    ['Keep-Alive: max=100', 1],
    ['Connection: Keep-Alive', 1],
  ])('after "%s" makes %i connections for two requests', async (line, connections) => {
    await listen(scheme, (socket) => socket.write(`HTTP/1.1 200 OK\r\n${line}\r\nContent-Length: 2\r\n\r\nok`));
    await send(scheme);
    expect(await send(scheme)).toMatchObject({ status: 200, resent: false });
    expect(receiver?.connections).toBe(connections);
  });

  it.each([
    ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok', 2],
    ['HTTP/1.0 kept', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok', 1],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      2,
    ],
    ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', 2],
    ['a list of lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok', 2],
    ['204 with a length', 'HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\n', 2],
    ['204', 'HTTP/1.1 204 No\r\n\r\n', 1],
    ['more than its length', `${OK}more`, 2],
    ['a clean chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', 1],
  ])('that stays open after %s: no request goes out where there was doubt', async (_what, answer, connections) => {
    await listen(scheme, (socket) => socket.write(answer));
    await send(scheme);
    expect(await send(scheme)).toMatchObject({ kind: 'answered', resent: false });
    expect(receiver?.connections).toBe(connections);
  });
});

describe.each(['http', 'https'])('over %s, a whole head with 2xx', (scheme) => {
  const HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

  it.each([
    ['falls silent', HEAD],
    ['falls silent within its length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegun'],
    ['falls silent with no length', 'HTTP/1.1 200 OK\r\n\r\nbegun'],
  ])('decides, and a body that %s is waited for a second', async (_how, answer) => {
    await listen(scheme, (socket) => socket.write(answer));
    const outcome = await send(scheme, null, 20_000);
    expect(outcome).toMatchObject({ status: 200, truncated: true });
    expect(outcome.timings.total).toBeGreaterThanOrEqual(990);
    expect(outcome.timings.total).toBeLessThan(15_000);
  });

  it('decides, and a body that goes on for ever is kept as far as it comes in time', async () => {
    await listen(scheme, (socket) => {
      socket.write(HEAD);
      const timer = setInterval(() => socket.write('1\r\n.\r\n'), 20);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await send(scheme, null, 1_500)).toMatchObject({ status: 200, truncated: true, bodySize: null });
  });

  it('decides at once where a body fills what is kept', async () => {
    await listen(scheme, (socket) => socket.write(`${HEAD}5000\r\n${'y'.repeat(20_480)}\r\n`));
    const outcome = await send(scheme, null, 20_000);
    expect(outcome).toMatchObject({ status: 200, truncated: true, bodySize: null });
    if (outcome.kind === 'answered') expect(outcome.body).toHaveLength(16_384);
  });

  it.each(Object.keys(ENDINGS))('decides, though its body is cut by %s', async (how) => {
    await listen(scheme, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegun', () =>
        setTimeout(() => ENDINGS[how]?.(socket), 50),
      );
    });
    expect(await send(scheme)).toMatchObject({ status: 200, truncated: true, bodySize: 9 });
  });

  it.each([
    [500, 'a failure too'],
    [410, 'gone for good'],
    [429, 'and its Retry-After'],
  ])('is no privilege: %i decides with a body that is cut, %s', async (status) => {
    await listen(scheme, (socket) =>
      socket.end(`HTTP/1.1 ${status} X\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\nno`),
    );
    expect(await send(scheme)).toMatchObject({ kind: 'answered', status, truncated: true, bodySize: 9 });
  });

  /** Answers as soon as the head of the request has come, and reads no more until told. */
  async function answerEarly(answer: string, then: (socket: Socket) => void): Promise<void> {
    await listen(
      scheme,
      () => undefined,
      (socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write(answer, () => then(socket));
        });
      },
    );
  }

  it('before the request is written counts once it is', async () => {
    await answerEarly(OK, (socket) => setTimeout(() => socket.resume(), 300));
    const outcome = await send(scheme, LARGE);
    expect(outcome).toMatchObject({ kind: 'answered', status: 200, truncated: false });
    expect(outcome.timings.total).toBeGreaterThanOrEqual(290);
  });

  it.each(Object.keys(ENDINGS))('before the request is written fails when the connection ends by %s', async (how) => {
    await answerEarly(OK, (socket) => setTimeout(() => ENDINGS[how]?.(socket), 100));
    const outcome = await send(scheme, LARGE);
    expect(outcome).toMatchObject({ kind: 'failed', errorCode: 'connection_reset' });
    if (outcome.kind === 'failed')
      expect(outcome.detail).toMatch(/before the request was written whole, after status 200/);
  });

  it('before a request that is never taken fails at the deadline', async () => {
    await answerEarly(OK, () => undefined);
    const outcome = await send(scheme, LARGE, 1_500);
    expect(outcome).toMatchObject({ kind: 'failed', errorCode: 'timed_out' });
    if (outcome.kind === 'failed') expect(outcome.detail).toMatch(/without taking the whole request, after status 200/);
  });

  it('is needed for that only: a refusal counts before the request is written', async () => {
    await answerEarly('HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno', () => undefined);
    expect(await send(scheme, LARGE)).toMatchObject({ kind: 'answered', status: 413 });
  });
});
