import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { openBrowser, openPage } from '../support/browser.js';
import { addUser, onDatabase, PASSWORD } from '../support/panel.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { newDestination, newSender, push } from '../support/sender.js';

const MAX_CLICKS = 11;
const NAMES = ['crm', 'billing', 'warehouse', 'statistics', 'archive'];
const FAILED = 12;
const HELD = 3;

let app: App;
let receiver: Receiver;
let browser: Browser;
let isGone = false;

beforeAll(async () => {
  [app, receiver, browser] = await Promise.all([startApp(), startReceiver(), openBrowser()]);
  // The warehouse has moved, and says so to nobody but who reads its answer; in the end it is gone for good.
  receiver.answer(({ url }) =>
    url === '/warehouse'
      ? { status: isGone ? 410 : 404, body: '{"error": "moved to /v2/warehouse"}' }
      : { status: 200 },
  );
  await addUser(app, 'ada@example.com');
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
  await app.stop();
});

test('one destination of five breaks: found, understood, repaired and made good in under twelve clicks', async () => {
  await breakTheWarehouse();
  const complaints: string[] = [];
  const page = await openPage(browser, app, complaints);
  const clicks = countClicks(page);
  await page.goto(`${app.url}/admin/login`);
  await page.fill('#email', 'ada@example.com');
  await page.fill('#password', PASSWORD);
  await clicks.on('button', 'Log in');

  const troubled = page.getByRole('region', { name: /Destinations that need a look/ });
  await troubled.getByText(`${FAILED} failed`, { exact: false }).waitFor();
  expect(await troubled.getByRole('listitem').count()).toBe(1);
  await clicks.on('link', 'see the attempt that failed last');
  await page.getByText('The destination answered 410, which means it is gone for good').first().waitFor();
  await page.getByText('moved to /v2/warehouse').last().waitFor();

  await clicks.on('link', 'Edit the destination');
  await page.fill('#url', `${receiver.url}/v2/warehouse`);
  await clicks.on('button', 'Save');
  await page.getByText(`${receiver.url}/v2/warehouse`).first().waitFor();
  await clicks.on('button', 'Enable');
  await clicks.on('button', 'Retry all failed to .*/v2/warehouse');
  await page.getByText(`Send ${FAILED} failed deliveries again?`).waitFor();
  await clicks.on('button', 'Retry');
  await receiver.waitFor((requests) => requests.filter(({ url }) => url === '/v2/warehouse').length === FAILED + HELD);

  await clicks.on('link', 'Data Pusher');
  await troubled.getByText('All destinations are enabled, and the latest attempt at each was delivered.').waitFor();
  await expect.poll(() => deliveriesThat('state=delivered')).toBe(NAMES.length * (FAILED + HELD));
  expect(await deliveriesThat('state=failed')).toBe(0);
  expect(await deliveriesThat('unfinished=true')).toBe(0);
  expect(clicks.count()).toBeLessThanOrEqual(MAX_CLICKS);
  expect(complaints).toEqual([]);
});

/** Some deliveries fail; then it is disabled, since it says that it is gone, and the rest is held. */
async function breakTheWarehouse(): Promise<void> {
  const sender = await newSender(app);
  for (const name of NAMES) await newDestination(app, sender, `${receiver.url}/${name}`, { retry_schedule: [] });
  for (let number = 1; number < FAILED; number++) await push(app, sender, JSON.stringify({ number }));
  await expect.poll(() => deliveriesThat('state=failed'), { timeout: 30_000 }).toBe(FAILED - 1);
  isGone = true;
  await push(app, sender, JSON.stringify({ number: FAILED }));
  await expect.poll(() => deliveriesThat('state=failed'), { timeout: 30_000 }).toBe(FAILED);
  for (let number = 0; number < HELD; number++) await push(app, sender, JSON.stringify({ held: number }));
  await expect.poll(() => deliveriesThat('state=held')).toBe(HELD);
  await expect.poll(lastError).toBe('gone');
}

/** What the overview tells; noted now and then, apart from the deliveries. */
async function lastError(): Promise<unknown> {
  const { rows } = await onDatabase(app, (client) =>
    client.query<{ last_error: string }>('SELECT last_error FROM destination_health WHERE failures > 0'),
  );
  return rows[0]?.last_error;
}

async function deliveriesThat(filter: string): Promise<number> {
  const { body } = await app.get<{ results: unknown[] }>(`/api/deliveries/?page_size=100&${filter}`);
  return body.results.length;
}

/** Clicks as a person would, and counts them. */
function countClicks(page: Page) {
  let count = 0;
  return {
    on: async (role: 'button' | 'link', name: string): Promise<void> => {
      count++;
      await page
        .getByRole(role, { name: new RegExp(`^\\s*${name}\\s*$`) })
        .first()
        .click();
    },
    count: () => count,
  };
}
