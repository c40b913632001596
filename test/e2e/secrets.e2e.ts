import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCredential } from '../../src/common/credential.js';
import { type App, startApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type HttpProxy, startProxy } from '../support/http-proxy.js';
import { PanelClient } from '../support/panel.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

/** Everything secret there is, by where it was planted. */
const planted: Record<string, string> = {
  'encryption key': randomBytes(32).toString('base64'),
  'superuser password': `planted-${randomBytes(12).toString('hex')}`,
  'proxy password': `planted-${randomBytes(12).toString('hex')}`,
  'value of Authorization': `planted-${randomBytes(12).toString('hex')}`,
  'value of Cookie': `planted-${randomBytes(12).toString('hex')}`,
  'value of X-Api-Key': `planted-${randomBytes(12).toString('hex')}`,
  'value of X-Session-Token': `planted-${randomBytes(12).toString('hex')}`,
  'header value that is refused': `planted-${randomBytes(12).toString('hex')}`,
  'password in a URL that is refused': `planted-${randomBytes(12).toString('hex')}`,
  'header value while the database fails': `planted-${randomBytes(12).toString('hex')}`,
};
/** A value of a name that sounds harmless: encrypted at rest like all, but shown. */
const HARMLESS = `planted-${randomBytes(12).toString('hex')}`;

interface Text {
  readonly where: string;
  readonly text: string;
}

let database: TestDatabase;
let proxy: HttpProxy;
let receiver: Receiver;
let app: App;
let client: Client;
let destinationId: string;
/** Answers of API and panel that were collected on the way. */
const answers: Text[] = [];

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await app.request<Record<string, never>>(method, path, { body, headers });
  answers.push({ where: `${method} ${path}`, text: JSON.stringify([[...answer.headers], answer.body]) });
  return answer;
}

beforeAll(async () => {
  [database, proxy, receiver] = await Promise.all([createTestDatabase(), startProxy(), startReceiver()]);
  app = await startApp({
    databaseUrl: database.url,
    env: {
      ENCRYPTION_KEY: planted['encryption key'] ?? '',
      SUPERUSER_EMAIL: 'root@example.com',
      SUPERUSER_PASSWORD: planted['superuser password'] ?? '',
      EGRESS_PROXY: `http://me:${planted['proxy password']}@127.0.0.1:${proxy.port}`,
    },
  });
  planted['bootstrap API key'] = app.apiKey;
  client = new Client({ connectionString: database.url });
  await client.connect();
  await plantAndUse();
  await collectApi();
  await collectPanel();
});

afterAll(async () => {
  await app.stop();
  await client.end();
  await Promise.all([receiver.close(), proxy.close()]);
  await database.drop();
});

/** Keeps a new secret; it is in the answer that makes it, once, which is not among the collected. */
function plant(where: string, secret: unknown): string {
  expect(secret, where).toMatch(/^.{20,}$/);
  planted[where] = String(secret);
  return String(secret);
}

async function plantAndUse(): Promise<void> {
  const account = await app.post<Record<string, string>>('/api/accounts/', {
    email: 'a@example.com',
    account_name: 'A',
  });
  const accountId = account.body['account_id'] ?? '';
  const old = plant('token before its rotation', account.body['app_secret_token']);
  const rotated = await app.post<Record<string, string>>(`/api/accounts/${accountId}/rotate-token/`, {});
  const token = plant('token', rotated.body['app_secret_token']);
  const made = await ask('POST', `/api/accounts/${accountId}/destinations/`, {
    url: `http://receiver.example:${receiver.port}/`,
    http_method: 'POST',
    headers: {
      Authorization: `Bearer ${planted['value of Authorization']}`,
      Cookie: planted['value of Cookie'],
      'X-Api-Key': planted['value of X-Api-Key'],
      'X-Session-Token': ['one', planted['value of X-Session-Token']],
      'X-Plain': HARMLESS,
    },
    retry_schedule: [1],
  });
  destinationId = String(made.body['id']);
  const signing = await app.get<{ secret: string }>(`/api/destinations/${destinationId}/signing-secret/`);
  plant('signing secret', signing.body.secret);
  plant('signing key', signing.body.secret.slice('whsec_'.length));
  receiver.answer((_request, number) => ({ status: number === 1 ? 500 : 200, body: 'answer' }));
  for (const used of [token, old]) {
    expect((await ask('POST', '/server/incoming_data/', '{"a":1}', { 'CL-X-TOKEN': used })).status).toBe(202);
  }
  await receiver.waitFor(3);
  expect(receiver.requests[0]?.header('authorization')).toBe(`Bearer ${planted['value of Authorization']}`);
  await ask('POST', `/api/destinations/${destinationId}/test/`);
  await ask('POST', `/api/destinations/${destinationId}/test/`, { dry_run: true });
  await makeErrors(accountId, token);
}

/** Errors of every kind, each with a secret in the request. */
async function makeErrors(accountId: string, token: string): Promise<void> {
  const path = `/api/accounts/${accountId}/destinations/`;
  const refused = planted['header value that is refused'];
  const fields = { url: 'http://receiver.example/', http_method: 'POST', headers: { 'X-Secret': `${refused}\r\n` } };
  await ask('POST', path, fields);
  await ask('POST', path, `{"headers": {"X-Secret": "${refused}"`);
  await ask('POST', path, { ...fields, url: `http://me:${planted['password in a URL that is refused']}@a.example/` });
  await ask('POST', '/server/incoming_data/', '{', { 'CL-X-TOKEN': token });
  await ask('POST', '/server/incoming_data/', '{}', { 'CL-X-TOKEN': `${token}x` });
  await ask('GET', '/api/accounts/', undefined, { Authorization: `Bearer ${app.apiKey}x` });
  await ask('GET', `/api/accounts/?search=${token}`);
  // The database fails in the middle: what it says of its statement is logged.
  const whileFailing = { 'X-Secret': planted['header value while the database fails'] };
  await withoutTable('signing_secrets', async () => {
    expect((await ask('POST', path, { ...fields, headers: whileFailing })).status).toBe(500);
  });
  await withoutTable('events', async () => {
    expect((await ask('POST', '/server/incoming_data/', '{}', { 'CL-X-TOKEN': token })).status).toBeGreaterThan(499);
  });
  await withoutTable('api_keys', async () => {
    const answer = await app.get('/api/accounts/', {
      apiKey: plant('key while the database fails', newCredential('dpk_')),
    });
    expect(answer.status).toBe(500);
  });
  await withoutTable('users', async () => {
    const panel = new PanelClient(app.url);
    const { text } = await panel.logIn('root@example.com', planted['superuser password']);
    answers.push({ where: 'login while the database fails', text });
  });
  for (const [table, path] of [
    ['setup_link', '/admin/setup'],
    ['password_links', '/admin/set-password'],
  ] as const) {
    await withoutTable(table, async () => {
      const token = plant(`one-time link while ${table} fails`, randomBytes(32).toString('base64url'));
      const { status, text } = await new PanelClient(app.url).get(`${path}?token=${token}`);
      expect(status).toBe(500);
      answers.push({ where: path, text });
    });
  }
}

async function withoutTable(name: string, work: () => Promise<void>): Promise<void> {
  await client.query(`ALTER TABLE ${name} RENAME TO ${name}_away`);
  try {
    await work();
  } finally {
    await client.query(`ALTER TABLE ${name}_away RENAME TO ${name}`);
  }
}

async function collectApi(): Promise<void> {
  const lists = ['accounts', 'destinations', 'events', 'deliveries', 'replays'];
  for (const list of lists) {
    const { body } = await ask('GET', `/api/${list}/`);
    for (const item of (body['results'] ?? []) as Record<string, string>[]) {
      const id = item['account_id'] && list === 'accounts' ? item['account_id'] : (item['event_id'] ?? item['id']);
      await ask('GET', `/api/${list}/${list === 'deliveries' ? item['id'] : id}/`);
      if (list === 'deliveries') await ask('GET', `/api/deliveries/${item['id']}/attempts/`);
    }
  }
  for (const path of ['/docs/', '/docs/openapi.json', '/health/live', '/health/ready', '/docs/problems/rate_limited']) {
    await ask('GET', path);
  }
}

async function collectPanel(): Promise<void> {
  const panel = new PanelClient(app.url);
  await panel.logIn('root@example.com', planted['superuser password']);
  plant('session', panel.cookie?.split('=')[1]);
  const pages = ['/admin', '/admin/login', '/admin/resources/destinations'];
  for (const path of pages) answers.push({ where: path, text: (await panel.get(path)).text });
  for (const resource of ['accounts', 'destinations', 'events', 'deliveries', 'users']) {
    const path = `/admin/api/resources/${resource}/actions/list`;
    const list = await panel.get(path);
    expect(list.status, path).toBe(200);
    answers.push({ where: path, text: list.text });
    const { records } = list.json as { records: { id: string }[] };
    expect(records.length, path).toBeGreaterThan(0);
    for (const { id } of records) {
      for (const action of resource === 'destinations' || resource === 'accounts' ? ['show', 'edit'] : ['show']) {
        const where = `/admin/api/resources/${resource}/records/${id}/${action}`;
        answers.push({ where, text: (await panel.get(where)).text });
      }
    }
  }
}

/** As it is, and in the writings that would hide it from a search. */
function writings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)].concat(
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  );
}

function leaks(texts: readonly Text[], secrets: Readonly<Record<string, string>> = planted): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    texts
      .filter(({ text }) => writings(secret).some((form) => text.includes(form)))
      .map(({ where }) => `${name}: ${where}`),
  );
}

async function dump(): Promise<Text[]> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const texts: Text[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    texts.push({ where: name, text: rows.map(({ text }) => text).join('\n') });
  }
  return texts;
}

describe('a secret', () => {
  it('stands in no table', async () => {
    const texts = await dump();
    // What is looked at is what was written: the harmless header value is encrypted, the URL is not.
    expect(texts.some(({ text }) => text.includes('receiver.example'))).toBe(true);
    expect(texts.length).toBeGreaterThan(12);
    expect(leaks(texts)).toEqual([]);
    const configuration = texts.filter(({ where }) => !where.includes('attempts'));
    expect(leaks(configuration, { harmless: HARMLESS })).toEqual([]);
  });

  it('stands in no answer of the API, no error, no description of it and no page of the panel', () => {
    expect(answers.length).toBeGreaterThan(40);
    expect(leaks(answers)).toEqual([]);
    expect(leaks(answers, { harmless: HARMLESS })).not.toEqual([]);
  });

  it('stands in no log, whatever failed', () => {
    const log = app.output();
    expect(log).toContain('request failed');
    expect(log).toContain('event accepted');
    expect(leaks([{ where: 'log', text: log }])).toEqual([]);
    const { password } = new URL(database.url);
    expect(password.length === 0 || !log.includes(password)).toBe(true);
  });

  it('reached whom it was meant for, and nobody else', () => {
    const [first] = receiver.requests;
    expect(first?.header('x-api-key')).toBe(planted['value of X-Api-Key']);
    expect(first?.header('x-plain')).toBe(HARMLESS);
    const names = ['proxy password', 'token', 'bootstrap API key', 'signing secret', 'encryption key'];
    const others = Object.fromEntries(names.map((name) => [name, planted[name] ?? '']));
    const seen = receiver.requests.map(
      ({ rawHeaders, url, body }) => `${rawHeaders.join('\n')}${url}${body.toString()}`,
    );
    expect(leaks([{ where: 'receiver', text: seen.join('\n') }], others)).toEqual([]);
    const credentials = Buffer.from(`me:${planted['proxy password']}`).toString('base64');
    expect(proxy.asked[0]?.authorization).toBe(`Basic ${credentials}`);
  });
});

describe('the overlap of a rotation', () => {
  it('ends for the very request that comes after it, though a token was used a moment ago', async () => {
    const { body } = await app.post<Record<string, string>>('/api/accounts/', {
      email: 'b@example.com',
      account_name: 'B',
    });
    const headers = { 'CL-X-TOKEN': body['app_secret_token'] ?? '' };
    const send = async () => (await app.post('/server/incoming_data/', '{}', { headers })).status;
    expect(await send()).toBe(202);
    await app.post(`/api/accounts/${body['account_id']}/rotate-token/`, { overlap_seconds: 3600 });
    expect(await send()).toBe(202);
    await client.query('UPDATE account_tokens SET expires_at = now() WHERE expires_at IS NOT NULL');
    expect(await send()).toBe(401);
  });

  it('of a signing secret ends for the very attempt that comes after it', async () => {
    const test = async (): Promise<number> => {
      receiver.clear();
      await app.post(`/api/destinations/${destinationId}/test/`);
      return receiver.requests[0]?.header('webhook-signature')?.split(' ').length ?? 0;
    };
    const push = async (): Promise<number> => {
      receiver.clear();
      const headers = { 'CL-X-TOKEN': planted['token'] ?? '' };
      await app.post('/server/incoming_data/', '{}', { headers });
      const [request] = await receiver.waitFor(1);
      return request?.header('webhook-signature')?.split(' ').length ?? 0;
    };
    const rotate = (overlap_seconds: number) =>
      app.post(`/api/destinations/${destinationId}/signing-secret/rotate/`, { overlap_seconds });
    await rotate(3600);
    expect([await test(), await push()]).toEqual([2, 2]);
    // Those of earlier rotations end with it: nothing here has to be done within the second.
    await rotate(1);
    await expect.poll(test, { interval: 200, timeout: 30_000 }).toBe(1);
    expect(await push()).toBe(1);
  });
});
