import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { startApi, type TestApi } from '../support/start-api.js';

let api: TestApi;
let admin: ApiClient;
let counter = 0;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const newEmail = (): string => `person${++counter}@example.com`;

interface AccountBody {
  account_id: string;
  email: string;
  app_secret_token: string;
}

async function newAccount(more: object = {}): Promise<AccountBody> {
  const { status, body } = await admin.post('/api/accounts/', { email: newEmail(), account_name: 'Example', ...more });
  expect(status).toBe(201);
  return body as AccountBody;
}

beforeAll(async () => {
  api = await startApi();
  admin = api.admin;
});
afterAll(() => api.stop());

describe('creating', () => {
  it('answers the whole resource with its token', async () => {
    const email = newEmail();
    const input = { email, account_name: 'Example Ltd', website: 'https://example.com' };
    const { status, body, headers } = await admin.post('/api/accounts/', input);
    expect(status).toBe(201);
    expect(body).toEqual({
      account_id: expect.stringMatching(UUID_V7),
      ...input,
      receive_rate_limit: null,
      app_secret_token: expect.stringMatching(/^dpt_[\w-]{49}$/),
      created_at: expect.stringMatching(/Z$/),
      updated_at: expect.stringMatching(/Z$/),
    });
    expect(headers.get('etag')).toMatch(/^"/);
    expect(headers.get('location')).toBe(`/api/accounts/${body.account_id}/`);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('answers without the last slash too, and does not redirect', async () => {
    expect((await admin.post('/api/accounts', { email: newEmail(), account_name: 'x' })).status).toBe(201);
    expect((await admin.get('/api/accounts')).status).toBe(200);
    expect((await admin.get('/api/accounts/')).status).toBe(200);
  });

  it('stores the token hashed', async () => {
    const { account_id: accountId, app_secret_token: token } = await newAccount();
    const rows = await api.sql<{ t: string }>('SELECT t::text FROM account_tokens t WHERE account_id = $1', [
      accountId,
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]!.t).not.toContain(token);
  });

  it('names each wrong field', async () => {
    const { status, body } = await admin.post('/api/accounts/', { email: 'x', website: 'ftp://x', colour: 'red' });
    expect(status).toBe(400);
    expect(body.code).toBe('validation_failed');
    expect(Object.keys(body.errors).toSorted()).toEqual(['account_name', 'colour', 'email', 'website']);
  });

  it('refuses an email that is taken, whatever its case', async () => {
    const { email } = await newAccount();
    const { status, body } = await admin.post('/api/accounts/', { email: email.toUpperCase(), account_name: 'x' });
    expect(status).toBe(400);
    expect(body.errors).toEqual({ email: ['is taken by another account'] });
  });

  it('lets one of ten win under a race for an email', async () => {
    const email = newEmail();
    const tries = Array.from({ length: 10 }, () => admin.post('/api/accounts/', { email, account_name: 'x' }));
    const statuses = (await Promise.all(tries)).map((answer) => answer.status).toSorted((one, other) => one - other);
    expect(statuses).toEqual([201, ...Array.from({ length: 9 }, () => 400)]);
  });
});

describe('reading and changing', () => {
  it('masks the token from then on', async () => {
    const account = await newAccount();
    const path = `/api/accounts/${account.account_id}/`;
    const masked = `dpt_…${account.app_secret_token.slice(-4)}`;
    expect((await admin.get(path)).body.app_secret_token).toBe(masked);
    expect((await admin.patch(path, { account_name: 'New' })).body.app_secret_token).toBe(masked);
    const list = await admin.get(`/api/accounts/?email=${account.email}`);
    expect(list.body.results[0].app_secret_token).toBe(masked);
  });

  it('PATCH merges, PUT replaces', async () => {
    const account = await newAccount({ website: 'https://example.com' });
    const path = `/api/accounts/${account.account_id}/`;
    const patched = await admin.patch(path, { account_name: 'New' });
    expect(patched.body).toMatchObject({ email: account.email, account_name: 'New', website: 'https://example.com' });
    const replaced = await admin.put(path, { email: account.email, account_name: 'Newer' });
    expect(replaced.body).toMatchObject({ account_name: 'Newer', website: null });
    expect((await admin.put(path, { account_name: 'x' })).body.errors).toEqual({ email: ['is required'] });
  });

  it('ignores read-only members, so that what was read can be sent back', async () => {
    const account = await newAccount();
    const path = `/api/accounts/${account.account_id}/`;
    const { body } = await admin.get(path);
    const { status, body: after } = await admin.put(path, { ...body, account_id: 'other', created_at: 'then' });
    expect(status).toBe(200);
    expect(after).toMatchObject({ account_id: body.account_id, created_at: body.created_at });
  });

  it('refuses a taken email in PATCH and PUT, but not its own in another case', async () => {
    const one = await newAccount();
    const two = await newAccount();
    const path = `/api/accounts/${one.account_id}/`;
    expect((await admin.patch(path, { email: two.email })).body.errors.email).toBeDefined();
    expect((await admin.patch(path, { email: one.email.toUpperCase() })).status).toBe(200);
  });

  it('deletes with 204 and takes destinations along', async () => {
    const { account_id: accountId } = await newAccount();
    const input = { url: 'https://r.example.com/', http_method: 'POST', headers: { 'X-A': 'b' } };
    const destination = await admin.post(`/api/accounts/${accountId}/destinations/`, input);
    expect(await admin.delete(`/api/accounts/${accountId}/`)).toMatchObject({ status: 204, body: undefined });
    expect((await admin.get(`/api/accounts/${accountId}/`)).status).toBe(404);
    expect((await admin.get(`/api/destinations/${destination.body.id}/`)).status).toBe(404);
    expect((await admin.delete(`/api/accounts/${accountId}/`)).status).toBe(404);
  });
});

describe('entity tags', () => {
  it('change with the resource and guard writes', async () => {
    const { account_id: accountId } = await newAccount();
    const path = `/api/accounts/${accountId}/`;
    const before = (await admin.get(path)).headers.get('etag')!;
    const changed = await admin.patch(path, { account_name: 'New' }, { 'If-Match': before });
    expect(changed.status).toBe(200);
    const after = changed.headers.get('etag')!;
    expect(after).not.toBe(before);
    for (const stale of [before, `W/${after}`, '"x"']) {
      const refused = await admin.patch(path, { account_name: 'Other' }, { 'If-Match': stale });
      expect(refused).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
      expect((await admin.put(path, { email: newEmail(), account_name: 'x' }, { 'If-Match': stale })).status).toBe(412);
      expect((await admin.delete(path, { 'If-Match': stale })).status).toBe(412);
    }
    expect((await admin.patch(path, { account_name: 'Newer' }, { 'If-Match': `"x", ${after}` })).status).toBe(200);
    expect((await admin.delete(path, { 'If-Match': '*' })).status).toBe(204);
  });

  it('let one of five writers win who read the same version', async () => {
    const { account_id: accountId } = await newAccount();
    const path = `/api/accounts/${accountId}/`;
    const etag = (await admin.get(path)).headers.get('etag')!;
    const writers = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      admin.patch(path, { account_name: name }, { 'If-Match': etag }),
    );
    const statuses = (await Promise.all(writers)).map((answer) => answer.status).toSorted((one, other) => one - other);
    expect(statuses).toEqual([200, 412, 412, 412, 412]);
  });

  it('answer 304 to who has the version', async () => {
    const { account_id: accountId } = await newAccount();
    const path = `/api/accounts/${accountId}/`;
    const etag = (await admin.get(path)).headers.get('etag')!;
    expect(await admin.get(path, { 'If-None-Match': etag })).toMatchObject({ status: 304, body: undefined });
    expect((await admin.get(path, { 'If-None-Match': '"x"' })).status).toBe(200);
  });
});

describe('rotating the token', () => {
  /** For how long after the last rotation, which made the newest one, each is valid. */
  const tokensOf = (accountId: string): Promise<{ seconds: number | null }[]> =>
    api.sql(
      `SELECT extract(epoch FROM expires_at - max(created_at) OVER ())::int AS seconds FROM account_tokens
       WHERE account_id = $1 ORDER BY expires_at`,
      [accountId],
    );

  it('keeps the old one for the overlap: a day by default', async () => {
    const account = await newAccount();
    const path = `/api/accounts/${account.account_id}/`;
    const etag = (await admin.get(path)).headers.get('etag');
    const { status, body } = await admin.post(`${path}rotate-token/`);
    expect(status).toBe(200);
    expect(body.app_secret_token).toMatch(/^dpt_[\w-]{49}$/);
    expect(body.app_secret_token).not.toBe(account.app_secret_token);
    const tokens = await tokensOf(account.account_id);
    expect(tokens.map(({ seconds }) => seconds)).toEqual([86_400, null]);
    expect((await admin.get(path)).headers.get('etag')).not.toBe(etag);
  });

  it('ends all old ones at once with an overlap of 0', async () => {
    const { account_id: accountId } = await newAccount();
    const path = `/api/accounts/${accountId}/rotate-token`;
    await admin.post(path, { overlap_seconds: 3600 });
    await admin.post(path, { overlap_seconds: 60 });
    expect((await tokensOf(accountId)).map(({ seconds }) => seconds)).toEqual([60, 60, null]);
    await admin.post(path, { overlap_seconds: 0 });
    expect((await tokensOf(accountId)).map(({ seconds }) => seconds)).toEqual([null]);
  });

  it.each([-1, 1.5, '60', null, 1e12])('refuses an overlap of %j', async (overlap) => {
    const { account_id: accountId } = await newAccount();
    const answer = await admin.post(`/api/accounts/${accountId}/rotate-token/`, { overlap_seconds: overlap });
    expect(Object.keys(answer.body.errors)).toEqual(['overlap_seconds']);
  });

  it('holds under a race', async () => {
    const { account_id: accountId } = await newAccount();
    const path = `/api/accounts/${accountId}/rotate-token/`;
    const answers = await Promise.all(Array.from({ length: 5 }, () => admin.post(path)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    const current = (await tokensOf(accountId)).filter(({ seconds }) => seconds === null);
    expect(current).toHaveLength(1);
  });
});

describe('lists', () => {
  let list: TestApi;

  beforeAll(async () => {
    list = await startApi();
    for (const name of ['Beta', 'alpha', '100%', 'under_score', 'Gamma']) {
      const input = { email: `${name.replace('%', '')}@list.example.com`, account_name: name };
      expect((await list.admin.post('/api/accounts/', input)).status).toBe(201);
    }
  });
  afterAll(() => list.stop());

  const namesOf = async (query: string): Promise<string[]> => {
    const { status, body } = await list.admin.get(`/api/accounts/${query}`);
    expect(status).toBe(200);
    return body.results.map((account: { account_name: string }) => account.account_name) as string[];
  };

  it('are newest first, with absolute links', async () => {
    const { body } = await list.admin.get('/api/accounts/?page=2&page_size=2&search=example');
    expect(body).toMatchObject({
      count: 5,
      next: 'https://pusher.example.com/api/accounts/?page=3&page_size=2&search=example',
      previous: 'https://pusher.example.com/api/accounts/?page=1&page_size=2&search=example',
    });
    expect(body.results.map((account: { account_name: string }) => account.account_name)).toEqual(['100%', 'alpha']);
    expect(await namesOf('')).toEqual(['Gamma', 'under_score', '100%', 'alpha', 'Beta']);
  });

  it('search whatever the case, wildcards as themselves', async () => {
    expect(await namesOf('?search=ALPHA')).toEqual(['alpha']);
    expect(await namesOf('?search=%25')).toEqual(['100%']);
    expect(await namesOf('?search=r_s')).toEqual(['under_score']);
    expect(await namesOf('?search=%5C')).toEqual([]);
  });

  it('order by several fields and filter by field', async () => {
    expect(await namesOf('?ordering=website,-email&page_size=2')).toEqual(['under_score', 'Gamma']);
    expect(await namesOf('?ordering=account_name')).toEqual(['100%', 'alpha', 'Beta', 'Gamma', 'under_score']);
    expect(await namesOf('?ordering=created_at&page_size=1')).toEqual(['Beta']);
    expect(await namesOf('?email=ALPHA@list.example.com')).toEqual(['alpha']);
    expect(await namesOf('?account_name=Gamma&search=x')).toEqual(['Gamma']);
  });

  it('are empty beyond the last page', async () => {
    const { status, body } = await list.admin.get('/api/accounts/?page=1000000000&page_size=100');
    expect(status).toBe(200);
    expect(body).toMatchObject({ count: 5, next: null, results: [] });
    expect(body.previous).toContain('page=1&');
  });

  it.each([
    'page=0',
    'page_size=101',
    'page=99999999999999999999',
    'foo=1',
    'ordering=x',
    'search=%00',
    'page=1&page=2',
  ])('refuse ?%s', async (query) => {
    const { status, body } = await list.admin.get(`/api/accounts/?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'unknown_parameter', errors: { [query.split('=')[0]!]: [expect.any(String)] } });
  });
});
