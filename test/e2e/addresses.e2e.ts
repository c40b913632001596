import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOCKED_ADDRESSES, REFUSED_URLS } from '../support/addresses.js';
import type { Answer } from '../support/api-client.js';
import { type DnsServer, startDnsServer } from '../support/dns-server.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { startApi, type TestApi } from '../support/start-api.js';

/** What the names of these tests stand for; the address of `nN.blocked.test` is the Nth of the table. */
const NAMES: Readonly<Record<string, (time: number) => readonly string[] | 'silence'>> = {
  'good.test': () => ['127.0.0.1'],
  // Looked up for each connection: the first time it is an address that may be reached.
  'rebinding.test': (time) => (time === 1 ? ['127.0.0.1'] : ['127.0.0.2']),
  'mixed.test': () => ['127.0.0.1', '10.0.0.1'],
  'mixed6.test': () => ['127.0.0.1', 'fd00:ec2::254'],
  'hanging.test': () => 'silence',
};

/** Zones mean something on one machine only, and can't be written in a URL or a DNS record. */
const ADDRESSES = BLOCKED_ADDRESSES.filter(([address]) => !address.includes('%'));
const SCHEMES = ['http', 'https'];

let dns: DnsServer;
let receiver: Receiver;
/** Reaches public addresses only, as it comes. */
let closed: TestApi;
/** Reaches 127.0.0.1 at the receiver's port, too. */
let local: TestApi;

beforeAll(async () => {
  dns = await startDnsServer((name, time) => {
    const [, index] = /^n(\d+)\.blocked\.test$/.exec(name) ?? [];
    if (index !== undefined) return [ADDRESSES[Number(index)]?.[0] ?? ''];
    // One server answers for many names: `3.hanging.test`.
    return NAMES[name.replace(/^\d+\./, '')]?.(time) ?? null;
  });
  receiver = await startReceiver({ answer: { headers: { connection: 'close' } } });
  const env = { DNS_SERVERS: dns.address, MAX_DESTINATIONS: '1000' };
  [closed, local] = await Promise.all([
    startApi({ ...env, ALLOWED_PRIVATE_NETWORKS: '' }),
    startApi({ ...env, ALLOWED_PRIVATE_NETWORKS: '127.0.0.1/32', ALLOWED_PORTS: `443,${receiver.port}` }),
  ]);
});

afterAll(async () => {
  await Promise.all([closed.stop(), local.stop()]);
  await receiver.close();
  await dns.close();
});

let accounts = 0;

async function newAccount({ admin }: TestApi): Promise<string> {
  const { body } = await admin.post('/api/accounts/', { email: `a${++accounts}@example.com`, account_name: 'A' });
  return body.account_id;
}

function save({ admin }: TestApi, accountId: string, url: string, more: object = {}): Promise<Answer> {
  const fields = { url, http_method: 'POST', headers: { 'X-A': '1' }, ...more };
  return admin.post(`/api/accounts/${accountId}/destinations/`, fields);
}

/** Saves a destination with this URL and sends it a test event. */
async function push(api: TestApi, accountId: string, url: string, more: object = {}): Promise<Answer['body']> {
  const { status, body } = await save(api, accountId, url, more);
  expect(status, url).toBe(201);
  return (await api.admin.post(`/api/destinations/${body.id}/test/`)).body;
}

/** Some at a time: together they would wait for each other. */
async function forEach<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) await work(item, index);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

describe('an address that is not public', () => {
  it('is one of 150 or more in the table', () => {
    expect(ADDRESSES.length).toBeGreaterThanOrEqual(150);
  });

  it.each(SCHEMES)('is refused when it is saved in an %s URL, with the setting that would allow it', async (scheme) => {
    const accountId = await newAccount(closed);
    await forEach(ADDRESSES, async ([address]) => {
      const { status, body } = await save(closed, accountId, `${scheme}://${literal(address)}/x`);
      expect(status, address).toBe(400);
      expect(body.errors.url[0], address).toContain('ALLOWED_PRIVATE_NETWORKS');
    });
  });

  it.each(SCHEMES)('is refused when it is what a name stands for, over %s', async (scheme) => {
    const accountId = await newAccount(closed);
    await forEach(ADDRESSES, async ([address, kind], index) => {
      const url = `${scheme}://n${index}.blocked.test:${receiver.port}/`;
      const { error_code, message, address: noted } = await push(closed, accountId, url);
      expect([error_code, message], address).toEqual([
        'address_blocked',
        expect.stringMatching(new RegExp(`${kind.replaceAll('_', ' ')}.*ALLOWED_PRIVATE_NETWORKS`)),
      ]);
      expect(noted, address).toEqual(expect.any(String));
    });
    expect(receiver.connections).toBe(0);
  });

  it('is refused in any notation', async () => {
    const accountId = await newAccount(closed);
    await forEach(REFUSED_URLS, async ([url]) => {
      const { status, body } = await save(closed, accountId, url);
      expect([status, body.errors?.url?.length], url).toEqual([400, 1]);
    });
  });
});

describe('a name', () => {
  it('that is rebound after it was checked is checked again', async () => {
    const accountId = await newAccount(local);
    const url = `http://rebinding.test:${receiver.port}/`;
    const { body } = await save(local, accountId, url);
    const send = async () => (await local.admin.post(`/api/destinations/${body.id}/test/`)).body;
    expect(await send()).toMatchObject({ delivered: true, address: '127.0.0.1' });
    receiver.clear();
    expect(await send()).toMatchObject({ delivered: false, error_code: 'address_blocked', address: '127.0.0.2' });
    expect(receiver.requests).toEqual([]);
  });

  it.each(['mixed.test', 'mixed6.test'])(
    'with one address that is blocked is not reached at the other (%s)',
    async (name) => {
      const accountId = await newAccount(local);
      const outcome = await push(local, accountId, `http://${name}:${receiver.port}/`);
      expect(outcome).toMatchObject({ delivered: false, error_code: 'address_blocked' });
    },
  );

  it('that does not exist is told apart', async () => {
    const outcome = await push(local, await newAccount(local), `http://missing.test:${receiver.port}/`);
    expect(outcome).toMatchObject({ delivered: false, error_code: 'name_not_found' });
  });

  it('whose server does not answer keeps no other waiting', async () => {
    const accountId = await newAccount(local);
    /** How many of twelve are given up while another is served. */
    const givenUpMeanwhile = async (round: number): Promise<number> => {
      let given = 0;
      const hanging = Array.from({ length: 12 }, async (_, index) => {
        const url = `http://${round}${index}.hanging.test:${receiver.port}/`;
        const outcome = await push(local, accountId, url, { timeout_ms: 3000 });
        given++;
        return outcome;
      });
      // They are under way once their names were asked for.
      const asked = () => new Set(dns.asked.filter((name) => name.endsWith('hanging.test'))).size;
      await expect.poll(asked).toBe(12 * round);
      expect(await push(local, accountId, `http://good.test:${receiver.port}/`)).toMatchObject({ delivered: true });
      const meanwhile = given;
      for (const outcome of await Promise.all(hanging)) {
        expect(outcome).toMatchObject({ delivered: false, message: expect.stringContaining('host name') });
      }
      return meanwhile;
    };
    // A busy machine may need their 3 s for something else; if they kept others waiting, they would do so each time.
    let given = await givenUpMeanwhile(1);
    for (let round = 2; given > 0 && round <= 5; round++) given = await givenUpMeanwhile(round);
    expect(given).toBe(0);
  });
});

describe('a port that is not in ALLOWED_PORTS', () => {
  it('is refused when it is saved', async () => {
    const accountId = await newAccount(local);
    for (const url of ['http://good.test/', 'https://good.test:22/', 'http://127.0.0.1:5432/']) {
      const { status, body } = await save(local, accountId, url);
      expect([status, body.errors.url[0]], url).toEqual([400, expect.stringContaining('ALLOWED_PORTS')]);
    }
    expect((await save(local, accountId, 'https://good.test/')).status).toBe(201);
  });

  it('is refused when it is connected to, though it was saved before', async () => {
    const { body } = await save(local, await newAccount(local), `http://good.test:${receiver.port}/`);
    const before = receiver.connections;
    await local.sql('UPDATE destinations SET url = $2 WHERE id = $1', [body.id, 'http://good.test:22/']);
    const outcome = (await local.admin.post(`/api/destinations/${body.id}/test/`)).body;
    expect(outcome).toMatchObject({ error_code: 'port_blocked', message: expect.stringContaining('ALLOWED_PORTS') });
    expect(receiver.connections).toBe(before);
  });
});

function literal(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
