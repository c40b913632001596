import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { logIn, openBrowser, openPage } from '../support/browser.js';
import { addUser } from '../support/panel.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

let app: App;
let browser: Browser;
let page: Page;
let receiver: Receiver;
let accountId: string;
let token: string;
const complaints: string[] = [];

beforeAll(async () => {
  [app, browser, receiver] = await Promise.all([startApp(), openBrowser(), startReceiver()]);
  await addUser(app, 'superuser@example.com');
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

const destinations = (): ReturnType<Page['getByRole']> => page.getByRole('region', { name: 'Destinations' });
const dialog = (): ReturnType<Page['getByRole']> => page.getByRole('dialog');
const save = (): Promise<void> => dialog().getByTestId('button-save').click();

test('a new account shows its token once, then its page says where data goes: nowhere yet', async () => {
  await logIn(page, app, 'superuser@example.com', '/admin/resources/accounts/actions/new');
  await page.fill('#account_name', 'Example Ltd');
  await page.fill('#email', 'ops@example.com');
  await page.fill('#website', 'https://shop.example.com');
  await page.fill('#receive_rate_limit', '25');
  await page.getByTestId('button-save').click();
  token = await page.getByTestId('token').innerText();
  await page.getByRole('link', { name: 'Go to the account' }).click();
  await page.getByRole('heading', { name: 'Example Ltd' }).waitFor();
  await destinations().getByText('None yet').waitFor();
  expect(await page.getByRole('region', { name: 'Account' }).innerText()).toMatch(/Events a second\s+25/);
  accountId = /records\/([^/]+)/.exec(page.url())?.[1] ?? '';
  expect(await page.content()).not.toContain(token);
  await page.getByText(`dpt_…${token.slice(-4)}`).waitFor();
  expect(complaints).toEqual([]);
});

test('a destination is added without leaving the page; mistakes stand beside their fields', async () => {
  await destinations().getByRole('button', { name: 'Add a destination' }).click();
  await page.waitForURL(/\?add=/);
  await dialog().locator('#url').fill('nonsense');
  await dialog().getByLabel('Name of header 1').fill('X-Api-Key');
  await dialog().getByLabel('Value of header 1').fill('s3cret');
  await dialog().getByRole('button', { name: 'Add a header' }).click();
  await dialog().getByLabel('Name of header 2').fill('X-Tag');
  await dialog().getByLabel('Value of header 2').fill('one');
  await dialog().getByRole('button', { name: 'Add a header' }).click();
  await dialog().getByLabel('Name of header 3').fill('X-Tag');
  await dialog().getByLabel('Value of header 3').fill('two');
  await dialog().locator('#event_types').fill('order.created');
  await dialog().locator('#event_types').press('Enter');
  await dialog().locator('#event_types').fill('order.paid');
  await dialog().locator('#retry_schedule').fill('30s soon');
  await dialog().getByText('“soon” is no duration').waitFor();
  await dialog().locator('#retry_schedule').fill('30s 5m 2h');
  await dialog().getByText('3 retries; given up after about 2h5m30s.').waitFor();
  await save();
  await dialog()
    .getByText(/^Must begin with http:/)
    .waitFor();
  await dialog().locator('#url').fill(`${receiver.url}/hook`);
  await save();
  await dialog().waitFor({ state: 'detached' });
  await destinations()
    .getByRole('link', { name: `${receiver.url}/hook` })
    .waitFor();
  const { body } = await app.get<{ results: object[] }>(`/api/accounts/${accountId}/destinations/`);
  expect(body.results).toMatchObject([
    {
      headers: { 'X-Api-Key': '********', 'X-Tag': ['one', 'two'] },
      event_types: ['order.created', 'order.paid'],
      retry_schedule: [30, 300, 7200],
    },
  ]);
  expect(new URL(page.url()).pathname).toBe(`/admin/resources/accounts/records/${accountId}/show`);
  expect(complaints).toEqual([]);
});

test('what was typed is not lost without a question: by closing, by a link, by going back', async () => {
  const questions: string[] = [];
  let answer = false;
  const onDialog = async (asked: { message(): string; accept(): Promise<void>; dismiss(): Promise<void> }) => {
    questions.push(asked.message());
    await (answer ? asked.accept() : asked.dismiss());
  };
  page.on('dialog', onDialog);
  await destinations()
    .getByRole('button', { name: `Edit ${receiver.url}/hook` })
    .click();
  await dialog().locator('#description').fill('Half a thought');
  await dialog().getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('Escape');
  await page.goBack();
  await expect.poll(() => questions.length).toBe(3);
  expect(await dialog().locator('#description').inputValue()).toBe('Half a thought');
  await expect.poll(() => page.url()).toContain('edit=');
  answer = true;
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await dialog().waitFor({ state: 'detached' });
  expect(questions).toHaveLength(4);

  await page.goto(`${app.url}/admin/resources/accounts/records/${accountId}/edit`);
  await page.fill('#account_name', 'Other');
  answer = false;
  await page.getByRole('link', { name: 'Destinations' }).first().click();
  expect(new URL(page.url()).pathname).toContain('/edit');
  answer = true;
  await page.getByRole('link', { name: 'Destinations' }).first().click();
  await page.waitForURL(`${app.url}/admin/resources/destinations`);
  expect(questions).toHaveLength(6);
  page.off('dialog', onDialog);
  expect(complaints).toEqual([]);
});

test('it is edited, tried out and held back on the page; a secret that is not touched is kept', async () => {
  await page.goto(`${app.url}/admin/resources/accounts/records/${accountId}/show`);
  await destinations()
    .getByRole('button', { name: `Edit ${receiver.url}/hook` })
    .click();
  expect(await dialog().getByLabel('Value of header 1').inputValue()).toBe('********');
  await dialog().getByRole('button', { name: 'Remove order.paid' }).click();
  await dialog().locator('#description').fill('The shop');
  await save();
  await destinations().getByText('The shop').waitFor();
  await destinations().getByText('Only order.created').waitFor();

  await destinations().getByRole('button', { name: 'Test' }).click();
  await dialog().getByRole('button', { name: 'Send test event' }).click();
  await dialog().getByRole('status').getByText('200', { exact: true }).waitFor();
  expect(receiver.requests.at(-1)?.header('x-api-key')).toBe('s3cret');
  expect(receiver.requests.at(-1)?.values('x-tag')).toEqual(['one', 'two']);
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });

  await destinations().getByRole('button', { name: 'Disable' }).click();
  await destinations().getByText('Disabled by a person').waitFor();
  await destinations().getByRole('button', { name: 'Enable' }).click();
  await destinations().getByRole('button', { name: 'Disable' }).waitFor();
  expect(complaints).toEqual([]);
});

test('its traffic is counted, and deleting says what goes along', async () => {
  await destinations().getByRole('button', { name: 'Disable' }).click();
  await destinations().getByText('Disabled by a person').waitFor();
  for (let number = 0; number < 2; number++) {
    const headers = { 'CL-X-TOKEN': token, 'CL-X-EVENT-TYPE': 'order.created' };
    await app.post('/server/incoming_data/', { number }, { headers });
  }
  await page.locator('.dp-tile', { hasText: 'Accepted' }).getByText('2', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  const lines = page.getByTestId('goes-along').getByRole('listitem');
  await lines.first().waitFor();
  expect(await lines.allInnerTexts()).toEqual(['1 destination', '2 waiting deliveries, which are cancelled']);
  await page.getByRole('button', { name: 'Delete', exact: true }).last().click();
  await page.waitForURL(/\/admin\/resources\/accounts(\?|$)/);
  expect((await app.get(`/api/accounts/${accountId}/`)).status).toBe(404);
  expect(complaints).toEqual([]);
});

test('a list is narrowed down by a preset of time, and its address keeps it', async () => {
  await app.post('/api/accounts/', { account_name: 'Fresh', email: 'fresh@example.com' });
  await page.goto(`${app.url}/admin/resources/accounts`);
  await page.getByText('Filter', { exact: true }).click();
  await page.getByRole('button', { name: 'the last hour' }).click();
  await page.getByRole('button', { name: 'Apply changes' }).click();
  await page.waitForURL(/created_at(?:~~|%7E%7E)from=/);
  await page.getByText('fresh@example.com').waitFor();
  await page.goto(`${app.url}/admin/resources/accounts?filters.created_at~~to=2020-01-01T00:00:00.000Z`);
  await page.getByText('Nothing here').waitFor();
  expect(complaints).toEqual([]);
});
