import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser } from '../support/browser.js';
import { startApi, type TestApi } from '../support/start-api.js';

let api: TestApi;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const foreign: string[] = [];

beforeAll(async () => {
  api = await startApi();
  browser = await openBrowser();
  page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(api.url)) foreign.push(request.url());
  });
});
afterAll(async () => {
  await browser.close();
  await api.stop();
});

it('Swagger UI authorizes by its button and sends the example of an operation', async () => {
  await page.goto(`${api.url}/docs/`);
  await page.locator('button.authorize').first().click();
  await page.locator('.auth-container input').first().fill(api.adminKey);
  await page.locator('.auth-container button.authorize').first().click();
  await page.locator('.btn-done').first().click();
  const operation = page.locator('#operations-accounts-createAccount');
  await operation.locator('.opblock-summary-control').click();
  await operation.locator('button.execute').click();
  const status = operation.locator('.live-responses-table tr.response td.response-col_status');
  await status.first().waitFor();
  expect(await status.first().textContent()).toContain('201');
});

it('loads nothing from elsewhere and breaks no policy', () => {
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
});
