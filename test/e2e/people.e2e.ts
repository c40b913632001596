import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSender, type Sender, startWithReceiver } from '../support/ledger.js';
import { PanelClient } from '../support/panel.js';
import type { Receiver } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';

/** What people type and paste: blanks, times, URLs, event types, and fields of the panel's forms that they empty. */
const SUPERUSER = { email: 'root@example.com', password: 'correct-horse-battery' };

let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;
let sender: Sender;

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver({
    PUBLIC_URL: '',
    SUPERUSER_EMAIL: SUPERUSER.email,
    SUPERUSER_PASSWORD: SUPERUSER.password,
  }));
  sender = await newSender(api);
});
afterAll(() => stop());

describe('blanks around what was pasted', () => {
  it('are no part of an account', async () => {
    const created = await api.admin.post('/api/accounts/', {
      email: ' pasted@example.com\n',
      account_name: '\u200bPasted Ltd\t',
      website: '\u00a0https://example.com ',
    });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      email: 'pasted@example.com',
      account_name: 'Pasted Ltd',
      website: 'https://example.com',
    });
    const path = `/api/accounts/${created.body.account_id}/`;
    expect((await api.admin.patch(path, { email: 'other@example.com\u200b' })).body.email).toBe('other@example.com');
    expect((await api.admin.get(`/api/accounts/%20${created.body.account_id}%0A/`)).status).toBe(200);
    expect((await api.admin.get('/api/accounts/?email=%20Other@example.com%0A')).body.count).toBe(1);
    const blank = await api.admin.patch(path, { account_name: ' \u200b' });
    expect([blank.status, blank.body.errors]).toEqual([400, { account_name: ['must not be empty'] }]);
  });

  it('are no part of a destination, its headers and its event types', async () => {
    const { status, body } = await api.admin.post('/api/destinations/', {
      account_id: ` ${sender.accountId}\n`,
      url: `${receiver.url}/pasted \r\n`,
      http_method: 'POST ',
      headers: { ' X-Pasted ': ' a\n', 'X-Many': ['one ', '\ttwo'], 'X-Token': 'secret\u200b' },
      event_types: [' order.created\n'],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      url: `${receiver.url}/pasted`,
      http_method: 'POST',
      headers: { 'X-Pasted': 'a', 'X-Many': ['one', 'two'], 'X-Token': '********' },
      event_types: ['order.created'],
    });
    await sender.push('{}', { 'CL-X-EVENT-TYPE': 'order.created' });
    const [got] = await receiver.waitFor((all) => all.some(({ url }) => url === '/pasted'));
    expect([got?.header('x-pasted'), got?.values('x-many'), got?.header('x-token')]).toEqual([
      'a',
      ['one', 'two'],
      'secret',
    ]);
    expect(
      (await api.admin.patch(`/api/destinations/${body.id}/`, { headers: { 'X-Token': '******** ' } })).status,
    ).toBe(200);
  });

  it('within what can have none are refused, and named', async () => {
    const wrong = await api.admin.post('/api/accounts/', { email: 'a\u200bb@example.com', account_name: 'x' });
    expect(wrong.body.errors).toEqual({ email: ['must not contain the invisible character U+200B'] });
  });

  it('do not keep anybody from the panel', async () => {
    const panel = new PanelClient(api.url);
    expect((await panel.logIn(` ${SUPERUSER.email}\u200b`, SUPERUSER.password)).status).toBe(303);
  });
});

describe('a time in a query string', () => {
  it.each(['2026-12-01T02:00:00+02:00', '2026-12-01T02:00:00%2B02:00', '2026-12-01 00:00:00Z', '2026-12-01t00:00:00z'])(
    '%s is understood',
    async (time) => {
      for (const path of [`deliveries/?created_after=${time}`, `events/?received_before=${time}`]) {
        expect((await api.admin.get(`/api/${path}`)).status).toBe(200);
      }
    },
  );

  it.each([
    ['2026-12-01', /write 2026-12-01T00:00:00Z/],
    ['2026-12-01T02:00:00', /the zone is missing/],
    ['1764547200', /since 1970/],
    ['tomorrow', /such as 2026-01-31T09:00:00Z/],
  ])('%s is explained', async (time, words) => {
    const { status, body } = await api.admin.get(`/api/deliveries/?created_after=${time}`);
    expect([status, body.errors.created_after]).toEqual([400, [expect.stringMatching(words)]]);
  });

  it('is no other case than an address with a plus', async () => {
    await api.admin.post('/api/accounts/', { email: 'ops+shop@example.com', account_name: 'Plus' });
    expect((await api.admin.get('/api/accounts/?email=ops+shop@example.com')).body.count).toBe(1);
  });
});

describe('a URL', () => {
  it.each([
    ['http://127.0.0.1:0/x', 'must have a port from 1 to 65535'],
    ['http:/example.com', 'must begin with http://'],
    ['https://a..example.com/', 'has a host with an empty part between its dots'],
  ])('such as %s is refused when it is saved', async (url, wrong) => {
    const input = { url, http_method: 'POST', headers: { a: 'b' } };
    const { status, body } = await api.admin.post(`/api/accounts/${sender.accountId}/destinations/`, input);
    expect([status, body.errors]).toEqual([400, { url: [wrong] }]);
  });

  it('with port 0 that was stored before is not sent to port 80', async () => {
    const account = await newSender(api);
    const id = await account.destination(receiver.url, { retry_schedule: [] });
    await api.sql(`UPDATE destinations SET url = 'http://127.0.0.1:0/x', version = version + 1 WHERE id = $1`, [id]);
    const { body } = await account.push('{}', { Prefer: 'wait=20' });
    expect(body.deliveries[0]).toMatchObject({ state: 'failed', error_code: expect.any(String) });
    const attempts = await api.admin.get(`/api/deliveries/${body.deliveries[0].delivery_id}/attempts/`);
    expect(attempts.body.results[0].address).not.toBe('127.0.0.1:80');
  });
});

describe('event_types', () => {
  it('of a prefix and of all are understood wherever an event is matched', async () => {
    const account = await newSender(api);
    const star = await account.destination(`${receiver.url}/star`, { event_types: ['*'] });
    const prefix = await account.destination(`${receiver.url}/prefix`, { event_types: ['order.*', 'x'] });
    const wanting = async (type: string | null): Promise<string[]> => {
      const typed: Record<string, string> = type === null ? {} : { 'CL-X-EVENT-TYPE': type };
      const answer = await account.push('{}', typed);
      const { results } = (await api.admin.get(`/api/deliveries/?event_id=${answer.body.event_id}`)).body;
      const wanted = results.filter(({ state }: { state: string }) => state !== 'skipped');
      expect(answer.body.destinations).toBe(wanted.length);
      // By its id it is counted by another statement.
      const known = await account.push('{"b":1}', { ...typed, 'CL-X-EVENT-ID': `wanted by ${type}` });
      expect(known.body.destinations).toBe(wanted.length);
      const again = await account.push('{"b":1}', { ...typed, 'CL-X-EVENT-ID': `wanted by ${type}` });
      expect(again.body).toEqual(known.body);
      const dry = await api.admin.post(`/api/accounts/${account.accountId}/dry-run/`, { event_type: type, event: {} });
      const sent = dry.body.destinations.filter(({ outcome }: { outcome: string }) => outcome === 'sent');
      expect(sent.length, JSON.stringify(dry.body)).toBe(wanted.length);
      const replayed = await api.admin.post(`/api/events/${answer.body.event_id}/replay/`);
      expect(replayed.status, JSON.stringify(replayed.body)).toBeLessThan(300);
      const after = (await api.admin.get(`/api/deliveries/?event_id=${answer.body.event_id}`)).body.results;
      expect(after.length - results.length).toBe(wanted.length);
      return wanted.map(({ destination_id }: { destination_id: string }) => destination_id).toSorted();
    };
    const both = [star, prefix].toSorted();
    expect(await wanting('order.created')).toEqual(both);
    expect(await wanting('order.created.eu')).toEqual(both);
    expect(await wanting('x')).toEqual(both);
    expect(await wanting('order')).toEqual([star]);
    expect(await wanting('orders.created')).toEqual([star]);
    expect(await wanting(null)).toEqual([star]);
    // The second time they are known from memory.
    expect(await wanting('order.paid')).toEqual(both);
  });

  it.each([
    [['order.**']],
    [['*.created']],
    [['order*']],
    [['geändert']],
    [['x'.repeat(256)]],
    [['order.created', 'order.created ']],
  ])('%j that could never match, or are given twice, are refused when they are saved', async (event_types) => {
    const input = { url: receiver.url, http_method: 'POST', headers: { a: 'b' }, event_types };
    const { status, body } = await api.admin.post(`/api/accounts/${sender.accountId}/destinations/`, input);
    expect(status).toBe(400);
    expect(body.errors.event_types[0]).toMatch(/could never match|given twice/);
  });

  it('match the longest type that a sender may give', async () => {
    const account = await newSender(api);
    await account.destination(receiver.url, { event_types: ['y'.repeat(255)] });
    expect((await account.push('{}', { 'CL-X-EVENT-TYPE': 'y'.repeat(255) })).body.destinations).toBe(1);
  });
});

describe("an emptied field of the panel's form", () => {
  interface Saved {
    readonly record: { readonly params: object; readonly errors: object };
    readonly notice: { readonly type: string };
  }

  /** Reads the form of an object, empties or changes some fields and saves it, as the page does. */
  async function edit(path: string, changes: object): Promise<Saved> {
    const panel = new PanelClient(api.url);
    await panel.logIn(SUPERUSER.email, SUPERUSER.password);
    const { record } = (await panel.get(`/admin/api/resources/${path}/edit`)).json as Saved;
    return (await panel.json(`${path}/edit`, { ...record.params, ...changes })).json as Saved;
  }

  it('of a destination becomes its default, whatever was there', async () => {
    const id = await sender.destination(receiver.url, {
      timeout_ms: 2000,
      max_concurrency: 3,
      rate_limit: 5,
      retry_schedule: [7],
      event_types: ['a'],
      description: 'was here',
    });
    const emptied = {
      timeout_ms: '',
      max_concurrency: ' ',
      rate_limit: '',
      retry_schedule: '',
      event_types: '',
      description: '',
    };
    const saved = await edit(`destinations/records/${id}`, emptied);
    expect(saved.notice.type).toBe('success');
    const { body: fresh } = await api.admin.get(`/api/destinations/${await sender.destination(receiver.url)}/`);
    const { body } = await api.admin.get(`/api/destinations/${id}/`);
    for (const name of Object.keys(emptied)) expect([name, body[name]]).toEqual([name, fresh[name]]);
  });

  it('of a destination that has no default is missed, and nothing is changed', async () => {
    const id = await sender.destination(receiver.url);
    for (const change of [{ url: '' }, { headers: '' }]) {
      const saved = await edit(`destinations/records/${id}`, change);
      expect(Object.keys(saved.record.errors)).toEqual(Object.keys(change));
    }
    expect((await api.admin.get(`/api/destinations/${id}/`)).body).toMatchObject({ url: receiver.url });
  });

  it('of an account becomes nothing where it may, and is missed where it may not', async () => {
    const { body: account } = await api.admin.post('/api/accounts/', {
      email: 'form@example.com',
      account_name: 'Form',
      website: 'https://example.com',
      receive_rate_limit: 5,
    });
    const path = `accounts/records/${account.account_id}`;
    const saved = await edit(path, { website: '', receive_rate_limit: ' ' });
    expect(saved.notice.type).toBe('success');
    expect((await api.admin.get(`/api/accounts/${account.account_id}/`)).body).toMatchObject({
      website: null,
      receive_rate_limit: null,
    });
    const missed = await edit(path, { account_name: ' ', email: '' });
    expect(Object.keys(missed.record.errors).toSorted()).toEqual(['account_name', 'email']);
  });
});
