import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain, startApp, type App } from '../support/app.js';
import { addUser, loggedIn, onDatabase, PASSWORD, type PanelClient } from '../support/panel.js';
import { startReceiver, type Receiver } from '../support/receiver.js';

interface Row {
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly actor_name: string;
  readonly object_kind: string;
  readonly object_id: string;
  readonly object_name: string;
  readonly account_id: string | null;
  readonly action: string;
  readonly fields: { field: string; before: unknown; after: unknown }[];
}

let app: App;
let receiver: Receiver;
let adminId: string;
let admin: PanelClient;
beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp(), startReceiver()]);
  adminId = await addUser(app, 'admin@example.com');
  admin = await loggedIn(app, 'admin@example.com');
});
afterAll(async () => {
  await app.stop();
  await receiver.close();
});

/** For a command on the same database; it opens nothing that is encrypted. */
function onAppsDatabase(): Record<string, string | null> {
  return { DATABASE_URL: app.databaseUrl, ENCRYPTION_KEY: randomBytes(32).toString('base64') };
}

/** Of one object, oldest first. */
function historyOf(objectId: string): Promise<Row[]> {
  return onDatabase(app, async (client) => {
    const found = await client.query<Row>('SELECT * FROM changes WHERE object_id = $1 ORDER BY change_id', [objectId]);
    return found.rows;
  });
}

let accounts = 0;
async function newAccount(apiKey?: string): Promise<string> {
  accounts += 1;
  const fields = { email: `history${accounts}@example.com`, account_name: 'Ada' };
  const { body } = await app.post<{ account_id: string }>('/api/accounts/', fields, apiKey ? { apiKey } : {});
  return body.account_id;
}

async function newDestination(accountId: string, url = receiver.url): Promise<string> {
  const fields = {
    account_id: accountId,
    url,
    http_method: 'POST',
    headers: { 'X-Api-Key': 'planted-1', 'X-Tag': 'a' },
  };
  return (await app.post<{ id: string }>('/api/destinations/', fields)).body.id;
}

test('what an API key changes is kept with its name and hint, field by field', async () => {
  const made = await runMain(['api-key', 'create', '--name', 'provisioning'], onAppsDatabase());
  const apiKey = made.stdout.trim();
  const id = await newAccount(apiKey);
  await app.request('PATCH', `/api/accounts/${id}/`, { apiKey, body: { account_name: 'Grace' } });
  await app.request('PATCH', `/api/accounts/${id}/`, { apiKey, body: { account_name: 'Grace' } });
  await app.post(`/api/accounts/${id}/rotate-token/`, { overlap_seconds: 60 }, { apiKey });
  const history = await historyOf(id);
  expect(history.map(({ action }) => action)).toEqual(['create', 'update', 'rotate_token']);
  const name = `provisioning (dpk_…${apiKey.slice(-4)})`;
  expect(new Set(history.map(({ actor_kind: kind, actor_name: who }) => `${kind} ${who}`))).toEqual(
    new Set([`api_key ${name}`]),
  );
  expect(history[0]).toMatchObject({ object_kind: 'account', object_name: 'Ada', account_id: id });
  expect(history[1]?.fields).toEqual([{ field: 'account_name', before: 'Ada', after: 'Grace' }]);
});

test('a destination: headers by name only, secrets nowhere, looking at the signing secret is kept, too', async () => {
  const accountId = await newAccount();
  const id = await newDestination(accountId);
  const headers = { 'X-Api-Key': 'planted-2', 'X-Tag': 'a', 'X-New': 'planted-3' };
  await app.request('PATCH', `/api/destinations/${id}/`, { body: { headers, max_concurrency: 4 } });
  await app.request('PATCH', `/api/destinations/${id}/`, { body: { enabled: false } });
  const { body } = await app.get<{ secret: string }>(`/api/destinations/${id}/signing-secret/`);
  await app.post(`/api/destinations/${id}/signing-secret/rotate/`, {});
  await app.request('DELETE', `/api/destinations/${id}/`);
  const history = await historyOf(id);
  expect(history.map(({ action }) => action)).toEqual([
    'create',
    'update',
    'disable',
    'reveal_signing_secret',
    'rotate_signing_secret',
    'delete',
  ]);
  expect(history.every((row) => row.account_id === accountId && row.actor_name === 'BOOTSTRAP_API_KEY')).toBe(true);
  expect(history[1]?.fields).toEqual([
    { field: 'max_concurrency', before: 16, after: 4 },
    { field: 'headers.X-Api-Key', before: '********', after: '********' },
    { field: 'headers.X-New', before: null, after: '********' },
  ]);
  const kept = JSON.stringify(history);
  for (const secret of ['planted-', body.secret.slice(6)]) expect(kept).not.toContain(secret);
});

test('an account takes along what it owns, and the history tells of each', async () => {
  const accountId = await newAccount();
  const id = await newDestination(accountId);
  await app.request('DELETE', `/api/accounts/${accountId}/`);
  expect((await historyOf(id)).at(-1)).toMatchObject({ action: 'delete', object_kind: 'destination' });
  expect((await historyOf(accountId)).at(-1)).toMatchObject({ action: 'delete', object_name: '(erased)' });
});

test('a change that is refused leaves no trace', async () => {
  const id = await newAccount();
  await app.request('PATCH', `/api/accounts/${id}/`, { body: { email: 'history1@example.com' } });
  await app.request('PATCH', `/api/accounts/${id}/`, { body: { account_name: 'X' }, headers: { 'If-Match': '"old"' } });
  expect(await historyOf(id)).toHaveLength(1);
});

test('the engine is named where it disables a destination by itself', async () => {
  const id = await newDestination(await newAccount());
  receiver.answer({ status: 410 });
  const rotated = await app.post<{ app_secret_token: string }>(
    `/api/accounts/${(await historyOf(id))[0]?.account_id}/rotate-token/`,
  );
  await app.post(
    '/server/incoming_data/',
    { hello: 'world' },
    {
      headers: { 'CL-X-TOKEN': rotated.body.app_secret_token, Prefer: 'wait=20' },
    },
  );
  await expect.poll(async () => (await historyOf(id)).at(-1)?.action).toBe('disable');
  expect((await historyOf(id)).at(-1)).toMatchObject({
    actor_kind: 'system',
    actor_name: 'Delivery engine',
    fields: [
      { field: 'enabled', before: true, after: false },
      { field: 'disabled_reason', before: null, after: 'Answered 410 Gone: it wants no more data' },
    ],
  });
});

test('people by their email: in the panel, by a one-time link, at the command line', async () => {
  const created = await admin.record('users/actions/new', { email: 'grace@example.com', role: 'viewer' });
  const { id } = (created.json as { record: { id: string } }).record;
  await admin.record(`users/records/${id}/edit`, { email: 'grace@example.com', role: 'operator', is_enabled: 'true' });
  const linked = await admin.json(`users/records/${id}/passwordLink`, {});
  const url = (linked.json as { record: { params: Record<string, string> } }).record.params['password_link'] ?? '';
  const token = new URL(url).searchParams.get('token') ?? '';
  await admin.form('/admin/set-password', { token, password: PASSWORD });
  admin = await loggedIn(app, 'admin@example.com');
  const history = await historyOf(id);
  expect(history.map(({ action, actor_name: who, actor_id: whoId }) => [action, who, whoId])).toEqual([
    ['create', 'admin@example.com', adminId],
    ['update', 'admin@example.com', adminId],
    ['make_password_link', 'admin@example.com', adminId],
    ['set_password', 'One-time link', null],
  ]);
  expect(JSON.stringify(history)).not.toContain(token);

  const args = ['createsuperuser', '--email', 'root@example.com', '--password-stdin'];
  expect((await runMain(args, onAppsDatabase(), PASSWORD)).exitCode).toBe(0);
  const [made] = await onDatabase(app, async (client) => {
    return (await client.query<Row>(`SELECT * FROM changes WHERE object_name = 'root@example.com'`)).rows;
  });
  expect(made).toMatchObject({ action: 'create', actor_kind: 'command' });
  expect(made?.actor_name).toMatch(/^createsuperuser \(.+\)$/);
});

test('nobody rewrites it, not even in SQL', async () => {
  await onDatabase(app, async (client) => {
    for (const attack of [
      "UPDATE changes SET actor_name = 'me'",
      // What becomes of rows whose account or user is gone is nothing for those that are there.
      "UPDATE changes SET actor_name = '(erased)' WHERE actor_kind = 'api_key'",
      "UPDATE changes SET object_name = '(erased)' WHERE account_id IN (SELECT account_id FROM accounts)",
      `UPDATE changes SET fields = redacted_fields(fields) WHERE account_id IN (SELECT account_id FROM accounts)
         AND action = 'create'`,
      "UPDATE changes SET changed_at = now(), object_name = '(erased)'",
      "UPDATE changes SET fields = '[]' WHERE action = 'create'",
      'DELETE FROM changes',
      'TRUNCATE changes',
    ]) {
      await expect(client.query(attack), attack).rejects.toThrow('append-only');
    }
  });
});

test('who is deleted is forgotten by it: names, addresses and URLs go, what was done stays', async () => {
  const accountId = await newAccount();
  const id = await newDestination(accountId);
  const personal = { email: 'personal@example.com', account_name: 'Person Al', website: 'https://person.example.com' };
  await app.request('PATCH', `/api/accounts/${accountId}/`, { body: personal });
  await app.request('PATCH', `/api/destinations/${id}/`, {
    body: { url: `${receiver.url}/token-in-a-path`, description: 'of Person Al', timeout_ms: 1234 },
  });
  await app.request('DELETE', `/api/accounts/${accountId}/`);
  const rows = [...(await historyOf(accountId)), ...(await historyOf(id))];
  expect(rows.map(({ action }) => action)).toEqual(['create', 'update', 'delete', 'create', 'update', 'delete']);
  expect(new Set(rows.map((row) => row.object_name))).toEqual(new Set(['(erased)']));
  expect(JSON.stringify(rows)).not.toMatch(/person|token-in-a-path|history\d+@|Ada/i);
  expect(rows[1]?.fields).toContainEqual({ field: 'website', before: null, after: '********' });
  expect(rows[4]?.fields).toContainEqual({ field: 'timeout_ms', before: 15_000, after: 1234 });
});

test('a user who is deleted is forgotten by it: as the one it was done to, and the one who did it', async () => {
  const created = await admin.record('users/actions/new', {
    email: 'leaver@example.com',
    role: 'superuser',
    password: PASSWORD,
  });
  const { id } = (created.json as { record: { id: string } }).record;
  const leaver = await loggedIn(app, 'leaver@example.com');
  const theirs = await leaver.record('users/actions/new', { email: 'stayer@example.com', role: 'viewer' });
  const stayer = (theirs.json as { record: { id: string } }).record.id;
  expect((await historyOf(stayer))[0]).toMatchObject({ actor_name: 'leaver@example.com' });
  await admin.json(`users/records/${id}/delete`, {});
  expect(JSON.stringify([...(await historyOf(id)), ...(await historyOf(stayer))])).not.toContain('leaver@');
  expect((await historyOf(stayer))[0]).toMatchObject({
    actor_name: '(erased)',
    actor_id: id,
    object_name: 'stayer@example.com',
  });
});

test('reading a signing secret is one entry an hour for each reader, which counts', async () => {
  const accountId = await newAccount();
  const id = await newDestination(accountId);
  const readAtOnce = (count: number) =>
    Promise.all(Array.from({ length: count }, () => app.get(`/api/destinations/${id}/signing-secret/`)));
  await readAtOnce(5);
  const reads = async (): Promise<unknown[]> =>
    (await historyOf(id)).filter(({ action }) => action === 'reveal_signing_secret').map(({ fields }) => fields);
  expect(await reads()).toEqual([[{ field: 'reads', before: null, after: 5 }]]);
  await app.post(`/api/destinations/${id}/signing-secret/rotate/`, {});
  await readAtOnce(1);
  expect(await reads()).toEqual([[{ field: 'reads', before: null, after: 5 }], []]);
});

test('an object shows its history to who may see it, page by page; the list of all is for superusers', async () => {
  const accountId = await newAccount();
  const id = await newDestination(accountId);
  for (let timeout = 1001; timeout <= 1030; timeout++) {
    await app.request('PATCH', `/api/destinations/${id}/`, { body: { timeout_ms: timeout } });
  }
  await addUser(app, 'viewer@example.com', 'viewer');
  const viewer = await loggedIn(app, 'viewer@example.com');
  const page = async (number: number): Promise<{ changes: unknown[]; count: unknown }> => {
    const asked = await viewer.get(`/admin/api/resources/accounts/records/${accountId}/history?page=${number}`);
    const { params } = (asked.json as { record: { params: Record<string, unknown> } }).record;
    return { changes: JSON.parse(String(params['changes'])) as unknown[], count: params['changes_count'] };
  };
  const [first, second] = await Promise.all([page(1), page(2)]);
  expect([first.changes.length, first.count, second.changes.length]).toEqual([25, 32, 7]);
  expect(first.changes[0]).toMatchObject({
    objectId: id,
    fields: [{ field: 'timeout_ms', before: 1029, after: 1030 }],
  });

  const list = '/admin/api/resources/history/actions/list?filters.search=EXAMPLE&filters.action=create';
  expect((await viewer.get(list)).text).not.toContain('admin@example.com');
  expect((await admin.get(list)).text).toContain('grace@example.com');
  expect(
    (await admin.get(`${list}&filters.changed_at~~from=2020-01-01&filters.changed_at~~to=2020-01-02`)).text,
  ).toContain('"records":[]');
});

test('every field of an account that can be written is told of', async () => {
  const id = await newAccount();
  const fields = {
    email: 'grace@example.org',
    account_name: 'Grace',
    website: 'https://grace.example.org',
    receive_rate_limit: 5,
  };
  await app.request('PUT', `/api/accounts/${id}/`, { body: fields });
  const told = (await historyOf(id))[1]?.fields.map(({ field, after }) => [field, after]);
  expect(Object.fromEntries(told ?? [])).toEqual(fields);
});
