import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { logIn, openBrowser, openPage, PHONE } from '../support/browser.js';
import { addUser, loggedIn } from '../support/panel.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, push, type Sender } from '../support/sender.js';

let app: App;
let browser: Browser;
let page: Page;
let good: Receiver;
let shaky: Receiver;
let sender: Sender;
const complaints: string[] = [];

beforeAll(async () => {
  [app, browser, good, shaky] = await Promise.all([startApp(), openBrowser(), startReceiver(), startReceiver()]);
  for (const role of ['superuser', 'operator', 'viewer'] as const) await addUser(app, `${role}@example.com`, role);
  page = await openPage(browser, app, complaints);
});
afterAll(async () => {
  await browser.close();
  await app.stop();
  await Promise.all([good.close(), shaky.close()]);
});
beforeEach(() => {
  complaints.length = 0;
});

/** The value of one of the figures at the top. */
async function expectFigure(label: string, value: string): Promise<void> {
  const tile = page.locator('.dp-tile', { has: page.getByText(label, { exact: true }) });
  await tile.getByText(value, { exact: true }).waitFor();
}

const needsALook = (): ReturnType<Page['locator']> =>
  page.getByRole('region', { name: /Destinations that need a look/ });

test('an empty install leads from nothing to the first event at its destination, on one page', async () => {
  await logIn(page, app, 'superuser@example.com');
  await page.getByRole('heading', { name: 'Welcome to Data Pusher' }).waitFor();

  await page.getByLabel('Name').fill('Example Ltd');
  await page.getByLabel('Email').fill('nobody');
  await page.getByRole('button', { name: 'Add the account' }).click();
  await page.getByText('Must be an email address such as ops@example.com.').waitFor();
  await page.getByLabel('Email').fill('ops@example.com');
  await page.getByRole('button', { name: 'Add the account' }).click();
  const token = await page.getByTestId('token').innerText();

  await page.getByLabel('URL').fill('https://user:secret@receiver.example.com/');
  await page.getByRole('button', { name: 'Add the destination' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('URL').fill(`${good.url}/first`);
  await page.getByRole('button', { name: 'Add the destination' }).click();

  await page.getByText(`CL-X-TOKEN: ${token}`).waitFor();
  await page.getByText('Waiting for the first event').waitFor();
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await page.getByText('It has arrived at its destination.').waitFor();
  await page.getByRole('status').getByText('delivered', { exact: true }).waitFor();
  const [received] = await good.waitFor(1);
  expect(received).toMatchObject({ method: 'POST', url: '/first' });
  expect(received?.header('x-source')).toBe('data-pusher');

  await page.getByRole('button', { name: 'Go to the overview' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await expectFigure('Accepted', '1');
  await expectFigure('Delivered', '1');
  await expectFigure('Failed', '0');
  await expectFigure('Workers', '1');
  const accountId = (await app.get<{ results: { account_id: string }[] }>('/api/accounts/')).body.results[0]
    ?.account_id;
  sender = { accountId: accountId ?? '', token };
  expect(complaints).toEqual([]);
});

test('a token that was not kept is replaced, so that sending goes on', async () => {
  await page.goto(`${app.url}/admin`);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const { body } = await app.get<{ results: { id: string }[] }>('/api/destinations/');
  const id = body.results[0]?.id ?? '';
  await app.request('DELETE', `/api/destinations/${id}/`);
  await page.getByRole('heading', { name: 'Welcome to Data Pusher' }).waitFor();
  await newDestination(app, sender, `${good.url}/second`);
  await page.getByRole('button', { name: 'Make a new one' }).click();
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await good.waitFor((requests) => requests.some(({ url }) => url === '/second'));
  await page.getByRole('button', { name: 'Go to the overview' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a destination that breaks shows by itself, with why and its last attempt; its failures are sent again', async () => {
  for (const path of ['/a', '/b', '/c']) await newDestination(app, sender, good.url + path);
  await newDestination(app, sender, `${shaky.url}/shaky`, { retry_schedule: [] });
  shaky.answer({ status: 503, body: 'closed for today' });
  await needsALook().getByText('All destinations are enabled').waitFor();
  await push(app, sender, '{"order":1}');
  await push(app, sender, '{"order":2}');

  const row = needsALook().getByRole('listitem');
  await row.getByText('503 Server error').waitFor();
  expect(await row.count()).toBe(1);
  await row.getByText('2 failed', { exact: false }).waitFor();
  await expectFigure('Failed', '2');
  const failures = page.getByRole('region', { name: 'Latest failures' });
  await expect.poll(() => failures.getByRole('listitem').count()).toBe(2);
  await row.getByRole('link', { name: 'see the attempt that failed last' }).click();
  await page.getByText('closed for today').last().waitFor();
  await page.goBack();
  await page.locator('a.dp-tile', { hasText: 'Failed' }).click();
  await expect.poll(() => page.getByTestId('delivery-row').count()).toBe(2);
  await page.goBack();

  shaky.answer({ status: 200 });
  await page.getByRole('button', { name: `Retry all failed to ${shaky.url}/shaky` }).click();
  await row.getByText('Send 2 failed deliveries again?').waitFor();
  await row.getByRole('button', { name: 'Retry' }).click();
  await shaky.waitFor(4);
  await needsALook().getByText('All destinations are enabled').waitFor();
  await expectFigure('Waiting', '0');
  expect(complaints).toEqual([]);
});

test('what a disabled destination holds is told, and goes on at a click', async () => {
  const url = `${shaky.url}/held`;
  await newDestination(app, sender, url, { enabled: false });
  await push(app, sender, '{"order":3}');
  const row = needsALook().getByRole('listitem');
  await row.getByText('Disabled by a person.', { exact: false }).waitFor();
  await expectFigure('Held', '1');
  await row.getByText('1 held', { exact: false }).waitFor();
  await page.getByRole('button', { name: `Enable ${url}` }).click();
  await shaky.waitFor((requests) => requests.some((request) => request.url === '/held'));
  await needsALook().getByText('All destinations are enabled').waitFor();
  await expectFigure('Held', '0');
  expect(complaints).toEqual([]);
});

test('the charts say in words and in a table what they show, for the time in the address', async () => {
  await page.getByRole('button', { name: 'the last 24 hours' }).click();
  await page.waitForURL(/\?span=24h$/);
  await page
    .getByRole('img', { name: /^Attempts in the last 24 hours\. Delivered \(2xx\): \d+; .*Server error \(5xx\): 2;/ })
    .waitFor();
  await page
    .getByRole('img', { name: /^Time from accepted to delivered in the last 24 hours\. .*p95\): \d/ })
    .waitFor();
  await page.getByText('As a table').first().click();
  const cells = page.getByRole('region', { name: 'Values of the chart' }).first().getByRole('row');
  expect(await cells.count()).toBeGreaterThan(1);
  await page.reload();
  await page.getByText('events in the last 24 hours').waitFor();
  expect(await page.getByRole('button', { name: 'the last 24 hours' }).getAttribute('aria-pressed')).toBe('true');
  expect(complaints).toEqual([]);
});

test('it asks again by itself, not while nobody looks, and says when it gets no answer', async () => {
  const watched = await openPage(browser, app, complaints);
  await logIn(watched, app, 'viewer@example.com', '/admin/resources/accounts');
  let asked = 0;
  watched.on('request', (request) => (asked += request.url().includes('/console/overview') ? 1 : 0));
  // It stands still: only runFor moves it.
  await watched.clock.install();
  await watched.clock.pauseAt(Date.now() + 60_000);
  await watched.goto(`${app.url}/admin`);
  await watched.getByRole('heading', { name: 'Overview' }).waitFor();
  const answered = (): Promise<unknown> => watched.waitForResponse((response) => response.url().includes('/overview'));
  await Promise.all([answered(), watched.clock.runFor(5_000)]);
  expect(asked).toBe(2);
  const look = (hidden: boolean): Promise<unknown> =>
    watched.evaluate(
      `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
       document.dispatchEvent(new Event('visibilitychange'))`,
    );
  await look(true);
  await watched.clock.runFor(60_000);
  expect(asked).toBe(2);
  await Promise.all([answered(), look(false)]);
  expect(asked).toBe(3);
  await watched.route('**/console/overview*', (route) => route.abort());
  await watched.clock.runFor(5_000);
  await watched.getByRole('alert').getByText('The service did not answer.', { exact: false }).waitFor();
  await watched.context().close();
  expect(complaints).toEqual([]);
});

test('who may only look finds no button, and is refused; an operator may mend but not configure', async () => {
  await newDestination(app, sender, `${shaky.url}/off`, { enabled: false });
  const viewing = await openPage(browser, app, complaints);
  await logIn(viewing, app, 'viewer@example.com');
  await viewing.getByText(`POST ${shaky.url}/off`).waitFor();
  expect(await viewing.getByRole('button', { name: /Enable|Retry/ }).count()).toBe(0);
  await viewing.context().close();
  const { body } = await app.get<{ results: { id: string }[] }>('/api/destinations/?enabled=false');
  const path = `/admin/api/console/destinations/${body.results[0]?.id}`;
  const post = async (role: string, action: string): Promise<number> => {
    const client = await loggedIn(app, `${role}@example.com`);
    return (await client.press(path + action)).status;
  };
  expect(await post('viewer', '/enable')).toBe(403);
  expect(await post('operator', '/enable')).toBe(200);
  expect(await post('viewer', '/disable')).toBe(403);
  expect(await post('operator', '/disable')).toBe(200);
  expect(await post('operator', '/signing-secret')).toBe(403);
  expect(complaints).toEqual([]);
});

test('it fits a phone', async () => {
  const phone = await openPage(browser, app, complaints, PHONE);
  await logIn(phone, app, 'viewer@example.com');
  await phone.getByRole('img', { name: /^Attempts/ }).waitFor();
  await expect.poll(() => phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await phone.context().close();
  expect(complaints).toEqual([]);
});
