import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { startApi, type TestApi } from '../support/start-api.js';

let api: TestApi;
let admin: ApiClient;
let accountId: string;
let counter = 0;

const MINIMAL = { url: 'https://r.example.com/hook', http_method: 'POST', headers: { 'X-Tag': 'a' } };

async function newAccount(): Promise<string> {
  const input = { email: `owner${++counter}@example.com`, account_name: 'Owner' };
  return (await admin.post('/api/accounts/', input)).body.account_id as string;
}

/** The path of a new destination. */
async function newDestination(more: object = {}): Promise<string> {
  const { status, body } = await admin.post('/api/destinations/', { account_id: accountId, ...MINIMAL, ...more });
  expect(status).toBe(201);
  return `/api/destinations/${body.id}/`;
}

beforeAll(async () => {
  api = await startApi({ MAX_DESTINATIONS: '40' });
  admin = api.admin;
  accountId = await newAccount();
});
afterAll(() => api.stop());

describe('creating', () => {
  it('fills the defaults in', async () => {
    const { status, body, headers } = await admin.post(`/api/accounts/${accountId}/destinations/`, MINIMAL);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      account_id: accountId,
      ...MINIMAL,
      enabled: true,
      disabled_reason: null,
      description: '',
      event_types: [],
      timeout_ms: 15_000,
      max_concurrency: 16,
      rate_limit: null,
      retry_schedule: [5, 30, 120, 600, 1800, 7200, 18_000, 36_000],
      ordered: false,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(headers.get('location')).toBe(`/api/destinations/${body.id}/`);
    expect(headers.get('etag')).toMatch(/^"/);
  });

  it('keeps everything that was given', async () => {
    const given = {
      ...MINIMAL,
      headers: { 'X-Tag': ['a', 'b'], Accept: 'text/plain' },
      enabled: false,
      description: 'two\nlines',
      event_types: ['order.created'],
      timeout_ms: 100,
      max_concurrency: 1,
      rate_limit: 0.5,
      retry_schedule: [],
      ordered: true,
    };
    const { body } = await admin.post('/api/destinations', { account_id: accountId, ...given });
    expect(body).toMatchObject({ ...given, disabled_reason: 'Disabled by a person' });
    expect((await admin.get(`/api/destinations/${body.id}`)).body).toEqual(body);
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('takes the method %s', async (method) => {
    expect((await admin.get(await newDestination({ http_method: method }))).body.http_method).toBe(method);
  });

  it.each<[object, string]>([
    [{ account_id: undefined }, 'account_id'],
    [{ account_id: 'x' }, 'account_id'],
    [{ account_id: '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f' }, 'account_id'],
    [{ url: undefined }, 'url'],
    [{ url: 'ftp://r.example.com' }, 'url'],
    [{ url: 'https://user:pass@r.example.com/' }, 'url'],
    [{ url: 5 }, 'url'],
    [{ http_method: undefined }, 'http_method'],
    [{ http_method: 'post' }, 'http_method'],
    [{ http_method: 'TRACE' }, 'http_method'],
    [{ headers: undefined }, 'headers'],
    [{ headers: {} }, 'headers'],
    [{ headers: ['a'] }, 'headers'],
    [{ headers: { Host: 'x' } }, 'headers.Host'],
    [{ headers: { 'webhook-id': 'x' } }, 'headers.webhook-id'],
    [{ headers: { 'X-Foo': 'a\r\nb' } }, 'headers.X-Foo'],
    [{ headers: { 'X-Foo': 'a\0b' } }, 'headers.X-Foo'],
    [{ headers: { 'X-Foo': '\ud800' } }, 'headers.X-Foo'],
    [{ headers: { 'X-Foo': [] } }, 'headers.X-Foo'],
    [{ headers: { 'X-Token': '********' } }, 'headers.X-Token'],
    [{ enabled: 'yes' }, 'enabled'],
    [{ enabled: null }, 'enabled'],
    [{ description: 'a\0b' }, 'description'],
    [{ description: 'x'.repeat(2001) }, 'description'],
    [{ event_types: [''] }, 'event_types'],
    [{ event_types: ['a\0'] }, 'event_types'],
    [{ timeout_ms: 99 }, 'timeout_ms'],
    [{ timeout_ms: 60_001 }, 'timeout_ms'],
    [{ max_concurrency: 0 }, 'max_concurrency'],
    [{ rate_limit: 0 }, 'rate_limit'],
    [{ rate_limit: '5' }, 'rate_limit'],
    [{ retry_schedule: [0] }, 'retry_schedule'],
    [{ retry_schedule: [604_801] }, 'retry_schedule'],
    [{ retry_schedule: Array.from({ length: 51 }, () => 1) }, 'retry_schedule'],
    [{ ordered: 1 }, 'ordered'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses %j by %s', async (wrong, field) => {
    const { status, body } = await admin.post('/api/destinations/', { account_id: accountId, ...MINIMAL, ...wrong });
    expect(status).toBe(400);
    expect(body.code).toBe('validation_failed');
    expect(Object.keys(body.errors)).toEqual([field]);
  });

  it('is 404 below an account that is not there', async () => {
    const path = '/api/accounts/0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f/destinations/';
    expect((await admin.post(path, MINIMAL)).status).toBe(404);
    expect((await admin.get(path)).status).toBe(404);
  });

  it('stops at the most an account may have, under a race too', async () => {
    const small = await startApi({ MAX_DESTINATIONS: '3' });
    try {
      const owner = await small.admin.post('/api/accounts/', { email: 'a@example.com', account_name: 'A' });
      const path = `/api/accounts/${owner.body.account_id}/destinations/`;
      const tries = await Promise.all(Array.from({ length: 8 }, () => small.admin.post(path, MINIMAL)));
      const statuses = tries.map((answer) => answer.status).toSorted((one, other) => one - other);
      expect(statuses).toEqual([201, 201, 201, 409, 409, 409, 409, 409]);
      expect((await small.admin.get(path)).body.count).toBe(3);
    } finally {
      await small.stop();
    }
  });
});

describe('header values', () => {
  const secret = { Authorization: 'Bearer tell-nobody', 'X-Api-Key': ['first', 'second'], 'X-Tag': 'shown' };
  const shown = { Authorization: '********', 'X-Api-Key': ['********', '********'], 'X-Tag': 'shown' };

  const storedOf = async (path: string): Promise<{ name: string; values: string[] }[]> => {
    const rows = await api.sql<{ headers: { name: string; values: string[] }[] }>(
      'SELECT headers FROM destinations WHERE id = $1',
      [path.split('/')[3]],
    );
    return rows[0]!.headers;
  };

  it('are all encrypted at rest, and masked when secret, in every answer', async () => {
    const { body } = await admin.post('/api/destinations/', { account_id: accountId, ...MINIMAL, headers: secret });
    const path = `/api/destinations/${body.id}/`;
    const list = await admin.get(`/api/destinations/?id=${body.id}`);
    for (const answer of [body, (await admin.get(path)).body, list.body.results[0]]) {
      expect(answer.headers).toEqual(shown);
    }
    const stored = JSON.stringify(await storedOf(path));
    for (const value of ['tell-nobody', 'first', 'second', 'shown']) expect(stored).not.toContain(value);
  });

  it('that are sent back masked keep what is stored', async () => {
    const path = await newDestination({ headers: secret });
    const { body } = await admin.get(path);
    expect((await admin.put(path, body)).body.headers).toEqual(shown);
    const mixed = { 'x-api-key': ['new', '********'], 'X-Tag': 'other' };
    expect((await admin.patch(path, { headers: mixed })).body.headers).toEqual({
      'x-api-key': ['********', '********'],
      'X-Tag': 'other',
    });
    const wrong = await admin.patch(path, { headers: { 'X-Api-Key': ['a', 'b', '********'] } });
    expect(wrong.body.errors).toEqual({ 'headers.X-Api-Key': [expect.stringContaining('no value is stored')] });
  });

  it('that are masked do not go to another origin', async () => {
    const path = await newDestination({ headers: secret });
    const url = 'https://elsewhere.example.com/';
    const { body } = await admin.get(path);
    expect((await admin.patch(path, { url })).body.errors).toEqual({
      url: [expect.stringContaining('another origin')],
    });
    expect(Object.keys((await admin.put(path, { ...body, url })).body.errors)).toEqual(['url']);
    expect((await admin.patch(path, { url: 'https://r.example.com/other' })).status).toBe(200);
    expect((await admin.patch(path, { url, headers: { 'X-Tag': 'a' } })).status).toBe(200);
  });
});

describe('changing', () => {
  it('PATCH merges but replaces headers whole; PUT replaces', async () => {
    const path = await newDestination({ description: 'mine', timeout_ms: 500, headers: { 'X-A': '1', 'X-B': '2' } });
    const patched = await admin.patch(path, { headers: { 'X-C': '3' } });
    expect(patched.body).toMatchObject({ description: 'mine', timeout_ms: 500, headers: { 'X-C': '3' } });
    const replaced = await admin.put(path, MINIMAL);
    expect(replaced.body).toMatchObject({ description: '', timeout_ms: 15_000, headers: { 'X-Tag': 'a' } });
    expect(Object.keys((await admin.put(path, { url: MINIMAL.url })).body.errors)).toEqual(['http_method', 'headers']);
  });

  it('ignores read-only members and never moves to another account', async () => {
    const path = await newDestination();
    const other = await newAccount();
    const { body } = await admin.patch(path, { id: 'x', account_id: other, disabled_reason: 'mine', created_at: 0 });
    expect(body).toMatchObject({ account_id: accountId, disabled_reason: null });
  });

  it('says why it is disabled, and forgets failures when it is enabled', async () => {
    const path = await newDestination();
    const id = path.split('/')[3];
    expect((await admin.patch(path, { enabled: false })).body.disabled_reason).toBe('Disabled by a person');
    await api.sql('INSERT INTO destination_health (destination_id, failing_since, failures) VALUES ($1, now(), 20)', [
      id,
    ]);
    await api.sql(`UPDATE destinations SET disabled_reason = 'Answered 410' WHERE id = $1`, [id]);
    expect((await admin.patch(path, { enabled: false })).body.disabled_reason).toBe('Answered 410');
    expect((await admin.patch(path, { enabled: true })).body).toMatchObject({ enabled: true, disabled_reason: null });
    expect(await api.sql('SELECT 1 FROM destination_health WHERE destination_id = $1', [id])).toEqual([]);
  });

  it('honours If-Match and deletes with 204', async () => {
    const path = await newDestination();
    const etag = (await admin.get(path)).headers.get('etag')!;
    expect((await admin.patch(path, { description: 'x' }, { 'If-Match': etag })).status).toBe(200);
    expect((await admin.patch(path, { description: 'y' }, { 'If-Match': etag })).status).toBe(412);
    expect((await admin.put(path, MINIMAL, { 'If-Match': etag })).status).toBe(412);
    expect((await admin.delete(path, { 'If-Match': etag })).status).toBe(412);
    expect((await admin.delete(path, { 'If-Match': '*' })).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
    expect((await admin.patch(path, {})).status).toBe(404);
    expect((await admin.delete(path)).status).toBe(404);
  });
});

describe('the signing secret', () => {
  it('is made with the destination, stays the same, and is encrypted at rest', async () => {
    const path = `${await newDestination()}signing-secret/`;
    const { status, body, headers } = await admin.get(path);
    expect(status).toBe(200);
    expect(body).toEqual({ secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) });
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await admin.get(path)).body).toEqual(body);
    const rows = await api.sql('SELECT sealed FROM signing_secrets WHERE destination_id = $1', [path.split('/')[3]]);
    expect(JSON.stringify(rows)).not.toContain(body.secret.slice(6));
  });

  it('rotates with an overlap', async () => {
    const path = `${await newDestination()}signing-secret/`;
    const id = path.split('/')[3];
    const before = (await admin.get(path)).body.secret;
    const rotated = await admin.post(`${path}rotate/`, { overlap_seconds: 60 });
    expect(rotated.status).toBe(200);
    expect(rotated.body.secret).not.toBe(before);
    expect((await admin.get(path)).body).toEqual(rotated.body);
    const count = 'SELECT count(*)::int AS n FROM signing_secrets WHERE destination_id = $1';
    expect(await api.sql(count, [id])).toEqual([{ n: 2 }]);
    expect((await admin.post(`${path}rotate/`, { overlap_seconds: 0 })).status).toBe(200);
    expect(await api.sql(count, [id])).toEqual([{ n: 1 }]);
    expect((await admin.post(`${path}rotate/`, { overlap_seconds: -1 })).status).toBe(400);
  });
});

describe('lists', () => {
  it('filter, search, order and page, for one account or all', async () => {
    const owner = await newAccount();
    const path = `/api/accounts/${owner}/destinations/`;
    await admin.post(path, {
      ...MINIMAL,
      url: 'https://a.example.com/',
      description: 'First',
      event_types: ['x', 'y'],
    });
    await admin.post(path, { ...MINIMAL, url: 'https://b.example.com/', http_method: 'GET', enabled: false });
    await admin.post(path, { ...MINIMAL, url: 'https://c.example.com/', timeout_ms: 500, ordered: true });
    const hostsOf = async (query: string): Promise<string> => {
      const { status, body } = await admin.get(path + query);
      expect(status).toBe(200);
      return body.results.map((item: { url: string }) => new URL(item.url).hostname[0]).join('') as string;
    };
    expect(await hostsOf('')).toBe('cba');
    expect(await hostsOf('?ordering=url')).toBe('abc');
    expect(await hostsOf('?ordering=http_method,-url')).toBe('bca');
    expect(await hostsOf('?search=FIRST')).toBe('a');
    expect(await hostsOf('?event_types=y')).toBe('a');
    expect(await hostsOf('?enabled=false')).toBe('b');
    expect(await hostsOf('?http_method=GET')).toBe('b');
    expect(await hostsOf('?timeout_ms=500&ordered=true')).toBe('c');
    expect(await hostsOf('?url=https://b.example.com/')).toBe('b');
    expect(await hostsOf(`?account_id=${accountId}`)).toBe('');
    expect((await admin.get(`/api/destinations/?account_id=${owner}`)).body.count).toBe(3);
    expect((await admin.get(`${path}?page_size=2`)).body.next).toBe(
      `https://pusher.example.com${path}?page_size=2&page=2`,
    );
  });

  it.each(['account_id=x', 'enabled=1', 'http_method=post', 'timeout_ms=-1', 'headers=x'])(
    'refuse ?%s',
    async (query) => {
      expect(await admin.get(`/api/destinations/?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'unknown_parameter' },
      });
    },
  );
});
