import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { openPanelBrowser, type PanelBrowser } from '../support/panel-browser.js';
import { addUser, PASSWORD } from '../support/panel.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { newDestination, newSender, push } from '../support/sender.js';

const MAX_CLICKS = 11;
const NAMES = ['crm', 'billing', 'warehouse', 'statistics', 'archive'];
const EVENTS = 12;

let app: App;
let receiver: Receiver;
let browser: PanelBrowser;

beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp(), startReceiver()]);
  // The warehouse has moved, and says so to nobody but who reads its answer.
  receiver.answer(({ url }) =>
    url === '/warehouse' ? { status: 404, body: '{"error": "moved to /v2/warehouse"}' } : { status: 200 },
  );
  browser = await openPanelBrowser(app);
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
  await app.stop();
});

test('one destination of five breaks: found, understood, repaired and made good in under twelve clicks', async () => {
  const sender = await newSender(app);
  for (const name of NAMES) await newDestination(app, sender, `${receiver.url}/${name}`, { retry_schedule: [1] });
  for (let number = 0; number < EVENTS; number++) await push(app, sender, JSON.stringify({ number }));
  await expect
    .poll(async () => (await app.get<{ results: [] }>('/api/deliveries/?state=failed')).body.results.length, {
      timeout: 30_000,
    })
    .toBe(EVENTS);

  await addUser(app, 'ada@example.com');
  const page = await browser.open(null);
  const clicks = countClicks(page);
  await page.goto(`${app.url}/admin/login`);
  await page.fill('#email', 'ada@example.com');
  await page.fill('#password', PASSWORD);
  await clicks.on('button', 'Log in');

  await clicks.on('link', 'Deliveries');
  await clicks.on('link', 'Failed');
  await page.waitForURL(/state=failed/);
  await clicks.at(page, '[data-testid=delivery-row]');
  await page.getByText('The destination refused the request with 404: check the URL').first().waitFor();
  await page.getByText('moved to /v2/warehouse').last().waitFor();

  await clicks.on('link', 'Edit the destination');
  await page.fill('#url', `${receiver.url}/v2/warehouse`);
  await clicks.on('button', 'Save');
  await page.waitForURL(/destinations\/records\/.*\/show/);

  await clicks.on('link', 'Deliveries');
  await clicks.on('link', 'Failed');
  await clicks.on('button', 'Retry all failed');
  await page.getByText(`${EVENTS} failed deliveries will be sent again.`).waitFor();
  await clicks.on('button', 'Start');
  await page.locator('[data-testid=operation][data-state=finished]').waitFor();
  await page.getByText('No delivery matches this filter.').waitFor();
  await clicks.on('link', 'All');
  await expect.poll(() => page.getByTestId('delivery-row').count()).toBe(25);
  await expect.poll(() => page.locator('tbody .dp-state:not(.dp-state-delivered)').count()).toBe(0);
  expect(receiver.requests.filter(({ url }) => url === '/v2/warehouse')).toHaveLength(EVENTS);
  expect((await app.get<{ results: [] }>('/api/deliveries/?state=failed')).body.results).toEqual([]);
  expect(clicks.count()).toBeLessThanOrEqual(MAX_CLICKS);
  expect(browser.complaints).toEqual([]);
});

/** Clicks as a person would, and counts them. */
function countClicks(page: Page) {
  let count = 0;
  const at = async (within: Page, selector: string): Promise<void> => {
    count++;
    await within.locator(selector).first().click();
  };
  return {
    at,
    on: async (role: 'button' | 'link', name: string): Promise<void> => {
      count++;
      // The label of a button that asks first ends in dots.
      await page
        .getByRole(role, { name: new RegExp(`^\\s*${name}\\s*…?\\s*$`) })
        .first()
        .click();
    },
    count: () => count,
  };
}
