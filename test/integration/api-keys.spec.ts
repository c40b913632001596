import { randomBytes, randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiKey } from '../../src/accounts/api-key.entity.js';
import { ApiKeysService } from '../../src/accounts/api-keys.service.js';
import { readSettings } from '../../src/config/read-settings.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { asActor } from '../../src/history/actor.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const BOOTSTRAP_KEY = 'b'.repeat(40);

let database: TestDatabase;
let dataSource: DataSource;
let apiKeys: ApiKeysService;

beforeAll(async () => {
  database = await createTestDatabase();
  const options = dataSourceOptions(database.url);
  dataSource = await new DataSource(Object.assign(options, { entities: [ApiKey] })).initialize();
  const env = {
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    BOOTSTRAP_API_KEY: BOOTSTRAP_KEY,
  };
  apiKeys = new ApiKeysService(dataSource, { ...readSettings(env), databaseUrl: database.url });
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** As somebody: the history wants to know who. */
function create(input: Parameters<ApiKeysService['create']>[0]): ReturnType<ApiKeysService['create']> {
  return asActor({ kind: 'system', id: null, name: 'test' }, () => apiKeys.create(input));
}

function revoke(id: string): Promise<ApiKey> {
  return asActor({ kind: 'system', id: null, name: 'test' }, () => apiKeys.revoke(id));
}

async function newAccount(): Promise<string> {
  const id = randomUUID();
  await dataSource.query(`INSERT INTO accounts (account_id, email, account_name) VALUES ($1, $2, 'x')`, [
    id,
    `${id}@example.com`,
  ]);
  return id;
}

it('makes keys that are shown once, stored hashed, and authenticate', async () => {
  const accountId = await newAccount();
  const { apiKey, key } = await create({ name: 'deploy', accountId, readOnly: true });
  expect(key).toMatch(/^dpk_[\w-]{49}$/);
  expect(apiKey.hint).toBe(`dpk_…${key.slice(-4)}`);
  expect(await apiKeys.authenticate(key)).toMatchObject({ apiKeyId: apiKey.api_key_id, accountId, readOnly: true });
  const [row] = await dataSource.query<object[]>('SELECT k::text FROM api_keys k WHERE api_key_id = $1', [
    apiKey.api_key_id,
  ]);
  expect(JSON.stringify(row)).not.toContain(key.slice(4));
});

it('lists keys, the newest first, with their last use and without their hash', async () => {
  const { apiKey, key } = await create({ name: 'newest' });
  await apiKeys.authenticate(key);
  const [first] = await apiKeys.list();
  expect(first).toMatchObject({ api_key_id: apiKey.api_key_id, name: 'newest', account_id: null, read_only: false });
  expect(first?.last_used_at).toBeInstanceOf(Date);
  expect(first?.key_hash).toBeUndefined();
});

it('revokes a key for good', async () => {
  const { apiKey, key } = await create({ name: 'gone' });
  const { revoked_at: revokedAt } = await revoke(apiKey.api_key_id);
  expect(revokedAt).toBeInstanceOf(Date);
  expect(await apiKeys.authenticate(key)).toBeNull();
  expect((await revoke(apiKey.api_key_id)).revoked_at).toEqual(revokedAt);
});

it.each(['x', randomUUID()])('knows no key %s to revoke', async (id) => {
  await expect(revoke(id)).rejects.toThrow('No API key has this id');
});

it('accepts the bootstrap key and nothing like it', async () => {
  expect(await apiKeys.authenticate(BOOTSTRAP_KEY)).toMatchObject({ apiKeyId: null, accountId: null, readOnly: false });
  for (const wrong of [BOOTSTRAP_KEY.slice(1), `${BOOTSTRAP_KEY}b`, '', 'c'.repeat(40)]) {
    expect(await apiKeys.authenticate(wrong)).toBeNull();
  }
});

it.each([
  [{ name: '' }, 'name'],
  [{ name: 'x', accountId: 'y' }, 'accountId'],
  [{ name: 'x', accountId: randomUUID() }, 'accountId'],
])('refuses %j by %s', async (input, field) => {
  await expect(create(input)).rejects.toMatchObject({ errors: { [field]: [expect.any(String)] } });
});
