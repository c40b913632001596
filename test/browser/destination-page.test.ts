import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { logIn, openBrowser, openPage, PHONE } from '../support/browser.js';
import { addUser } from '../support/panel.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, type Sender } from '../support/sender.js';

let app: App;
let browser: Browser;
let page: Page;
let receiver: Receiver;
let sender: Sender;
let id: string;
const complaints: string[] = [];

beforeAll(async () => {
  [app, browser, receiver] = await Promise.all([startApp(), openBrowser(), startReceiver()]);
  for (const role of ['superuser', 'operator', 'viewer'] as const) await addUser(app, `${role}@example.com`, role);
  sender = await newSender(app);
  id = await newDestination(app, sender, `${receiver.url}/hook?shop=7`, {
    headers: { 'X-Api-Key': 's3cret', 'X-Tag': ['one', 'two'] },
    description: 'The shop',
    event_types: ['order.created'],
    rate_limit: 50,
    retry_schedule: [90, 7200],
  });
  page = await openPage(browser, app, complaints);
});
afterAll(async () => {
  await browser.close();
  await app.stop();
  await receiver.close();
});
beforeEach(() => {
  complaints.length = 0;
});

const pathOf = (destinationId: string): string => `/admin/resources/destinations/records/${destinationId}/show`;
const part = (name: string | RegExp): ReturnType<Page['getByRole']> => page.getByRole('region', { name });

test('it says what the destination is, secrets masked', async () => {
  await logIn(page, app, 'superuser@example.com', pathOf(id));
  await page.getByRole('heading', { name: `POST ${receiver.url}/hook?shop=7` }).waitFor();
  await part('Health').getByText('Nothing has been sent to it yet.').waitFor();
  const settings = await part('Settings').innerText();
  for (const shown of ['Sender', 'The shop', 'X-Api-Key: ********', 'X-Tag: one\nX-Tag: two', 'order.created']) {
    expect(settings).toContain(shown);
  }
  expect(settings.replaceAll('\u00a0', ' ')).toMatch(/50 a second[^]*1\.5 min, 2 h/);
  expect(await page.content()).not.toContain('s3cret');
  expect(complaints).toEqual([]);
});

test('a test event shows what went out and what came back, whichever way it ends', async () => {
  receiver.answer({ status: 201, headers: { 'x-answer': 'yes' }, body: '{"stored":true}' });
  await page.getByRole('button', { name: 'Send test event' }).click();
  const result = part('Test event').getByRole('status');
  await result.getByText('201', { exact: true }).waitFor();
  const shown = await result.innerText();
  for (const text of [`POST ${receiver.url}/hook?shop=7`, 'X-Tag: two', 'data_pusher.test', 'x-answer: yes']) {
    expect(shown).toContain(text);
  }
  expect(shown).toContain('{"stored":true}');
  expect(shown).not.toContain('s3cret');
  receiver.answer({ status: 404, body: '<script>alert(1)</script>' });
  await page.getByRole('button', { name: 'Send test event' }).click();
  await result.getByText('404', { exact: true }).waitFor();
  await result.getByText('<script>alert(1)</script>').waitFor();
  // A test is no delivery: nothing is kept of it.
  await part('Recent attempts').getByText('Nothing has been sent to it yet.').waitFor();
  expect(complaints).toEqual([]);
});

test('attempts appear as they are made, with their outcome; what failed is sent again', async () => {
  const shaky = await newDestination(app, sender, `${receiver.url}/shaky`, { retry_schedule: [] });
  receiver.answer({ status: 500 });
  await page.goto(app.url + pathOf(shaky));
  await part('Health').getByText('Nothing has been sent to it yet.').waitFor();
  await push(app, sender, '{"n":1}');
  await part('Health').getByText('500 Server error').waitFor();
  const attempts = part('Recent attempts').getByRole('listitem');
  await attempts.getByRole('link', { name: '500 Server error' }).waitFor();
  await page.getByRole('img', { name: /^Attempts in the last hour\. .*Server error \(5xx\): 1;/ }).waitFor();
  receiver.answer({ status: 200 });
  await page.getByRole('button', { name: `Retry all failed to ${receiver.url}/shaky` }).click();
  await part('Health').getByRole('button', { name: 'Retry' }).click();
  await receiver.waitFor((requests) => requests.filter(({ url }) => url === '/shaky').length === 2);
  await part('Health').getByText('1 sent again.').waitFor();
  await attempts.getByRole('link', { name: 'Delivered' }).waitFor();
  await part('Health').getByText('The latest attempt was delivered.').waitFor();
  expect(await attempts.count()).toBe(2);
  await page.getByRole('link', { name: 'All its deliveries' }).click();
  await page.waitForURL(new RegExp(`[?]destination_id=${shaky}`));
  await page.getByTestId('delivery-row').getByText(`${receiver.url}/shaky`).waitFor();
  expect(complaints).toEqual([]);
});

test('a circuit that opened is told, and when it is tried again', async () => {
  const down = await newDestination(app, sender, `${receiver.url}/down`, { retry_schedule: [3600] });
  receiver.answer({ status: 503 });
  for (let number = 0; number < 12; number++) await push(app, sender, '{"n":2}');
  await page.goto(app.url + pathOf(down));
  await part('Health').getByText('down', { exact: true }).waitFor();
  await part('Health')
    .getByText(/Circuit open: what waits is kept back, and tried again/)
    .waitFor();
  expect(complaints).toEqual([]);
});

test('it is disabled and enabled at a click', async () => {
  await page.goto(app.url + pathOf(id));
  await page.getByRole('button', { name: 'Disable' }).click();
  await part('Health').getByText('Disabled by a person.', { exact: false }).waitFor();
  expect((await app.get(`/api/destinations/${id}/`)).body).toMatchObject({ enabled: false });
  await page.getByRole('button', { name: 'Enable' }).click();
  await page.getByRole('button', { name: 'Disable' }).waitFor();
  expect((await app.get(`/api/destinations/${id}/`)).body).toMatchObject({ enabled: true });
  expect(complaints).toEqual([]);
});

test('the signing secret is shown when it is asked for, and rotated', async () => {
  const stored = async (): Promise<string> =>
    (await app.get<{ secret: string }>(`/api/destinations/${id}/signing-secret/`)).body.secret;
  const first = await stored();
  expect(await page.content()).not.toContain(first);
  await page.getByRole('button', { name: 'Reveal' }).click();
  expect(await page.getByTestId('signing-secret').innerText()).toBe(first);
  await page.getByRole('button', { name: 'Rotate' }).click();
  await page.getByLabel('The old secret goes on signing, too,').selectOption('for one more week');
  await page.getByRole('button', { name: 'Make a new secret' }).click();
  await page.getByText(first).waitFor({ state: 'detached' });
  const second = await page.getByTestId('signing-secret').innerText();
  expect(second).toMatch(/^whsec_/);
  expect(second).toBe(await stored());
  await page.getByRole('button', { name: 'Hide' }).click();
  expect(await page.content()).not.toContain(second);
  expect(complaints).toEqual([]);
});

test('an operator may try it out and mend it, a viewer only looks', async () => {
  const buttonsOf = async (role: string): Promise<string[]> => {
    const own = await openPage(browser, app, complaints);
    await logIn(own, app, `${role}@example.com`, pathOf(id));
    await own.getByRole('region', { name: 'Recent attempts' }).waitFor();
    const names = await own.locator('.dp-console .dp-button').allInnerTexts();
    await own.context().close();
    return names;
  };
  expect(await buttonsOf('viewer')).toEqual(['History']);
  expect(await buttonsOf('operator')).toEqual(['History', 'Disable', 'Send test event']);
  expect(complaints).toEqual([]);
});

test('it fits a phone', async () => {
  const phone = await openPage(browser, app, complaints, PHONE);
  await logIn(phone, app, 'superuser@example.com', pathOf(id));
  await phone.getByRole('region', { name: 'Recent attempts' }).waitFor();
  await phone.getByRole('button', { name: 'Send test event' }).click();
  await phone.getByRole('status').getByText('503', { exact: true }).waitFor();
  await expect.poll(() => phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await phone.context().close();
  expect(complaints).toEqual([]);
});
