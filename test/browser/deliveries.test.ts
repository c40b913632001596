import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { logIn, openBrowser, openPage } from '../support/browser.js';
import { fillFinished } from '../support/ledger.js';
import { addUser, onDatabase } from '../support/panel.js';
import { startReceiver, type Answer, type Receiver } from '../support/receiver.js';
import { newDestination, newSender, push, type Sender } from '../support/sender.js';

/** What a receiver could try on who looks at its answer. */
const HOSTILE =
  '<script>alert(1)</script><img src=x onerror="alert(2)"><a href="javascript:alert(3)">x</a></pre></script>';

let app: App;
let receiver: Receiver;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
let sender: Sender;
let failing: string;

beforeAll(async () => {
  [app, receiver, browser] = await Promise.all([startApp(), startReceiver(), openBrowser()]);
  receiver.answer((request): Answer =>
    request.url.startsWith('/broken')
      ? { status: 500, headers: { 'content-type': 'text/html', 'x-note': HOSTILE.slice(0, 25) }, body: HOSTILE }
      : { status: 200, headers: { 'content-type': 'application/json' }, body: '{"taken":12345678901234567890}' },
  );
  sender = await newSender(app);
  await newDestination(app, sender, `${receiver.url}/fine`, { headers: { 'X-Api-Key': 's3cret' } });
  failing = await newDestination(app, sender, `${receiver.url}/broken?${'long=parameter&'.repeat(12)}`, {
    retry_schedule: [1],
    event_types: ['order.created'],
  });
  await addUser(app, 'ada@example.com');
  page = await openPage(browser, app, complaints);
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
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

const list = (query = ''): string => `${app.url}/admin/resources/deliveries${query}`;
const rows = () => page.getByTestId('delivery-row');
const row = (text: string) => rows().filter({ hasText: text });

test('an empty list says what will come, and the first delivery shows up by itself', async () => {
  await page.goto(list());
  await page.getByText('Nothing has been delivered yet.').waitFor();
  await push(app, sender, '{"hello": "world"}', { 'CL-X-EVENT-TYPE': 'greeting', 'CL-X-EVENT-ID': 'first-1' });
  await row('greeting').filter({ hasText: 'delivered' }).first().waitFor();
  await page.getByRole('switch', { name: 'Live' }).click();
  await page.waitForURL(/live=off/);
  await page.getByRole('switch', { name: 'Live' }).click();
  await push(app, sender, '{}', { 'CL-X-EVENT-TYPE': 'second' });
  await row('second').first().waitFor();
  expect(await rows().first().innerText()).toContain('second');
});

test('one box finds by our ids and by the sender’s', async () => {
  const { body } = await app.get<{ results: { id: string; event_id: string }[] }>(
    '/api/deliveries/?event_type=greeting',
  );
  const [delivery] = body.results;
  const find = async (text: string): Promise<void> => {
    await page.goto(list());
    await page.getByLabel('Find by ID').fill(text);
    await page.keyboard.press('Enter');
  };
  await find(` ${delivery?.id} `);
  await page.waitForURL(`**/deliveries/records/${delivery?.id}/show`);
  for (const text of [delivery?.event_id ?? '', 'first-1']) {
    await find(text);
    await page.waitForURL(`**/events/records/${delivery?.event_id}/show`);
  }
  await find('nobody');
  await expect.poll(() => page.getByRole('search').innerText()).toContain('Nothing here has the id “nobody”.');
});

test('a failed delivery is found by a preset, and explained attempt by attempt', async () => {
  const eventId = await push(app, sender, '{"order": 4711}', { 'CL-X-EVENT-TYPE': 'order.created' });
  const { body } = await app.get<{ results: { id: string }[] }>(
    `/api/deliveries/?event_id=${eventId}&destination_id=${failing}`,
  );
  await page.goto(list());
  await page.getByRole('link', { name: 'Failed, last hour' }).click();
  await page.waitForURL(/state=failed&finished_within=1h/);
  await page.locator(`[data-id="${body.results[0]?.id}"]`).click();
  await page.getByText('The destination failed with 500: look into its own log for this time.').first().waitFor();
  expect(await page.getByTestId('attempt').count()).toBe(2);
  const last = page.getByTestId('attempt').last();
  await last.getByRole('list', { name: 'Timings' }).getByText('Total').waitFor();
  expect(await last.getByLabel('Headers of request 2').innerText()).toContain('webhook-id');
  expect(await last.getByLabel('Body of request 2').innerText()).toBe('{\n  "order": 4711\n}');
  await last.getByRole('button', { name: 'Raw' }).click();
  expect(await last.getByLabel('Body of request 2').innerText()).toBe('{"order": 4711}');
});

test('a receiver’s answer is text, whatever it is', async () => {
  const last = page.getByTestId('attempt').last();
  expect(await last.getByLabel('Body of response 2').innerText()).toBe(HOSTILE);
  expect(await page.locator('img[src="x"], a[href^="javascript"]').count()).toBe(0);
});

test('a request is copied as curl, its secrets masked', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(list('?state=delivered'));
  await rows().first().click();
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByText('Copied').waitFor();
  const copied: string = await page.evaluate('navigator.clipboard.readText()');
  expect(copied).toContain(`curl -i -X POST '${receiver.url}/fine'`);
  expect(copied).toContain(`-H 'X-Api-Key: ********'`);
  expect(copied).not.toContain('s3cret');
  await page.getByText('12345678901234567890').waitFor();
});

test('what is mended is retried and seen to arrive without loading the page again', async () => {
  await app.request('PATCH', `/api/destinations/${failing}/`, { body: { url: `${receiver.url}/fine` } });
  await page.goto(list('?state=failed'));
  await rows().first().click();
  await page.getByRole('button', { name: 'Retry', exact: true }).click();
  await page.locator('.dp-summary .dp-state-delivered').waitFor();
  expect(await page.getByTestId('attempt').count()).toBe(3);
  await page.getByRole('button', { name: 'Replay as a new delivery' }).click();
  await page.getByRole('link', { name: 'the new delivery' }).click();
  await page.locator('.dp-summary .dp-state-delivered').waitFor();
  await expect.poll(() => page.getByTestId('attempt').count()).toBe(1);
});

test('what waits at a disabled destination is enabled or cancelled', async () => {
  await app.request('PATCH', `/api/destinations/${failing}/`, { body: { enabled: false } });
  const ids = [];
  for (const number of [1, 2]) {
    ids.push(await push(app, sender, JSON.stringify({ number }), { 'CL-X-EVENT-TYPE': 'order.created' }));
  }
  await page.goto(list('?state=held'));
  await expect.poll(() => rows().count()).toBe(2);
  await rows().first().click();
  await page.getByText('Why: Disabled by a person.').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.dp-summary .dp-state-cancelled').waitFor();
  await page.goto(list('?state=held'));
  await rows().first().click();
  await page.getByRole('button', { name: 'Enable the destination' }).click();
  await page.locator('.dp-summary .dp-state-delivered').waitFor();
});

test('filters are addresses: free ones, by keyboard, each to be removed', async () => {
  await page.goto(list());
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('combobox', { name: 'Account' }).fill('send');
  await page.getByRole('option', { name: 'Sender' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByLabel('Status code').fill('200');
  await page.getByLabel('Event type').fill('greeting');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL(new RegExp(`account_id=${sender.accountId}.*last_status=200.*event_type=greeting`));
  await expect.poll(() => rows().count()).toBe(1);
  await page.getByRole('link', { name: 'Remove the filter type greeting' }).click();
  await expect.poll(() => rows().count()).toBeGreaterThan(1);
  await page.goto(list('?last_status=299'));
  await page.getByText('No delivery matches this filter.').waitFor();
  await page.goto(list('?last_status=often'));
  await page.getByRole('alert').getByText('must be a whole number').waitFor();
});

test('pages go on from where one is, and nothing is counted', async () => {
  const common = { accountId: sender.accountId, destinationId: failing };
  await onDatabase(app, (client) =>
    fillFinished(async (text, values) => (await client.query(text, values)).rows, {
      ...common,
      count: 60,
      state: 'delivered',
      reason: null,
    }),
  );
  await page.goto(list());
  const seen = new Set<string>();
  const remember = async (): Promise<void> => {
    for (const one of await rows().all()) seen.add((await one.getAttribute('data-id')) ?? '');
  };
  await expect.poll(() => rows().count()).toBe(25);
  await remember();
  const firstId = (): Promise<string | null> => rows().first().getAttribute('data-id');
  const newest = await firstId();
  await page.getByRole('link', { name: 'Older' }).click();
  await page.waitForURL(/cursor=/);
  // The address changes first, what is drawn after that.
  await expect.poll(firstId).not.toBe(newest);
  await remember();
  expect(seen.size).toBe(50);
  await page.getByRole('link', { name: 'Newest' }).click();
  await page.waitForURL(list());
  const { body } = await app.get<object>('/api/deliveries/');
  expect(Object.keys(body)).toEqual(['next', 'previous', 'results']);
});

test('a long URL stays on one line at any width', async () => {
  await app.request('PATCH', `/api/destinations/${failing}/`, {
    body: { url: `${receiver.url}/${'long/'.repeat(60)}` },
  });
  await push(app, sender, '{}', { 'CL-X-EVENT-TYPE': 'order.created' });
  for (const width of [1280, 1180, 1100]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(list('?event_type=order.created'));
    const cell = row('long/long').first().locator('.dp-grow');
    await cell.waitFor();
    const { height, width: wide } = (await cell.boundingBox()) ?? { height: 0, width: 0 };
    expect(height, `${width} px`).toBeLessThan(60);
    expect(wide, `${width} px`).toBeGreaterThan(120);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('an event shows its payload whole or cut, and is replayed to chosen destinations', async () => {
  const large = JSON.stringify({ text: 'x'.repeat(100_000), end: 'the end' });
  await push(app, sender, large, { 'CL-X-EVENT-TYPE': 'large' });
  await page.goto(`${app.url}/admin/resources/events?event_type=large`);
  await page.getByTestId('event-row').first().click();
  await page.getByText('Only the beginning is shown.').waitFor();
  expect(await page.getByLabel('Payload').innerText()).not.toContain('the end');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download 97.7 KiB' }).click(),
  ]);
  expect(await readFile(await download.path(), 'utf8')).toBe(large);
  // One is skipped: that destination wants other types.
  await expect.poll(() => rows().count()).toBe(2);
  await page.getByRole('checkbox', { name: /\/fine/ }).check();
  await page.getByRole('button', { name: 'Replay to 1 destination' }).click();
  await page.getByText('Sent once more to one destination.').waitFor();
  await expect.poll(() => rows().filter({ hasText: 'delivered' }).count()).toBe(2);
});

test('nothing of it can be edited, and a viewer finds no button that does anything', async () => {
  await page.goto(list('?event_type=greeting&state=delivered'));
  const id = await rows().first().getAttribute('data-id');
  const edit = await page.request.get(`${app.url}/admin/api/resources/deliveries/records/${id}/edit`);
  expect(edit.status()).toBe(403);
  await addUser(app, 'viewer@example.com', 'viewer');
  const viewer = await openPage(browser, app, complaints);
  await logIn(viewer, app, 'viewer@example.com');
  await viewer.goto(`${app.url}/admin/resources/deliveries/records/${id}/show`);
  await viewer.getByTestId('attempt').first().waitFor();
  for (const name of ['Retry', 'Replay as a new delivery', 'Cancel']) {
    expect(await viewer.getByRole('button', { name, exact: true }).count(), name).toBe(0);
  }
  await viewer.goto(list('?state=delivered'));
  await viewer.getByTestId('delivery-row').first().waitFor();
  expect(await viewer.getByRole('checkbox').count()).toBe(0);
  const refused = await viewer.request.post(`${app.url}/admin/api/ledger/deliveries/${id}/retry`, {
    headers: { origin: app.url },
    data: {},
  });
  expect(refused.status()).toBe(403);
  await viewer.context().close();
});
