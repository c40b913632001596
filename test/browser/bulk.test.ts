import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { logIn, openBrowser, openPage } from '../support/browser.js';
import { fillFinished } from '../support/ledger.js';
import { addUser, onDatabase } from '../support/panel.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { newDestination, newSender, push, type Sender } from '../support/sender.js';

const FAILED = 400;

let app: App;
let receiver: Receiver;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
let sender: Sender;
let destination: string;

beforeAll(async () => {
  [app, receiver, browser] = await Promise.all([startApp(), startReceiver(), openBrowser()]);
  sender = await newSender(app);
  destination = await newDestination(app, sender, `${receiver.url}/bulk`);
  await fill({ count: FAILED });
  await addUser(app, 'ada@example.com');
  page = await openPage(browser, app, complaints);
  await logIn(page, app, 'ada@example.com');
});
afterAll(async () => {
  await browser.close();
  await receiver.close();
  await app.stop();
});
afterEach(() => {
  expect(complaints).toEqual([]);
});

function fill(more: { count: number; state?: string; reason?: string | null }): Promise<string[]> {
  const common = { accountId: sender.accountId, destinationId: destination };
  return onDatabase(app, (client) =>
    fillFinished(async (text, values) => (await client.query(text, values)).rows, { ...common, ...more }),
  );
}

const list = (query: string): string => `${app.url}/admin/resources/deliveries${query}`;
const rows = () => page.getByTestId('delivery-row');
const button = (name: string) => page.getByRole('button', { name });
const operation = (state: string) => page.locator(`[data-testid=operation][data-state=${state}]`);

/** How many a second are sent again, from the next step on. */
function setPace(pace: number): Promise<unknown> {
  return onDatabase(app, (client) => client.query('UPDATE replays SET pace = $1, next_step_at = now()', [pace]));
}

test('all of a filter is counted first, then sent again, with a progress that survives a reload', async () => {
  await page.goto(list('?state=failed'));
  await button('Retry all failed').click();
  await page.getByText(`${FAILED} failed deliveries will be sent again.`).waitFor();
  expect(receiver.requests).toHaveLength(0);
  await button('Not now').click();
  await button('Retry all failed').click();
  await page.getByText(`${FAILED} failed deliveries will be sent again.`).waitFor();
  // It is not to end before it has been looked at and paused, however long that takes.
  await setPace(5);
  await button('Start').click();
  const progress = operation('running').getByRole('progressbar');
  await progress.waitFor();
  await expect.poll(async () => Number(await progress.getAttribute('value'))).toBeGreaterThan(0);
  await page.reload();
  await progress.waitFor();
  const value = Number(await progress.getAttribute('value'));
  expect(value).toBeGreaterThan(0);
  expect(Number(await progress.getAttribute('max'))).toBe(FAILED);
  await button('Pause').click();
  await operation('paused').waitFor();
  await setPace(5_000);
  await button('Go on').click();
  await operation('finished').getByText(`finished: ${FAILED} handed on`).waitFor();
  await receiver.waitFor(FAILED);
  await page.getByText('No delivery matches this filter.').waitFor();
});

test('chosen rows only, each kind with what can be done with it', async () => {
  await fill({ count: 3 });
  receiver.clear();
  await page.goto(list('?state=failed'));
  await rows().nth(2).waitFor();
  for (const index of [0, 1]) await rows().nth(index).getByRole('checkbox').check();
  await page.getByText('2 selected:').waitFor();
  await button('Retry 2 failed').click();
  await page.getByText('2 failed deliveries will be sent again.').waitFor();
  await button('Start').click();
  await receiver.waitFor(2);
  await expect.poll(() => rows().count()).toBe(1);
  expect(receiver.requests).toHaveLength(2);
});

test('what was delivered is replayed anew', async () => {
  receiver.clear();
  await page.goto(list('?state=delivered'));
  await rows().first().getByRole('checkbox').check();
  await button('Replay 1 delivered').click();
  await page.getByText('1 delivered deliveries will be sent once more, as new deliveries.').waitFor();
  await button('Start').click();
  expect(await receiver.waitFor(1)).toHaveLength(1);
});

test('destinations are disabled and enabled in bulk; a page loaded again goes on where things are', async () => {
  const other = await newDestination(app, sender, `${receiver.url}/other`);
  await page.goto(`${app.url}/admin/resources/destinations`);
  await page.getByText('/other').first().waitFor();
  // AdminJS draws its boxes over the real ones.
  for (const box of await page.locator('tbody input[type=checkbox]').all()) await box.click({ force: true });
  await expect.poll(() => page.locator('tbody input[type=checkbox]:checked').count()).toBe(2);
  await page.getByTestId('action-disableChosen').click();
  await page.getByText('2 of 2 to go.').waitFor();
  await button('Disable 2').click();
  await page.getByText('All 2 are disabled.').waitFor();
  expect((await app.get(`/api/destinations/${other}/`)).body).toMatchObject({ enabled: false });
  await app.request('PATCH', `/api/destinations/${other}/`, { body: { enabled: true } });
  await page.reload();
  await page.getByText('1 of 2 to go.').waitFor();
  await page.goto(page.url().replace('disableChosen', 'enableChosen'));
  await button('Enable 1').click();
  await page.getByText('All 2 are enabled.').waitFor();
  expect((await app.get(`/api/destinations/${destination}/`)).body).toMatchObject({ enabled: true });
});

test('what waits is cancelled in bulk, by a superuser only', async () => {
  await app.request('PATCH', `/api/destinations/${destination}/`, { body: { enabled: false } });
  for (let number = 0; number < 3; number++) await push(app, sender, JSON.stringify({ number }));
  await addUser(app, 'operator@example.com', 'operator');
  const operator = await openPage(browser, app, complaints);
  await logIn(operator, app, 'operator@example.com');
  await operator.goto(list('?unfinished=true'));
  await operator.getByRole('button', { name: 'Attempt now' }).waitFor();
  expect(await operator.getByRole('button', { name: 'Cancel all waiting' }).count()).toBe(0);
  const refused = await operator.request.post(`${app.url}/admin/api/ledger/operations`, {
    headers: { origin: app.url },
    data: { action: 'cancel', state: 'waiting' },
  });
  expect(refused.status()).toBe(403);
  await operator.context().close();

  await page.goto(list('?state=held'));
  await button('Cancel all held').click();
  await page.getByText('3 held deliveries will be cancelled: they are not sent.').waitFor();
  await button('Start').click();
  await page.getByText('No delivery matches this filter.').waitFor();
  const { body } = await app.get<{ results: { reason: string }[] }>('/api/deliveries/?state=cancelled');
  expect(body.results.map(({ reason }) => reason)).toEqual(Array(3).fill('cancelled_by_person'));
  await app.request('PATCH', `/api/destinations/${destination}/`, { body: { enabled: true } });
});

async function exported(name: string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
  return readFile(await download.path(), 'utf8');
}

test('what the filter shows is exported whole, over many pages of the ledger', async () => {
  await fill({ count: 1_300, state: 'failed', reason: 'timed_out' });
  await page.goto(list('?state=failed&reason=timed_out'));
  await rows().first().waitFor();
  const lines = (await exported('CSV')).trimEnd().split('\r\n');
  expect(lines).toHaveLength(1_301);
  expect(lines[0]).toMatch(/^id,event_id,account_id,destination_id,http_method,url,state,/);
  expect(new Set(lines.slice(1).map((line) => line.split(',')[0])).size).toBe(1_300);
  const records = (await exported('NDJSON'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; state: string; reason: string });
  expect(records.map(({ id }) => id)).toEqual(lines.slice(1).map((line) => line.split(',')[0]));
  expect(records.every(({ state, reason }) => state === 'failed' && reason === 'timed_out')).toBe(true);
});

test('what a spreadsheet would run as a formula is exported as text', async () => {
  const formula = '=HYPERLINK("http://evil.example/";"x")';
  await push(app, sender, '{}', { 'CL-X-EVENT-TYPE': formula, 'CL-X-EVENT-ID': '@SUM(A1)' });
  await page.goto(`${app.url}/admin/resources/events?event_type=${encodeURIComponent(formula)}`);
  await page.getByTestId('event-row').first().waitFor();
  const [, line] = (await exported('CSV')).split('\r\n');
  expect(line).toContain(`,"'=HYPERLINK(""http://evil.example/"";""x"")",`);
  expect(line).toContain(`,'@SUM(A1),`);
});
