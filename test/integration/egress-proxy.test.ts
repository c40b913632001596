import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddressPolicy } from '../../src/delivery/push/address-policy.js';
import { createResolver } from '../../src/delivery/push/client/dns/resolve.js';
import type { AttemptOutcome } from '../../src/delivery/push/outcome.js';
import { Transport, type TransportOptions } from '../../src/delivery/push/transport.js';
import { makeCertificate } from '../support/certificate.js';
import { type HttpProxy, startProxy } from '../support/http-proxy.js';
import { type Receiver, refusedUrl, startReceiver } from '../support/receiver.js';

const certificate = makeCertificate('hook.example');

let proxy: HttpProxy;
let receiver: Receiver;
let transport: Transport | undefined;

beforeEach(async () => {
  [proxy, receiver] = await Promise.all([startProxy(), startReceiver()]);
});

afterEach(async () => {
  transport?.destroy();
  await Promise.all([proxy.close(), receiver.close()]);
});

function send(url: string, options: Partial<TransportOptions> = {}): Promise<AttemptOutcome> {
  transport = new Transport({
    policy: new AddressPolicy(),
    // Names of destinations are the proxy's to look up.
    resolve: () => Promise.reject(new Error('looked up')),
    proxy: `http://127.0.0.1:${proxy.port}`,
    ...options,
  });
  const body = Buffer.from('{"a":1}');
  return transport.send({ method: 'POST', url, headers: 'X-A: 1\r\n', body }, { timeoutMs: 5000 });
}

describe('with EGRESS_PROXY', () => {
  it('a request goes through a tunnel to its host, and the connection is kept', async () => {
    const url = `http://hook.example:${receiver.port}/in?x=1`;
    expect(await send(url)).toMatchObject({ kind: 'answered', status: 200, address: '127.0.0.1' });
    const again = await transport?.send({ method: 'GET', url, headers: '', body: null }, { timeoutMs: 5000 });
    expect(again).toMatchObject({ status: 200 });
    expect(receiver.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /in?x=1', 'GET /in?x=1']);
    expect(receiver.requests[0]?.header('host')).toBe(`hook.example:${receiver.port}`);
    expect(receiver.requests[0]?.body.toString()).toBe('{"a":1}');
    expect(proxy.asked).toEqual([{ authority: `hook.example:${receiver.port}`, authorization: undefined }]);
  });

  it('TLS is spoken with the destination, not with the proxy', async () => {
    const secure = await startReceiver({ tls: certificate });
    const url = `https://hook.example:${secure.port}/`;
    expect(await send(url, { ca: certificate.cert })).toMatchObject({ kind: 'answered', status: 200 });
    transport?.destroy();
    expect(await send(url)).toMatchObject({ kind: 'failed', errorCode: 'tls_error' });
    await secure.close();
  });

  it('its user name and password are sent to it only', async () => {
    await send(`http://hook.example:${receiver.port}/`, { proxy: `http://me:p%40ss@127.0.0.1:${proxy.port}/` });
    expect(proxy.asked[0]?.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
    expect(receiver.requests[0]?.values('proxy-authorization')).toEqual([]);
  });

  it.each(['http://127.0.0.1:PORT/', 'http://[::1]:PORT/', 'http://169.254.169.254/', 'http://localhost:PORT/'])(
    '%s is refused before the proxy is asked',
    async (url) => {
      const outcome = await send(url.replace('PORT', String(receiver.port)));
      expect(outcome).toMatchObject({ kind: 'failed', errorCode: 'address_blocked' });
      expect(proxy.asked).toEqual([]);
    },
  );

  it('a port that is not allowed is refused before the proxy is asked', async () => {
    const outcome = await send('http://hook.example:22/', { policy: new AddressPolicy([], [[443, 443]]) });
    expect(outcome).toMatchObject({ kind: 'failed', errorCode: 'port_blocked', detail: 'port 22' });
    expect(proxy.asked).toEqual([]);
  });

  it('a refusal of the proxy is told apart from one of the destination', async () => {
    const refusing = await startProxy(403);
    const outcome = await send('http://hook.example/', { proxy: `http://127.0.0.1:${refusing.port}` });
    expect(outcome).toMatchObject({ errorCode: 'proxy_failed', detail: 'CONNECT was answered with 403' });
    await refusing.close();
  });

  it('so is a proxy that is away', async () => {
    const outcome = await send('http://hook.example/', { proxy: await refusedUrl() });
    expect(outcome).toMatchObject({ errorCode: 'proxy_failed', detail: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('createResolver', () => {
  it('takes what stands in /etc/hosts without asking a name server', async () => {
    const resolve = createResolver([new URL(await refusedUrl()).host]);
    expect(await resolve('LocalHost.')).toMatchObject({
      addresses: expect.arrayContaining(['127.0.0.1']),
      later: null,
    });
    await expect(resolve('elsewhere.test')).rejects.toThrow();
  });
});
