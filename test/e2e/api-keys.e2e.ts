import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashCredential, newCredential } from '../../src/common/credential.js';
import { ApiClient } from '../support/api-client.js';
import { startApi, type TestApi } from '../support/start-api.js';

let api: TestApi;
let mine: string;
let others: string;
let othersDestination: string;

const DESTINATION = { url: 'https://r.example.com/', http_method: 'POST', headers: { 'X-A': 'b' } };

/** A key as the command line makes it. */
async function newKey({ accountId = null as string | null, readOnly = false } = {}): Promise<{
  id: string;
  key: string;
}> {
  const id = randomUUID();
  const key = newCredential('dpk_');
  await api.sql(
    `INSERT INTO api_keys (api_key_id, name, key_hash, hint, account_id, read_only) VALUES ($1, 'test', $2, '…', $3, $4)`,
    [id, hashCredential('dpk_', key), accountId, readOnly],
  );
  return { id, key };
}

const client = async (options: { accountId?: string; readOnly?: boolean }): Promise<ApiClient> =>
  api.as((await newKey(options)).key);

beforeAll(async () => {
  api = await startApi();
  const create = async (email: string): Promise<string> =>
    (await api.admin.post('/api/accounts/', { email, account_name: 'x' })).body.account_id as string;
  mine = await create('mine@example.com');
  others = await create('others@example.com');
  othersDestination = (await api.admin.post(`/api/accounts/${others}/destinations/`, DESTINATION)).body.id as string;
});
afterAll(() => api.stop());

describe('no or wrong key', () => {
  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    `Bearer ${newCredential('dpk_')}`,
    `Bearer ${newCredential('dpt_')}`,
    'Basic YTpi',
    'Bearer a b',
    `Bearer ${'k'.repeat(5000)}`,
  ])('is 401 (%#)', async (authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
    const answer = await new ApiClient(api.url, null).get('/api/accounts/', headers);
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('is 401 for every endpoint', async () => {
    const nobody = new ApiClient(api.url, null);
    for (const path of [`accounts/${mine}`, 'destinations', `destinations/${othersDestination}/signing-secret`]) {
      expect((await nobody.get(`/api/${path}/`)).status).toBe(401);
    }
    expect((await nobody.post('/api/accounts/', {})).status).toBe(401);
    expect((await nobody.delete(`/api/accounts/${mine}/`)).status).toBe(401);
  });
});

describe('a key', () => {
  it('works with the scheme in any case', async () => {
    const { key } = await newKey();
    const answer = await new ApiClient(api.url, null).get('/api/accounts/', { Authorization: `bearer ${key}` });
    expect(answer.status).toBe(200);
  });

  it('is refused from the moment it is revoked', async () => {
    const { id, key } = await newKey();
    expect((await api.as(key).get('/api/accounts/')).status).toBe(200);
    await api.sql('UPDATE api_keys SET revoked_at = now() WHERE api_key_id = $1', [id]);
    expect((await api.as(key).get('/api/accounts/')).status).toBe(401);
  });

  it('shows its last use, written at most once a minute', async () => {
    const { id, key } = await newKey();
    const lastUse = async (): Promise<Date | null> => {
      const rows = await api.sql<{ last_used_at: Date | null }>(
        'SELECT last_used_at FROM api_keys WHERE api_key_id = $1',
        [id],
      );
      return rows[0]!.last_used_at;
    };
    expect(await lastUse()).toBeNull();
    await api.as(key).get('/api/accounts/');
    const first = await lastUse();
    expect(first).toBeInstanceOf(Date);
    await api.as(key).get('/api/accounts/');
    expect(await lastUse()).toEqual(first);
    await api.sql(`UPDATE api_keys SET last_used_at = now() - interval '2 minutes' WHERE api_key_id = $1`, [id]);
    await api.as(key).get('/api/accounts/');
    expect((await lastUse())!.getTime()).toBeGreaterThanOrEqual(first!.getTime());
  });
});

describe('a read-only key', () => {
  it('reads, but writes nothing and sees no signing secret', async () => {
    const reader = await client({ readOnly: true });
    expect((await reader.get('/api/accounts/')).status).toBe(200);
    expect((await reader.get(`/api/accounts/${mine}/`)).status).toBe(200);
    const path = `/api/destinations/${othersDestination}/`;
    const refused = await Promise.all([
      reader.post('/api/accounts/', { email: 'x@example.com', account_name: 'x' }),
      reader.put(`/api/accounts/${mine}/`, {}),
      reader.patch(`/api/accounts/${mine}/`, {}),
      reader.delete(`/api/accounts/${mine}/`),
      reader.post(`/api/accounts/${mine}/rotate-token/`),
      reader.post('/api/destinations/', DESTINATION),
      reader.patch(path, {}),
      reader.delete(path),
      reader.get(`${path}signing-secret/`),
      reader.post(`${path}signing-secret/rotate/`),
    ]);
    for (const answer of refused) expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});

describe('a key bound to an account', () => {
  let bound: ApiClient;

  beforeAll(async () => {
    bound = await client({ accountId: mine });
  });

  it('sees and changes its own account', async () => {
    const { body } = await bound.get('/api/accounts/');
    expect(body).toMatchObject({ count: 1, results: [{ account_id: mine }] });
    expect((await bound.get(`/api/accounts/?account_id=${others}`)).body.count).toBe(0);
    expect((await bound.patch(`/api/accounts/${mine}/`, { account_name: 'Mine' })).status).toBe(200);
    expect((await bound.post(`/api/accounts/${mine}/rotate-token/`)).status).toBe(200);
  });

  it('creates and deletes no accounts', async () => {
    expect((await bound.post('/api/accounts/', { email: 'n@example.com', account_name: 'n' })).status).toBe(403);
    expect((await bound.delete(`/api/accounts/${mine}/`)).status).toBe(403);
  });

  it('manages its own destinations, whose owner it may leave out', async () => {
    const created = await bound.post('/api/destinations/', DESTINATION);
    expect(created).toMatchObject({ status: 201, body: { account_id: mine } });
    expect((await bound.post('/api/destinations/', { ...DESTINATION, account_id: mine })).status).toBe(201);
    expect((await bound.post(`/api/accounts/${mine}/destinations/`, DESTINATION)).status).toBe(201);
    expect((await bound.get('/api/destinations/')).body.count).toBe(3);
    const path = `/api/destinations/${created.body.id}/`;
    expect((await bound.get(`${path}signing-secret/`)).status).toBe(200);
    expect((await bound.patch(path, { description: 'x' })).status).toBe(200);
    expect((await bound.delete(path)).status).toBe(204);
  });

  it("finds nothing of another's", async () => {
    const path = `/api/destinations/${othersDestination}/`;
    const answers = await Promise.all([
      bound.get(`/api/accounts/${others}/`),
      bound.put(`/api/accounts/${others}/`, { email: 'x@example.com', account_name: 'x' }),
      bound.patch(`/api/accounts/${others}/`, {}),
      bound.post(`/api/accounts/${others}/rotate-token/`),
      bound.get(`/api/accounts/${others}/destinations/`),
      bound.post(`/api/accounts/${others}/destinations/`, DESTINATION),
      bound.get(path),
      bound.put(path, DESTINATION),
      bound.patch(path, {}),
      bound.delete(path),
      bound.get(`${path}signing-secret/`),
      bound.post(`${path}signing-secret/rotate/`),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await bound.get(`/api/destinations/?account_id=${others}`)).body.count).toBe(0);
    const forged = await bound.post('/api/destinations/', { ...DESTINATION, account_id: others });
    expect(forged.body.errors).toEqual({ account_id: ['names no account'] });
  });

  it('ends with its account', async () => {
    const gone = (await api.admin.post('/api/accounts/', { email: 'gone@example.com', account_name: 'x' })).body
      .account_id;
    const key = await client({ accountId: gone as string });
    expect((await key.get('/api/accounts/')).status).toBe(200);
    await api.admin.delete(`/api/accounts/${gone}/`);
    expect((await key.get('/api/accounts/')).status).toBe(401);
  });
});
