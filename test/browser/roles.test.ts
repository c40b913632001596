import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { logIn, openBrowser, openPage, PHONE } from '../support/browser.js';
import { addUser } from '../support/panel.js';

let app: App;
let browser: Browser;
let accountId: string;
const complaints: string[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
  for (const role of ['superuser', 'operator', 'viewer'] as const) await addUser(app, `${role}@example.com`, role);
  const account = { account_name: 'Example Ltd', email: 'ops@example.com' };
  accountId = (await app.post<{ account_id: string }>('/api/accounts/', account)).body.account_id;
  const fields = { url: 'https://receiver.example.com', http_method: 'POST', headers: { 'X-A': 'a' } };
  await app.post(`/api/accounts/${accountId}/destinations/`, fields);
});
afterAll(async () => {
  await browser.close();
  await app.stop();
});

/** The buttons of an account's page, by what they say. */
async function buttonsFor(role: string): Promise<string[]> {
  const page = await openPage(browser, app, complaints);
  await logIn(page, app, `${role}@example.com`, `/admin/resources/accounts/records/${accountId}/show`);
  await page.getByRole('link', { name: 'https://receiver.example.com' }).waitFor();
  const texts = await page.locator('.dp-console').getByRole('button').allInnerTexts();
  const menu = await page.locator('nav, section').getByText('Users', { exact: true }).count();
  await page.context().close();
  const known = ['Edit', 'Delete', 'Rotate token', 'History', 'Add a destination', 'Test', 'Disable'];
  return [...known.filter((name) => texts.some((text) => text.trim() === name)), ...(menu > 0 ? ['Users'] : [])];
}

test('everybody finds the buttons of their role, and no others', async () => {
  expect(await buttonsFor('viewer')).toEqual(['History']);
  expect(await buttonsFor('operator')).toEqual(['History', 'Test', 'Disable']);
  expect(await buttonsFor('superuser')).toEqual([
    'Edit',
    'Delete',
    'Rotate token',
    'History',
    'Add a destination',
    'Test',
    'Disable',
    'Users',
  ]);
  expect(complaints).toEqual([]);
});

test('a superuser invites somebody by a link, who sets a password and is in; disabled, they are out', async () => {
  const page = await openPage(browser, app, complaints);
  await logIn(page, app, 'superuser@example.com', '/admin/resources/users/actions/new');
  await page.fill('#email', 'grace@example.com');
  await page.getByTestId('property-edit-role').locator('input').first().fill('oper');
  await page.keyboard.press('Enter');
  await page.getByTestId('button-save').click();
  await page.getByTestId('action-passwordLink').first().click();
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = new URL(await page.getByTestId('link').innerText());

  const guest = await openPage(browser, app, complaints, PHONE);
  await guest.goto(app.url + link.pathname + link.search);
  await guest.getByText('grace@example.com').waitFor();
  await guest.fill('#password', 'grace has a password');
  await guest.getByRole('button', { name: 'Set the password and log in' }).click();
  await guest.waitForURL(`${app.url}/admin`);

  await page.goto(page.url().replace(/\/passwordLink.*/, '/edit'));
  await page.getByText('May log in').first().click();
  await page.getByTestId('button-save').click();
  await page.waitForURL(/\/show/);
  await guest.reload();
  await guest.waitForURL(/\/admin\/login/);
  expect(complaints).toEqual([]);
});
