import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { addUser, loggedIn, onDatabase, PanelClient, type PanelResponse } from '../support/panel.js';

interface Action {
  readonly name: string;
  readonly actionType: string;
}

interface Resource {
  readonly id: string;
  readonly actions: readonly Action[];
}

/** The routes behind our own pages, by where they are registered. Those of the login have tests of their own. */
const PREFIXES: Readonly<Record<string, string>> = {
  'console/console.routes.ts': '/admin/api/console',
  'ledger/ledger.routes.ts': '/admin/api/ledger',
  'ledger/ledger-action.routes.ts': '/admin/api/ledger',
};
/** What is for superusers among them; operators may press all other buttons. */
const CONFIGURING = [/signing-secret/, /\/accounts$/, /\/destinations$/, /rotate-token/];

type Role = 'superuser' | 'operator' | 'viewer';

/** What everybody may do who may see a resource at all. */
const READING = new Set(['list', 'search', 'show', 'history']);
/** What operators may do beyond that, by resource. An action that stands nowhere here is refused to them. */
const OPERATING: Readonly<Record<string, readonly string[]>> = {};
const FOR_SUPERUSERS = new Set(['users', 'history']);
/** The ledger and the history are written by nobody in the panel. */
const READ_ONLY = new Set(['events', 'deliveries', 'history']);

function mayUse(role: Role, resource: string, action: string): boolean {
  if (FOR_SUPERUSERS.has(resource) && role !== 'superuser') return false;
  // An entry of the history has no page of its own.
  if (resource === 'history' && action === 'show') return false;
  if (READING.has(action)) return true;
  if (role === 'superuser') return !READ_ONLY.has(resource) && action !== 'bulkDelete';
  return role === 'operator' && (OPERATING[resource] ?? []).includes(action);
}

let app: App;
const people = new Map<Role, PanelClient>();
let resources: readonly Resource[];
let recordIds: Record<string, string>;

beforeAll(async () => {
  app = await startApp();
  for (const role of ['superuser', 'operator', 'viewer'] as const) {
    await addUser(app, `${role}@example.com`, role);
    people.set(role, await loggedIn(app, `${role}@example.com`));
  }
  const account = await app.post<{ account_id: string }>('/api/accounts/', {
    email: 'a@example.com',
    account_name: 'A',
  });
  const { account_id: accountId } = account.body;
  const fields = {
    account_id: accountId,
    url: 'https://receiver.example.com',
    http_method: 'POST',
    headers: { 'X-A': 'a' },
  };
  const destination = await app.post<{ id: string }>('/api/destinations/', fields);
  const victim = await addUser(app, 'victim@example.com', 'viewer');
  recordIds = { accounts: accountId, destinations: destination.body.id, users: victim };
  resources = await readResources(personOf('superuser'));
});
afterAll(async () => {
  await app.stop();
});

function personOf(role: Role): PanelClient {
  const person = people.get(role);
  if (!person) throw new Error(`Nobody is ${role}`);
  return person;
}

/** All that is registered, as the panel's own page has it: an action that is new is found by itself. */
async function readResources(person: PanelClient): Promise<readonly Resource[]> {
  const { text } = await person.get('/admin');
  const [, json = ''] = /<script type="application\/json"[^>]*>([^]*?)<\/script>/.exec(text) ?? [];
  return (JSON.parse(json) as { state: { resources: Resource[] } }).state.resources;
}

function pathOf(resource: string, { name, actionType }: Action): string {
  // An id that nothing has where the resource has no object: who may not is told so before anything is looked for.
  const id = recordIds[resource] ?? '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f';
  if (actionType === 'record') return `${resource}/records/${id}/${name}`;
  return actionType === 'bulk' ? `${resource}/bulk/${name}?recordIds=${id}` : `${resource}/actions/${name}`;
}

async function everyAction(
  role: Role,
  check: (what: string, isAllowed: boolean, post: () => Promise<PanelResponse>, get: PanelResponse) => Promise<void>,
): Promise<void> {
  const person = personOf(role);
  for (const { id, actions } of resources) {
    for (const action of actions) {
      const path = pathOf(id, action);
      const get = await person.get(`/admin/api/resources/${path}`);
      await check(`${role}: ${path}`, mayUse(role, id, action.name), () => person.json(path, {}), get);
    }
  }
}

function changesSoFar(): Promise<unknown> {
  return onDatabase(app, async (client) => {
    const { rows } = await client.query('SELECT count(*) FROM changes');
    return rows[0] as unknown;
  });
}

test('the matrix covers what there is', () => {
  const names = resources.flatMap(({ id, actions }) => actions.map(({ name }) => `${id} ${name}`));
  expect(names).toEqual(expect.arrayContaining(['accounts rotateToken', 'destinations edit', 'users passwordLink']));
  expect(resources.map(({ id }) => id)).toEqual(expect.arrayContaining(['events', 'deliveries', 'history']));
});

test.each(['viewer', 'operator'] as const)('the %s is refused every action that is not theirs', async (role) => {
  const before = await changesSoFar();
  await everyAction(role, async (what, isAllowed, post, get) => {
    expect(get.status, `GET ${what}`).toBe(isAllowed ? 200 : 403);
    if (!isAllowed) expect((await post()).status, `POST ${what}`).toBe(403);
  });
  expect(await changesSoFar()).toEqual(before);
});

test('the superuser is refused what nobody may do, and nothing else', async () => {
  await everyAction('superuser', async (what, isAllowed, post, get) => {
    // Some are no reading: those answer 405.
    expect(isAllowed ? [200, 405] : [403], `GET ${what}`).toContain(get.status);
    if (!isAllowed) expect((await post()).status, `POST ${what}`).toBe(403);
  });
});

/** All routes that change something, read from where they stand: a new one is covered by itself. */
async function buttonRoutes(): Promise<string[]> {
  const folder = new URL('../../src/admin/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.routes.ts'));
  const routes = files
    .filter((name) => !name.startsWith('login/'))
    .map(async (name) => {
      const source = await readFile(new URL(name, folder), 'utf8');
      const prefix = PREFIXES[name];
      if (prefix === undefined) throw new Error(`${name}: say under which prefix its routes stand`);
      return [...source.matchAll(/\.post\(\s*['`]([^'`]+)['`]/g)].map(([, path]) => `${prefix}${path ?? ''}`);
    });
  return (await Promise.all(routes)).flat();
}

test('behind the buttons of our own pages: viewers may press none, operators those that configure nothing', async () => {
  const routes = await buttonRoutes();
  expect(routes).toContain('/admin/api/console/destinations/:id/enable');
  for (const route of routes) {
    // Of something that is not there: who may press the button is told so, the others that they may not.
    const path = route.replaceAll(/:\w+/g, '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f');
    const statusFor = async (role: Role): Promise<number> => (await personOf(role).press(path)).status;
    expect(await statusFor('viewer'), `viewer: ${route}`).toBe(403);
    const isForSuperusers = CONFIGURING.some((pattern) => pattern.test(route));
    expect((await statusFor('operator')) === 403, `operator: ${route}`).toBe(isForSuperusers);
    expect(await statusFor('superuser'), `superuser: ${route}`).not.toBe(403);
  }
});

test('a role that was taken away counts from the next request on, and who is disabled is logged out', async () => {
  const userId = await addUser(app, 'changing@example.com', 'operator');
  const person = await loggedIn(app, 'changing@example.com');
  const superuser = personOf('superuser');
  const edit = (fields: Record<string, string>): Promise<PanelResponse> =>
    superuser.record(`users/records/${userId}/edit`, { email: 'changing@example.com', role: 'superuser', ...fields });
  expect((await person.get('/admin/api/resources/users/actions/list')).status).toBe(403);
  await edit({});
  expect((await person.get('/admin/api/resources/users/actions/list')).status).toBe(200);
  await edit({ is_enabled: 'false' });
  expect((await person.get('/admin/api/dashboard')).status).toBe(401);
  expect((await person.logIn('changing@example.com')).status).toBe(401);
  await edit({ is_enabled: 'true' });
  expect((await person.logIn('changing@example.com')).status).toBe(303);
});

test('the last superuser who may log in stays one', async () => {
  const others = await onDatabase(app, async (client) => {
    await client.query(`UPDATE users SET role = 'viewer' WHERE email <> 'superuser@example.com'`);
    return (await client.query<{ user_id: string }>(`SELECT user_id FROM users WHERE role = 'superuser'`)).rows;
  });
  const path = `users/records/${others[0]?.user_id}`;
  const same = { email: 'superuser@example.com', role: 'superuser' };
  for (const fields of [
    { ...same, is_enabled: 'false' },
    { ...same, role: 'operator' },
  ]) {
    expect((await personOf('superuser').record(`${path}/edit`, fields)).text).toContain('This is the last superuser');
  }
  expect((await personOf('superuser').record(`${path}/delete`, {})).text).toContain('This is the last superuser');
});

test('a password link works once, for a user without a password too, and not for who is disabled', async () => {
  const superuser = personOf('superuser');
  const created = await superuser.record('users/actions/new', { email: 'linked@example.com', role: 'viewer' });
  const { id } = (created.json as { record: { id: string } }).record;
  const makeLink = async (): Promise<string> => {
    const { json } = await superuser.json(`users/records/${id}/passwordLink`, {});
    const { params } = (json as { record: { params: Record<string, string> } }).record;
    return new URL(params['password_link'] ?? '').searchParams.get('token') ?? '';
  };
  const [old, token] = [await makeLink(), await makeLink()];
  const person = new PanelClient(app.url);
  expect((await person.get(`/admin/set-password?token=${old}`)).status).toBe(410);
  expect((await person.get(`/admin/set-password?token=${token}`)).text).toContain('linked@example.com');
  expect((await person.form('/admin/set-password', { token, password: 'short' })).status).toBe(400);
  const password = 'a password by link';
  const answers = await Promise.all(
    [1, 2].map(() => new PanelClient(app.url).form('/admin/set-password', { token, password })),
  );
  expect(answers.map(({ status }) => status).sort((one, other) => one - other)).toEqual([303, 410]);
  expect((await person.logIn('linked@example.com', password)).status).toBe(303);

  const unused = await makeLink();
  const disabled = { email: 'linked@example.com', role: 'viewer', is_enabled: 'false' };
  await superuser.record(`users/records/${id}/edit`, disabled);
  expect((await person.form('/admin/set-password', { token: unused, password })).status).toBe(410);
});
