import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { logIn, openBrowser, openPage } from '../support/browser.js';
import { addUser } from '../support/panel.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { newDestination, newSender, push, untilState } from '../support/sender.js';

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

let app: App;
let receiver: Receiver;
let browser: Browser;
let page: Page;
const complaints: string[] = [];
const ids = { account: '', destination: '', event: '', delivery: '', user: '' };

beforeAll(async () => {
  [app, receiver, browser] = await Promise.all([startApp(), startReceiver(), openBrowser()]);
  receiver.answer({ status: 404, body: '<p>nothing here</p>' });
  const sender = await newSender(app);
  ids.account = sender.accountId;
  ids.destination = await newDestination(app, sender, `${receiver.url}/${'a-long-path/'.repeat(20)}`, {
    retry_schedule: [],
    headers: { Authorization: 'Bearer s3cret', 'X-Tag': ['one', 'two'] },
  });
  ids.event = await push(app, sender, '{"hello": "world"}', { 'CL-X-EVENT-TYPE': 'order.created' });
  ids.delivery = (await untilState(app, ids.event, 'failed')).id;
  ids.user = await addUser(app, 'ada@example.com');
  page = await openPage(browser, app, complaints, { timezoneId: 'Asia/Tokyo', locale: 'en-GB' });
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

/** Every page of the panel, by the text that tells that it is there. */
const PAGES: readonly (readonly [path: () => string, ready: string])[] = [
  [() => '', 'Latest failures'],
  [() => '/resources/accounts', 'Sender'],
  [() => '/resources/accounts/actions/new', 'Save'],
  [() => `/resources/accounts/records/${ids.account}/show`, 'Sender'],
  [() => `/resources/accounts/records/${ids.account}/edit`, 'Save'],
  [() => `/resources/accounts/records/${ids.account}/rotateToken`, 'Rotate the token'],
  [() => '/resources/destinations', 'a-long-path'],
  [() => '/resources/destinations/actions/new', 'Save'],
  [() => `/resources/destinations/records/${ids.destination}/show`, 'a-long-path'],
  [() => `/resources/destinations/records/${ids.destination}/edit`, 'Save'],
  [() => `/resources/destinations/bulk/disableChosen?recordIds=${ids.destination}`, '1 of 1 to go'],
  [() => '/resources/events', 'order.created'],
  [() => `/resources/events/records/${ids.event}/show`, '"hello"'],
  [() => '/resources/deliveries?state=failed', 'Retry all failed'],
  [() => '/resources/deliveries?last_status=299', 'No delivery matches'],
  [() => `/resources/deliveries/records/${ids.delivery}/show`, 'refused the request with 404'],
  [() => `/resources/destinations/records/${ids.destination}/history`, 'History'],
  [() => `/resources/accounts/records/${ids.account}/delete`, 'Delete'],
  [() => '/resources/history', 'ada@example.com'],
  [() => '/resources/users', 'ada@example.com'],
  [() => '/resources/users/actions/new', 'Save'],
  [() => `/resources/users/records/${ids.user}/show`, 'ada@example.com'],
  [() => `/resources/users/records/${ids.user}/edit`, 'Save'],
  [() => `/resources/users/records/${ids.user}/passwordLink`, 'link'],
  [() => `/resources/accounts/records/${ids.account}/history`, 'created'],
  [() => '/password', 'Change your password'],
  [() => '/nowhere', 'There is no such page'],
];

async function open(path: string, ready: string): Promise<void> {
  await page.goto(`${app.url}/admin${path}`);
  await page.locator('body', { hasText: ready }).waitFor();
}

async function expectAccessible(path: string, shown = page): Promise<void> {
  await shown.evaluate(axe.source);
  const { violations }: { violations: Violation[] } = await shown.evaluate('axe.run()');
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
  expect(serious, path).toEqual([]);
}

/** By how much the page, or what scrolls in it, is wider than the window. */
const OVERFLOW = `Math.max(...[document.documentElement, document.querySelector('[data-css=app-content]')]
  .filter(Boolean).map((element) => element.scrollWidth - element.clientWidth))`;

test.each(PAGES)(
  'page %# has nothing serious for axe, in light and dark, and fits every width',
  async (path, ready) => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await open(path(), ready);
      await expectAccessible(`${path()} in ${colorScheme}`);
    }
    for (const width of [1280, 1100, 768, 390]) {
      await page.setViewportSize({ width, height: 844 });
      await expect.poll(() => page.evaluate(OVERFLOW), { message: `${path()} at ${width} px` }).toBe(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  },
);

test('neither have the login and the form over an account’s page', async () => {
  const guest = await openPage(browser, app, complaints);
  for (const colorScheme of ['dark', 'light'] as const) {
    await guest.emulateMedia({ colorScheme });
    await guest.goto(`${app.url}/admin/login`);
    await expectAccessible(`login in ${colorScheme}`, guest);
    await page.emulateMedia({ colorScheme });
    await open(`/resources/accounts/records/${ids.account}/show`, 'Add a destination');
    await page.getByRole('button', { name: 'Add a destination' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).waitFor();
    await expectAccessible(`form in ${colorScheme}`);
  }
  await guest.context().close();
});

test('the colours follow the system, or what was chosen, which is kept', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open('/resources/deliveries', 'order.created');
  const background = () => page.evaluate(`getComputedStyle(document.querySelector('.dp-ledger')).backgroundColor`);
  const dark = await background();
  await page.getByLabel('Colours').selectOption('light');
  await page.waitForFunction(`document.documentElement.dataset.theme === 'light'`);
  await page.getByTestId('delivery-row').first().waitFor();
  expect(await background()).toBe('rgb(255, 255, 255)');
  expect(dark).not.toBe('rgb(255, 255, 255)');
  await open('/resources/events', 'order.created');
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
  await page.getByLabel('Colours').selectOption('auto');
  await page.waitForFunction(`document.documentElement.dataset.theme === 'dark'`);
});

test('times are in the reader’s zone, with UTC on hover', async () => {
  await open(`/resources/events/records/${ids.event}/show`, '"hello"');
  const time = page.locator('dd time').first();
  const iso = (await time.getAttribute('datetime')) ?? '';
  expect(await time.getAttribute('title')).toBe(`${iso.replace('T', ' ').replace('Z', '')} UTC`);
  const inTokyo = new Date(Date.parse(iso) + 9 * 3_600_000).toISOString().slice(11, 19);
  expect(await time.innerText()).toContain(inTokyo);
});

test('the keyboard is enough to go from the list into a delivery and back', async () => {
  await open('/resources/deliveries', 'order.created');
  const link = page.getByTestId('delivery-row').first().getByRole('link');
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await link.and(page.locator(':focus')).count()) break;
  }
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/deliveries/records/${ids.delivery}/show`);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Menu' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('[data-css=sidebar]').getAttribute('class')).toContain('visible');
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('an address that leads nowhere answers people with a page and programs with a problem', async () => {
  await open('/nowhere/at-all', 'There is no such page');
  await page.getByRole('link', { name: 'Go to the panel' }).click();
  await page.waitForURL(`${app.url}/admin`);
  const accept = { accept: 'application/json' };
  const answer = await page.request.get(`${app.url}/admin/nowhere`, { headers: accept });
  expect([answer.status(), answer.headers()['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
  const api = await page.request.get(`${app.url}/admin/api/ledger/deliveries/nothing`);
  expect([api.status(), api.headers()['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
});

test('an error of the service is told, and asked again when one wants to', async () => {
  let fails = true;
  await page.route('**/admin/api/ledger/deliveries?*', (route) =>
    fails
      ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"error": "away"}' })
      : route.continue(),
  );
  await page.goto(`${app.url}/admin/resources/deliveries?live=off`);
  await page.getByRole('alert').getByText('The database is away').waitFor();
  fails = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => page.getByTestId('delivery-row').count()).toBe(1);
  await page.unroute('**/admin/api/ledger/deliveries?*');
});
