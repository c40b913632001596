import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { addUser, loggedIn, onDatabase, PanelClient } from '../support/panel.js';

interface RecordAnswer {
  record: { id: string; params: Record<string, unknown>; errors: Record<string, { message: string }> };
  notice?: { type: string; message: string };
}

let app: App;
let admin: PanelClient;
beforeAll(async () => {
  app = await startApp();
  await addUser(app, 'admin@example.com');
  admin = await loggedIn(app, 'admin@example.com');
});
afterAll(async () => {
  await app.stop();
});

async function save(path: string, fields: Record<string, string>): Promise<RecordAnswer> {
  const { status, json } = await admin.record(path, fields);
  expect(status).toBe(200);
  return json as RecordAnswer;
}

let accounts = 0;
async function newAccount(): Promise<RecordAnswer['record']> {
  accounts += 1;
  const { record } = await save('accounts/actions/new', { account_name: 'Ada', email: `ada${accounts}@example.com` });
  expect(record.errors).toEqual({});
  return record;
}

async function newDestination(headers: [string, string][]): Promise<RecordAnswer['record']> {
  const { id } = await newAccount();
  const url = 'https://receiver.example.com/hook';
  const fields = { account_id: id, url, headers: JSON.stringify(headers) };
  const { record } = await save('destinations/actions/new', fields);
  expect(record.errors).toEqual({});
  return record;
}

test('a page has a policy without inline script or other hosts, and its files are cached for good', async () => {
  const page = await admin.get('/admin');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-");
  expect(policy).not.toContain('unsafe');
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.text).not.toMatch(/<script>|(?:src|href)="(?:https?:)?\/\/|googleapis/);
  const files = [...page.text.matchAll(/(?:src|href)="(\/admin\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
  expect(files).toHaveLength(6);
  for (const path of files) {
    const file = await new PanelClient(app.url).get(path, { 'accept-encoding': 'br' });
    expect(file.status, path).toBe(200);
    expect(file.headers.get('content-encoding'), path).toBe('br');
    expect(file.headers.get('cache-control'), path).toContain('immutable');
  }
});

test('an account is validated by its service, with the errors beside their fields', async () => {
  const { record, notice } = await save('accounts/actions/new', { account_name: '', email: 'nobody', website: 'x' });
  expect(Object.keys(record.errors).sort()).toEqual(['account_name', 'email', 'website']);
  expect(record.errors['email']?.message).toBe('Must be an email address such as ops@example.com.');
  expect(notice?.type).toBe('error');
});

test('the token is whole when the account is made and when it is rotated, and masked elsewhere', async () => {
  const { id, params } = await newAccount();
  const token = String(params['app_secret_token']);
  expect(token).toMatch(/^dpt_.{49}$/);
  const shown = (await admin.get(`/admin/api/resources/accounts/records/${id}/show`)).text;
  expect(shown).not.toContain(token);
  const rotated = (await admin.json(`accounts/records/${id}/rotateToken`, { overlap_seconds: 0 })).json as RecordAnswer;
  expect(rotated.record.params['app_secret_token']).toMatch(/^dpt_.{49}$/);
  expect(rotated.record.params['app_secret_token']).not.toBe(token);
});

test('header names with dots, several values and masked secrets survive a save', async () => {
  const headers: [string, string][] = [
    ['X.Api.Key', 's3cret'],
    ['X-Tag', 'one'],
    ['X-Tag', 'two'],
  ];
  const { id, params } = await newDestination(headers);
  const masked = JSON.stringify([['X.Api.Key', '********'], ...headers.slice(1)]);
  expect(params['headers']).toBe(masked);
  const edited = await save(`destinations/records/${id}/edit`, { headers: masked, description: 'kept' });
  expect(edited.record.errors).toEqual({});
  expect((await app.get(`/api/destinations/${id}/`)).body).toMatchObject({
    description: 'kept',
    headers: { 'X.Api.Key': '********', 'X-Tag': ['one', 'two'] },
  });
  const moved = await save(`destinations/records/${id}/edit`, { url: 'https://evil.example/', headers: masked });
  expect(Object.keys(moved.record.errors)).toEqual(['url']);
});

test('what another one saved meanwhile is not overwritten', async () => {
  const { id, params } = await newDestination([['X-A', 'b']]);
  await app.request('PATCH', `/api/destinations/${id}/`, { body: { description: 'theirs' } });
  const late = await save(`destinations/records/${id}/edit`, { description: 'mine', etag: String(params['etag']) });
  expect(late.notice).toEqual({ message: 'The object has changed since it was read', type: 'error' });
  expect((await app.get(`/api/destinations/${id}/`)).body).toMatchObject({ description: 'theirs' });
});

test('nothing is changed by GET', async () => {
  const { id } = await newAccount();
  const answer = await admin.get('/admin/api/resources/accounts/actions/new');
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  const asked = await admin.get(`/admin/api/resources/accounts/records/${id}/delete`);
  expect((asked.json as RecordAnswer).record.params['goes_along']).toBe('[]');
  const before = (await app.get(`/api/accounts/${id}/`)).body;
  expect((await admin.get(`/admin/api/resources/accounts/records/${id}/rotateToken`)).status).toBe(200);
  expect((await app.get(`/api/accounts/${id}/`)).body).toEqual(before);
  expect((await admin.get(`/admin/api/resources/accounts/bulk/bulkDelete?recordIds=${id}`)).status).toBe(403);
  const bulk = await admin.json(`accounts/bulk/bulkDelete?recordIds=${id}`, {});
  expect(bulk.status).toBe(403);
  expect((await app.get(`/api/accounts/${id}/`)).status).toBe(200);
  await save(`accounts/records/${id}/delete`, {});
  expect((await app.get(`/api/accounts/${id}/`)).status).toBe(404);
});

test('files, prototypes, oversized and malformed bodies are refused', async () => {
  const file = new Blob(['x'], { type: 'text/plain' });
  expect((await admin.record('accounts/actions/new', { account_name: file })).status).toBe(415);
  expect((await admin.record('accounts/actions/new', { '__proto__.x': '1' })).status).toBe(400);
  expect((await admin.get('/admin/api/resources/accounts/actions/list?__proto__.x=1')).status).toBe(400);
  expect((await admin.json('accounts/actions/new', null)).status).toBe(400);
  expect((await admin.json('accounts/actions/new', 'x'.repeat(1_100_000))).status).toBe(413);
  const xml = { 'content-type': 'text/xml' };
  expect((await admin.json('accounts/actions/new', '<a/>', xml)).status).toBe(415);
  const stranger = new PanelClient(app.url);
  expect((await stranger.record('accounts/actions/new', { account_name: file })).status).toBe(401);
});

test('a wrong filter, id, resource or action is told and is no failure of ours', async () => {
  const list = '/admin/api/resources/destinations/actions/list';
  for (const query of ['filters.account_id=nonsense', 'filters.enabled=maybe', 'filters.nothing=1']) {
    const { status, json } = await admin.get(`${list}?${query}`);
    expect([status, (json as RecordAnswer).notice?.type], query).toEqual([200, 'error']);
  }
  expect((await admin.get(`${list}?page=-1&perPage=x&sortBy=headers&direction=up`)).status).toBe(200);
  for (const path of ['nothing/actions/list', 'accounts/actions/nothing', 'accounts/actions/constructor']) {
    expect((await admin.get(`/admin/api/resources/${path}`)).status, path).toBe(404);
  }
  const missing = await admin.get('/admin/api/resources/accounts/records/0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f/show');
  expect((missing.json as RecordAnswer).notice?.type).toBe('error');
  expect(app.logs().filter(({ level }) => level === 'error')).toEqual([]);
});

test('a viewer reads, an operator does not write configuration, and neither sees the users', async () => {
  const { id } = await newAccount();
  for (const role of ['viewer', 'operator'] as const) {
    await addUser(app, `${role}@example.com`, role);
    const person = await loggedIn(app, `${role}@example.com`);
    expect((await person.get('/admin/api/resources/accounts/actions/list')).text).toContain(id);
    for (const [path, fields] of [
      ['accounts/actions/new', { account_name: 'X', email: 'x@example.com' }],
      [`accounts/records/${id}/edit`, { account_name: 'X' }],
      [`accounts/records/${id}/delete`, {}],
      [`accounts/records/${id}/rotateToken`, {}],
      ['users/actions/new', { email: 'x@example.com', password: 'a long password', role: 'superuser' }],
    ] as const) {
      const { status, json } = await person.record(path, fields);
      expect(status === 403 || (json as RecordAnswer).notice?.type === 'error', path).toBe(true);
    }
    expect((await person.get('/admin/api/resources/users/actions/list')).text).not.toContain('admin@example.com');
    expect((await person.get('/admin/api/resources/users/actions/search')).text).not.toContain('admin@example.com');
  }
  expect((await app.get(`/api/accounts/${id}/`)).body).toMatchObject({ account_name: 'Ada' });
});

test('users: emails are unique whatever their case, passwords are never read, the last superuser stays', async () => {
  const fields = { email: 'grace@example.com', role: 'operator', password: 'a long password' };
  const { record } = await save('users/actions/new', fields);
  expect(JSON.stringify(record.params)).not.toContain('scrypt');
  const again = await save('users/actions/new', { ...fields, email: 'GRACE@example.com' });
  expect(again.record.errors['email']?.message).toBe('Is taken by another user.');
  await save(`users/records/${record.id}/edit`, { email: fields.email, role: 'operator', password: '' });
  const grace = new PanelClient(app.url);
  expect((await grace.logIn(fields.email, fields.password)).status).toBe(303);
  await save(`users/records/${record.id}/edit`, { email: fields.email, role: 'viewer', password: 'a newer password' });
  expect((await grace.get('/admin/api/dashboard')).status).toBe(401);

  const [last] = await onDatabase(app, async (client) => {
    const found = await client.query<{ user_id: string }>(`SELECT user_id FROM users WHERE role = 'superuser'`);
    return found.rows;
  });
  const path = `users/records/${last?.user_id}`;
  const demoted = await save(`${path}/edit`, { email: 'admin@example.com', role: 'viewer' });
  expect(demoted.record.errors['role']?.message).toBe('This is the last superuser; make another one first.');
  expect((await save(`${path}/delete`, {})).notice?.type).toBe('error');
  expect((await admin.get('/admin/api/dashboard')).status).toBe(200);
});
