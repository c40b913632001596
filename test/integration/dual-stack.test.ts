import { once } from 'node:events';
import { connect, createServer, type Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AddressPolicy } from '../../src/delivery/push/address-policy.js';
import { ConnectRace } from '../../src/delivery/push/client/connect-race.js';
import { createResolver } from '../../src/delivery/push/client/dns/resolve.js';
import { Transport } from '../../src/delivery/push/transport.js';
import { type DnsAnswer, type DnsServer, startDnsServer } from '../support/dns-server.js';
import { type Receiver, refusedUrl, startReceiver } from '../support/receiver.js';

const LOCAL = new AddressPolicy(['127.0.0.0/8', '::1/128']);

let names: DnsServer | null = null;
let transport: Transport | null = null;
const closing: { close(): unknown }[] = [];

afterEach(async () => {
  transport?.destroy();
  await names?.close();
  names = null;
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

async function resolverOver(answer: (name: string, time: number, type: number) => DnsAnswer | null) {
  names = await startDnsServer(answer);
  return createResolver([names.address]);
}

const A = 1;

describe('a name server that is silent for one family', () => {
  it.each([
    ['IPv6', A, '127.0.0.1'],
    ['IPv4', 28, '::1'],
  ])('%s: does not hold up the other, cold or warm', async (_family, answered, address) => {
    const resolve = await resolverOver((_name, _time, type) => (type === answered ? [address] : 'silence'));
    for (const name of ['one.test', 'two.test', 'one.test']) {
      const started = performance.now();
      expect(await resolve(name)).toMatchObject({ addresses: [address], later: expect.any(Promise) });
      expect(performance.now() - started).toBeLessThan(1_500);
    }
  });

  it('says soon that there is no such name', async () => {
    const resolve = await resolverOver((_name, _time, type) => (type === A ? null : 'silence'));
    await expect(resolve('none.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('is waited for where only it can have an address', async () => {
    const resolve = await resolverOver((_name, time, type) => (type === A ? [] : time === 1 ? 'silence' : ['::1']));
    expect(await resolve('six.test')).toMatchObject({ addresses: ['::1'], later: null });
  });

  it('lets a delivery through', async () => {
    const receiver = await startReceiver();
    closing.push(receiver);
    const resolve = await resolverOver((_name, _time, type) => (type === A ? ['127.0.0.1'] : 'silence'));
    transport = new Transport({ policy: LOCAL, resolve });
    const url = `http://half.test:${receiver.port}/`;
    const outcome = await transport.send({ method: 'POST', url, headers: '', body: null }, { timeoutMs: 1_500 });
    expect(outcome).toMatchObject({ kind: 'answered', status: 200, address: '127.0.0.1' });
  });
});

it('an address that comes late is tried where the first one does not answer', async () => {
  const receiver: Receiver = await startReceiver({ host: '127.0.0.2' });
  closing.push(receiver);
  let tell: (addresses: readonly string[]) => void = () => undefined;
  const later = new Promise<readonly string[]>((resolve) => (tell = resolve));
  const resolve = () => Promise.resolve({ addresses: ['127.0.0.9'], later });
  transport = new Transport({ policy: LOCAL, resolve });
  const url = `http://late.test:${receiver.port}/`;
  const sent = transport.send({ method: 'POST', url, headers: '', body: null }, { timeoutMs: 5_000 });
  setTimeout(() => tell(['10.0.0.1', '127.0.0.2']), 100);
  expect(await sent).toMatchObject({ kind: 'answered', address: '127.0.0.2' });
});

it('an address that refuses is a refusal, though the other family is never answered for', async () => {
  const resolve = () => Promise.resolve({ addresses: ['127.0.0.9'], later: new Promise<never>(() => undefined) });
  transport = new Transport({ policy: LOCAL, resolve });
  const url = (await refusedUrl()).replace('127.0.0.1', 'down.test');
  const outcome = await transport.send({ method: 'POST', url, headers: '', body: null }, { timeoutMs: 60_000 });
  expect(outcome).toMatchObject({ errorCode: 'connection_refused', address: '127.0.0.9' });
});

describe('several addresses', () => {
  it('are tried side by side, none given up for the next', async () => {
    const servers = await Promise.all(['127.0.0.3', '127.0.0.4'].map(listenAt));
    const opened: string[] = [];
    const port = portOf(servers[0]);
    const other = portOf(servers[1]);
    // The first begins to connect only after the others have begun: as a handshake that takes long.
    const race = new ConnectRace(['127.0.0.3', '127.0.0.5', '::1'], null, (address) => {
      opened.push(address);
      if (address !== '127.0.0.3') return connect({ host: address, port: other === port ? other + 1 : other });
      const slow = new Socket();
      setTimeout(() => slow.connect(port, address), 700);
      return slow;
    });
    const socket = await race.run();
    expect(socket.remoteAddress).toBe('127.0.0.3');
    expect(opened).toEqual(['127.0.0.3', '::1', '127.0.0.5']);
    socket.destroy();
  });

  it('that all refuse are a failure, with the first one’s error', async () => {
    const server = await listenAt('127.0.0.3');
    const port = portOf(server);
    closing.pop();
    server.close();
    await once(server, 'close');
    const race = new ConnectRace(['127.0.0.3', '127.0.0.5'], null, (host) => connect({ host, port }));
    const error: unknown = await race.run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors).toMatchObject([{ address: '127.0.0.3' }, { address: '127.0.0.5' }]);
  });
});

async function listenAt(host: string): Promise<Server> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  closing.push(server);
  return server;
}

function portOf(server: Server | undefined): number {
  const address = server?.address();
  return typeof address === 'object' && address ? address.port : 0;
}
