import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { logIn, openBrowser, openPage } from '../support/browser.js';
import { addUser } from '../support/panel.js';

let app: App;
let browser: Browser;
let page: Page;
let accountId: string;
let id: string;
const complaints: string[] = [];

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp(), openBrowser()]);
  await addUser(app, 'ada@example.com');
  page = await openPage(browser, app, complaints);
  const account = { account_name: 'Example Ltd', email: 'ops@example.com' };
  accountId = (await app.post<{ account_id: string }>('/api/accounts/', account)).body.account_id;
  const url = 'https://receiver.example.com/hook';
  const fields = { url, http_method: 'POST', headers: { 'X-Api-Key': 'planted' } };
  id = (await app.post<{ id: string }>(`/api/accounts/${accountId}/destinations/`, fields)).body.id;
  await app.request('PATCH', `/api/destinations/${id}/`, {
    body: { max_concurrency: 4, headers: { 'X-Api-Key': 'p2' } },
  });
});
afterAll(async () => {
  await browser.close();
  await app.stop();
});

const entries = (): ReturnType<Page['locator']> => page.locator('.dp-history > li');

test('an object tells what was changed by the API and in the panel, by whom, and no secret', async () => {
  await logIn(page, app, 'ada@example.com', `/admin/resources/destinations/records/${id}/edit`);
  await page.fill('#description', 'The shop');
  await page.getByTestId('button-save').click();
  // Saved: until then there is nothing of it to be read.
  await page.waitForURL(/\/show\b/);
  await page.getByRole('button', { name: 'History' }).click();
  await page.waitForURL(`${app.url}/admin/resources/destinations/records/${id}/history`);
  await entries().first().waitFor();
  const [latest = '', byApi = ''] = await entries().allInnerTexts();
  expect(latest).toMatch(/^ada@example\.com \(panel\) changed[^]*Description[^]*The shop/);
  expect(byApi).toMatch(/^BOOTSTRAP_API_KEY \(API key\) changed[^]*Attempts at once\s+16\s+4/);
  expect(byApi).toContain('Header X-Api-Key');
  expect(await page.content()).not.toContain('planted');
  expect(await entries().count()).toBe(3);
  expect(complaints).toEqual([]);
});

test("an account's history holds that of its destinations, each a click away", async () => {
  await page.goto(`${app.url}/admin/resources/accounts/records/${accountId}/history`);
  await entries().first().waitFor();
  expect(await entries().count()).toBe(4);
  await entries().first().getByRole('link', { name: 'https://receiver.example.com/hook' }).click();
  await page.waitForURL(`${app.url}/admin/resources/destinations/records/${id}/show`);
  expect(complaints).toEqual([]);
});

test('the list of all changes is searched and filtered, and leads to the object', async () => {
  await page.goto(`${app.url}/admin/resources/history?filters.action=update&filters.search=ADA@`);
  const row = page.locator('tbody tr[data-id]');
  await row.getByText('ada@example.com', { exact: true }).waitFor();
  expect(await row.count()).toBe(1);
  await row.locator('summary').click();
  await row.getByRole('cell', { name: 'The shop' }).waitFor();
  expect(complaints).toEqual([]);
});
