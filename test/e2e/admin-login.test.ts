import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { addSetupLink, addUser, loggedIn, onDatabase, PanelClient, PASSWORD } from '../support/panel.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.stop();
});

test('the setup link makes the first superuser, once, and leaves nothing else to be used', async () => {
  const browser = new PanelClient(app.url);
  const token = await addSetupLink(app);
  expect((await browser.get('/admin/setup?token=wrong')).status).toBe(410);
  expect(
    (await browser.form('/admin/setup', { token: 'wrong', email: 'a@b.example', password: PASSWORD })).status,
  ).toBe(410);
  const shown = await browser.get(`/admin/setup?token=${token}`);
  expect(shown.status).toBe(200);
  expect(shown.headers.get('referrer-policy')).toBe('same-origin');

  const short = await browser.form('/admin/setup', { token, email: 'root@example.com', password: 'too short' });
  expect(short.status).toBe(400);
  expect(short.text).toContain('Must have at least 12 characters.');

  const fields = { token, email: 'root@example.com', password: PASSWORD };
  const answers = await Promise.all([1, 2].map(() => new PanelClient(app.url).form('/admin/setup', fields)));
  expect(answers.map(({ status }) => status).sort((one, other) => one - other)).toEqual([303, 410]);
  expect((await browser.get(`/admin/setup?token=${token}`)).status).toBe(410);
  expect((await browser.get(`/admin/setup?token=${await addSetupLink(app)}`)).status).toBe(410);
});

test('who is not logged in is sent to the login, and back afterwards; the API of the panel answers 401', async () => {
  await addUser(app, 'back@example.com');
  const browser = new PanelClient(app.url);
  const asked = await browser.get('/admin/resources/accounts?page=2');
  expect(asked.status).toBe(303);
  expect(asked.headers.get('location')).toBe('/admin/login?next=%2Fadmin%2Fresources%2Faccounts%3Fpage%3D2');
  expect((await browser.get('/admin/api/dashboard')).status).toBe(401);
  expect((await browser.json('accounts/actions/new', {})).status).toBe(401);

  const login = await browser.get(asked.headers.get('location') ?? '');
  expect(login.text).toContain('value="/admin/resources/accounts?page=2"');
  const next = '/admin/resources/accounts?page=2';
  const entered = await browser.form('/admin/login', { email: 'BACK@example.com', password: PASSWORD, next });
  expect(entered.headers.get('location')).toBe(next);
  const elsewhere = { email: 'back@example.com', password: PASSWORD, next: 'https://evil.example/' };
  expect((await browser.form('/admin/login', elsewhere)).headers.get('location')).toBe('/admin');
});

test('a wrong password and an unknown email get the same answer', async () => {
  await addUser(app, 'known@example.com');
  const browser = new PanelClient(app.url);
  const known = await browser.logIn('known@example.com', 'not this password');
  const unknown = await browser.logIn('unknown@example.com', 'not this password');
  expect([known.status, unknown.status]).toEqual([401, 401]);
  const anonymous = (text: string): string => text.replaceAll(/(un)?known@|nonce="[^"]*"/g, '');
  expect(anonymous(known.text)).toBe(anonymous(unknown.text));
  expect(browser.cookie).toBeNull();
});

test('logins and wrong credentials are logged with where they came from, and nothing that was typed', async () => {
  const userId = await addUser(app, 'logged@example.com');
  const browser = new PanelClient(app.url);
  const typed = 'a password typed into the wrong field';
  const forged = { 'x-forwarded-for': '192.0.2.66' };
  await browser.form('/admin/login', { email: typed, password: typed }, forged);
  await browser.logIn('logged@example.com');
  await app.get('/api/accounts/', { apiKey: 'dpk_not-a-key' });
  await app.post('/server/incoming_data/', {}, { headers: { 'CL-X-TOKEN': 'dpt_not-a-token' } });
  // No proxy is trusted here, so what a request says of its origin counts for nothing.
  const address = '127.0.0.1';
  await app.waitForLog((line) => line.msg === 'login refused' && line['address'] === address);
  await app.waitForLog((line) => line.msg === 'logged in' && line['user_id'] === userId && line['address'] === address);
  for (const route of ['/api/accounts', '/server/incoming_data']) {
    await app.waitForLog((line) => line.msg === 'wrong credential' && String(line['route']).startsWith(route));
  }
  for (const secret of [typed, 'not-a-', '192.0.2.66']) expect(app.output()).not.toContain(secret);
});

test('every login gets a new session: one planted before, or used before, gets nobody in', async () => {
  await addUser(app, 'fixed@example.com');
  const browser = await loggedIn(app, 'fixed@example.com');
  const earlier = browser.cookie;
  const name = earlier?.split('=')[0] ?? '';
  await browser.logIn('fixed@example.com');
  expect(browser.cookie).not.toBe(earlier);

  const victim = new PanelClient(app.url);
  victim.cookie = `${name}=${'a'.repeat(43)}`;
  const entered = await victim.logIn('fixed@example.com');
  expect(entered.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict; Path=\/admin$/);
  for (const cookie of [earlier, `${name}=${'a'.repeat(43)}`]) {
    const attacker = new PanelClient(app.url);
    attacker.cookie = cookie;
    expect((await attacker.get('/admin/api/dashboard')).status).toBe(401);
  }
});

test('logging out goes by POST and ends the session on the server', async () => {
  await addUser(app, 'leaver@example.com');
  const browser = await loggedIn(app, 'leaver@example.com');
  const cookie = browser.cookie;
  const byLink = await browser.get('/admin/logout');
  expect([byLink.status, byLink.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await browser.get('/admin/api/dashboard')).status).toBe(200);
  expect((await browser.form('/admin/logout', {})).headers.get('location')).toBe('/admin/login');
  browser.cookie = cookie;
  expect((await browser.get('/admin/api/dashboard')).status).toBe(401);
});

test('a session ends after two hours without a request, and after a day in any case', async () => {
  await addUser(app, 'idle@example.com');
  for (const change of [`seen_at = now() - interval '121 minutes'`, `created_at = now() - interval '25 hours'`]) {
    const browser = await loggedIn(app, 'idle@example.com');
    expect((await browser.get('/admin/api/dashboard')).status).toBe(200);
    await onDatabase(app, (client) => client.query(`UPDATE admin_sessions SET ${change}`));
    expect((await browser.get('/admin/api/dashboard')).status).toBe(401);
  }
});

test('changing the password needs the current one and ends the other sessions', async () => {
  await addUser(app, 'changer@example.com');
  const browser = await loggedIn(app, 'changer@example.com');
  const other = await loggedIn(app, 'changer@example.com');
  const password = 'another long password';
  expect((await browser.form('/admin/password', { current: 'wrong', password })).status).toBe(400);
  expect((await browser.form('/admin/password', { current: PASSWORD, password: 'short' })).status).toBe(400);
  expect((await browser.form('/admin/password', { current: PASSWORD, password })).status).toBe(200);
  expect((await browser.get('/admin/api/dashboard')).status).toBe(200);
  expect((await other.get('/admin/api/dashboard')).status).toBe(401);
  expect((await other.logIn('changer@example.com')).status).toBe(401);
  expect((await other.logIn('changer@example.com', password)).status).toBe(303);
});

test('changes are accepted from pages of ours only', async () => {
  await addUser(app, 'origin@example.com');
  const browser = await loggedIn(app, 'origin@example.com');
  const fields = { account_name: 'Planted', email: 'planted@example.com' };
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
    expect((await browser.record('accounts/actions/new', fields, headers)).status).toBe(403);
    expect((await browser.form('/admin/logout', {}, headers)).status).toBe(403);
    expect((await browser.form('/admin/login', { email: 'x@example.com', password: PASSWORD }, headers)).status).toBe(
      403,
    );
  }
  expect((await browser.record('accounts/actions/new', fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await browser.get('/admin/api/dashboard', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await app.get<{ count: number }>('/api/accounts/?search=planted')).body.count).toBe(0);
});

test('guessing is slowed down for the user who is guessed, with the time to wait; others are not', async () => {
  await addUser(app, 'guessed@example.com');
  await addUser(app, 'other@example.com');
  const browser = new PanelClient(app.url);
  const guesses = await Promise.all(
    Array.from({ length: 12 }, () => browser.logIn('Guessed@example.com', 'not this password')),
  );
  const statuses = guesses.map(({ status }) => status).sort((one, other) => one - other);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  const refused = await browser.logIn('guessed@example.com');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(100);
  expect(refused.text).toContain('Too many attempts. Try again in 3 minutes.');
  expect((await browser.logIn('other@example.com')).status).toBe(303);
});
