import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, runMain, startApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { PanelClient } from '../support/panel.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, type Sender, untilState } from '../support/sender.js';

/** A key is lost, another one is given, or keys are being changed: nobody is locked out of destinations. */
const [FIRST, SECOND] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64')) as [string, string];
const KEY_ID = /^[0-9a-f]{8}$/;
const SUPERUSER = { SUPERUSER_EMAIL: 'root@example.com', SUPERUSER_PASSWORD: 'correct-horse-battery' };

interface Destination {
  readonly id: string;
  readonly headers: Record<string, string | string[]>;
  readonly missing_encryption_keys?: string[];
}

let database: TestDatabase;
let receiver: Receiver;
let sender: Sender;
let destination: string;
const apps: App[] = [];

const start = async (...keys: string[]): Promise<App> => {
  const env = { ENCRYPTION_KEY: keys.join(','), ...SUPERUSER };
  const app = await startApp({ databaseUrl: database.url, env });
  apps.push(app);
  return app;
};
const stopAll = async (): Promise<void> => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
};
const read = async (app: App, id = destination): Promise<Destination> =>
  (await app.get<Destination>(`/api/destinations/${id}/`)).body;

beforeAll(async () => {
  [database, receiver] = await Promise.all([createTestDatabase(), startReceiver()]);
  const app = await start(FIRST);
  sender = await newSender(app);
  destination = await newDestination(app, sender, receiver.url, {
    headers: { 'X-Api-Key': ['one', 'two'], 'X-Plain': 'shown' },
    retry_schedule: [1],
  });
  await stopAll();
});
afterEach(stopAll);
afterAll(async () => {
  await receiver.close();
  await database.drop();
});

describe('without the key', () => {
  it('the start says which one is missing, and for how many', async () => {
    const app = await start(SECOND);
    const line = await app.waitForLog(({ key_id }) => key_id !== undefined);
    expect(line).toMatchObject({ level: 'error', destinations: 1, signing_secrets: 1 });
    expect(line['key_id']).toMatch(KEY_ID);
    expect(line.msg).toContain(`The encryption key ${String(line['key_id'])} is missing`);
  });

  it('destinations are listed, read and changed; what can not be read is masked, and the missing key named', async () => {
    const app = await start(SECOND);
    const masked = { 'X-Api-Key': ['********', '********'], 'X-Plain': '********' };
    const seen = await read(app);
    expect(seen).toMatchObject({ headers: masked, missing_encryption_keys: [expect.stringMatching(KEY_ID)] });
    for (const path of ['/api/destinations/', `/api/accounts/${sender.accountId}/destinations/`]) {
      const { status, body } = await app.get<{ results: Destination[] }>(path);
      expect([status, body.results.map(({ headers }) => headers)]).toEqual([200, [masked]]);
    }
    const path = `/api/destinations/${destination}/`;
    expect((await app.request('PATCH', path, { body: { description: 'kept' } })).status).toBe(200);
    // As whoever edits all of it sends it back.
    expect((await app.request('PUT', path, { body: seen })).body).toMatchObject({ headers: masked });
    expect((await app.request('PATCH', path, { body: { url: 'https://elsewhere.example.com/' } })).status).toBe(400);
    await stopAll();
    const again = await start(SECOND, FIRST);
    const whole = await read(again);
    expect(whole.headers).toEqual({ 'X-Api-Key': ['********', '********'], 'X-Plain': 'shown' });
    expect(whole).not.toHaveProperty('missing_encryption_keys');
    // The values themselves outlived the edits.
    await push(again, sender, '{"kept":1}');
    const [got] = await receiver.waitFor((all) => all.some(({ body }) => body.includes('kept')));
    expect([got?.values('x-api-key'), got?.header('x-plain')]).toEqual([['one', 'two'], 'shown']);
  });

  it('what needs it says so, and is no error of the service', async () => {
    const app = await start(SECOND);
    const missing = {
      status: 409,
      body: { code: 'encryption_key_missing', error: expect.stringContaining('the key ') },
    };
    expect(await app.get(`/api/destinations/${destination}/signing-secret/`)).toMatchObject(missing);
    expect(await app.post(`/api/destinations/${destination}/test/`, {})).toMatchObject(missing);
    const dry = await app.post(`/api/accounts/${sender.accountId}/dry-run/`, {});
    expect(dry).toMatchObject({ status: 200, body: { destinations: [{ outcome: 'held', request: null }] } });
    const panel = new PanelClient(app.url);
    await panel.logIn(SUPERUSER.SUPERUSER_EMAIL, SUPERUSER.SUPERUSER_PASSWORD);
    for (const place of [`records/${destination}/show`, `records/${destination}/edit`, 'actions/list']) {
      expect((await panel.get(`/admin/api/resources/destinations/${place}`)).status).toBe(200);
    }
    const { record } = (await panel.get(`/admin/api/resources/destinations/records/${destination}/show`)).json as {
      record: { params: Record<string, unknown> };
    };
    expect(record.params['missing_encryption_keys']).toMatch(KEY_ID);
    expect(app.logs().filter(({ msg }) => msg === 'request failed')).toEqual([]);
  });

  it('deliveries wait, and go on with the key', async () => {
    const app = await start(SECOND);
    const eventId = await push(app, sender, '{"waits":1}');
    await app.waitForLog(({ msg }) => msg?.includes('can not be opened') === true);
    expect(await untilState(app, eventId, 'pending')).toMatchObject({ attempts: 0 });
    await stopAll();
    const again = await start(SECOND, FIRST);
    expect(await untilState(again, eventId, 'delivered')).toMatchObject({ attempts: 1 });
  });

  it('headers that are entered again and a rotated secret are all that it takes to go on', async () => {
    const app = await start(SECOND);
    const id = await newDestination(app, sender, `${receiver.url}/lost`, { event_types: ['lost'] });
    await stopAll();
    const third = await start(randomBytes(32).toString('base64'));
    const changed = await third.request<Destination>('PATCH', `/api/destinations/${id}/`, {
      body: { headers: { 'X-New': 'again' } },
    });
    // The signing secret is still one that nobody can read.
    expect(changed.body).toMatchObject({ missing_encryption_keys: [expect.stringMatching(KEY_ID)] });
    const { headers } = await third.get(`/api/destinations/${id}/`);
    expect(headers.get('etag')).not.toBeNull();
    expect((await third.post(`/api/destinations/${id}/signing-secret/rotate/`, {})).status).toBe(200);
    expect(await read(third, id)).not.toHaveProperty('missing_encryption_keys');
    await push(third, sender, '{"again":1}', { 'CL-X-EVENT-TYPE': 'lost' });
    const all = await receiver.waitFor((requests) => requests.some(({ url }) => url === '/lost'));
    expect(all.find(({ url }) => url === '/lost')?.header('x-new')).toBe('again');
    expect((await third.request('DELETE', `/api/destinations/${id}/`)).status).toBe(204);
  });

  it('a destination is deleted like any other', async () => {
    const app = await start(FIRST);
    const id = await newDestination(app, sender, receiver.url, { event_types: ['none'] });
    await stopAll();
    const other = await start(SECOND);
    expect((await other.request('DELETE', `/api/destinations/${id}/`)).status).toBe(204);
  });
});

describe('while keys are changed', () => {
  it('what a process with the new key saves breaks nothing in one that has the old key only', async () => {
    const [old, fresh] = await Promise.all([start(FIRST), start(SECOND, FIRST)]);
    const id = await newDestination(fresh, sender, receiver.url, { event_types: ['none'] });
    const { status, body } = await old.get<{ results: Destination[] }>('/api/destinations/');
    expect(status).toBe(200);
    const readable = body.results.map(({ id: each, missing_encryption_keys: keys }) => [each, keys === undefined]);
    expect(Object.fromEntries(readable)).toMatchObject({ [id]: false, [destination]: true });
    expect((await fresh.request('DELETE', `/api/destinations/${id}/`)).status).toBe(204);
  });

  it('the command seals what it can, and names what it can not', async () => {
    const app = await start(SECOND);
    const id = await newDestination(app, sender, receiver.url, { event_types: ['none'] });
    await stopAll();
    const env = { DATABASE_URL: database.url };
    const third = randomBytes(32).toString('base64');
    const some = await runMain(['rotate-encryption-key'], { ...env, ENCRYPTION_KEY: `${third},${SECOND}` });
    expect(some).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('the headers of 1 destinations') });
    expect(some.stderr).toMatch(
      /The encryption key [0-9a-f]{8} is missing: the headers of 1 destinations and 1 signing/,
    );
    const all = await runMain(['rotate-encryption-key'], { ...env, ENCRYPTION_KEY: `${third},${FIRST}` });
    expect(all).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing needs the older keys') });
    const last = await start(third);
    expect(await read(last)).not.toHaveProperty('missing_encryption_keys');
    expect(await read(last, id)).not.toHaveProperty('missing_encryption_keys');
  });
});
