import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { addUser, onDatabase, PanelClient, PASSWORD } from '../support/panel.js';

/** Two processes behind a proxy that is believed: each request says where it comes from. */
let app: App;
beforeAll(async () => {
  app = await startApp({ env: { PROCESSES: '2', TRUSTED_PROXIES: '127.0.0.0/8' } });
});
afterAll(async () => {
  await app.stop();
});

async function logIn(email: string, from: string, password = PASSWORD): Promise<number> {
  const browser = new PanelClient(app.url);
  const headers = { 'x-forwarded-for': from, connection: 'close' };
  return (await browser.form('/admin/login', { email, password }, headers)).status;
}

async function guess(email: string, from: (number: number) => string, times: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let number = 0; number < times; number++) statuses.push(await logIn(email, from(number), 'wrong'));
  return statuses;
}

test('one budget over all processes: the eleventh guess is refused whichever answers', async () => {
  await addUser(app, 'shared@example.com');
  const statuses = await guess('Shared@example.com', () => '192.0.2.1', 11);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  expect(await logIn('shared@example.com', '192.0.2.1')).toBe(429);
});

test('guesses from many other places do not lock a user out where they have logged in before', async () => {
  await addUser(app, 'known@example.com');
  expect(await logIn('known@example.com', '2001:db8:1:2::7')).toBe(303);
  const statuses = await guess('known@example.com', (number) => `198.51.100.${number}`, 11);
  expect(statuses.at(-1)).toBe(429);
  expect(await logIn('known@example.com', '203.0.113.9')).toBe(429);
  expect(await logIn('known@example.com', '2001:db8:1:2:ffff::1')).toBe(303);
});

test('one address is slowed down whomever it guesses; a right password takes nothing of its budget', async () => {
  await addUser(app, 'office@example.com');
  for (let time = 0; time < 3; time++) expect(await logIn('office@example.com', '192.0.2.99')).toBe(303);
  const guesses = Array.from({ length: 33 }, (_, number) =>
    logIn(`nobody${number}@example.com`, '192.0.2.99', 'wrong'),
  );
  const refused = (await Promise.all(guesses)).filter((status) => status === 429);
  expect(refused).toHaveLength(3);
  const kept = await onDatabase(app, (client) => client.query('SELECT 1 FROM login_throttles'));
  expect(kept.rowCount).toBeLessThan(60);
});
