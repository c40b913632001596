import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp, type App } from '../support/app.js';
import { openBrowser, openPage } from '../support/browser.js';
import { addSetupLink, addUser, onDatabase, PASSWORD } from '../support/panel.js';

let app: App;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  app = await startApp();
  browser = await openBrowser();
  page = await newPage();
});
afterAll(async () => {
  await browser.close();
  await app.stop();
});
beforeEach(() => {
  complaints.length = 0;
});

const newPage = (): Promise<Page> => openPage(browser, app, complaints);

async function logIn(on: Page, email: string, password = PASSWORD): Promise<void> {
  await on.fill('#email', email);
  await on.fill('#password', password);
  await on.click('button');
}

const save = '[data-testid=button-save]';
let destinationUrl = '';

test('the setup link of the first start leads into the panel of an empty install', async () => {
  await page.goto(`${app.url}/admin/setup?token=${await addSetupLink(app)}`);
  await logIn(page, 'ada@example.com');
  await page.waitForURL(`${app.url}/admin`);
  await page.getByRole('heading', { name: 'Welcome to Data Pusher' }).waitFor();
  expect(complaints).toEqual([]);
});

test('an account is created, its mistakes shown beside the fields, its token shown once', async () => {
  await page.goto(`${app.url}/admin/resources/accounts/actions/new`);
  await page.fill('#account_name', 'Example Ltd');
  await page.fill('#email', 'nobody');
  await page.click(save);
  await page.getByText('Must be an email address such as ops@example.com.').waitFor();
  await page.fill('#email', 'ops@example.com');
  await page.click(save);
  const token = await page.getByTestId('token').innerText();
  expect(token).toMatch(/^dpt_.{49}$/);
  await page.getByRole('link', { name: 'Go to the account' }).click();
  await page.getByText('App secret token').waitFor();
  expect(await page.content()).not.toContain(token);
  expect(complaints).toEqual([]);
});

test('a token is rotated after one has said how long the old one goes on', async () => {
  await page.getByTestId('action-rotateToken').first().click();
  await page.getByTestId('rotate').click();
  expect(await page.getByTestId('token').innerText()).toMatch(/^dpt_.{49}$/);
  expect(complaints).toEqual([]);
});

test('a destination is created with several headers; a secret that is not touched is kept', async () => {
  await page.goto(`${app.url}/admin/resources/destinations/actions/new`);
  await page.fill('#url', 'https://receiver.example.com/hook');
  await page.getByTestId('property-edit-account_id').locator('input').first().fill('exam');
  await page.getByText('Example Ltd', { exact: true }).click();
  await page.getByLabel('Name of header 1').fill('X.Api.Key');
  await page.getByLabel('Value of header 1').fill('s3cret');
  await page.getByRole('button', { name: 'Add a header' }).click();
  await page.getByLabel('Name of header 2').fill('X-Tag');
  await page.getByLabel('Value of header 2').fill('one');
  await page.click(save);
  await page.getByText('X.Api.Key: ********').waitFor();
  destinationUrl = page.url().replace(/\/show.*/, '');

  await page.goto(`${destinationUrl}/edit`);
  expect(await page.getByLabel('Value of header 1').inputValue()).toBe('********');
  await page.getByLabel('Value of header 2').fill('two');
  await page.fill('#max_concurrency', '4');
  await page.click(save);
  await page.getByText('X-Tag: two').waitFor();
  const id = destinationUrl.split('/').at(-1) ?? '';
  expect((await app.get(`/api/destinations/${id}/`)).body).toMatchObject({
    max_concurrency: 4,
    http_method: 'POST',
    headers: { 'X.Api.Key': '********', 'X-Tag': 'two' },
  });
  expect(await page.content()).not.toContain('s3cret');
  expect(complaints).toEqual([]);
});

test('lists are searched, filtered and sorted, and say so in their address', async () => {
  await page.goto(`${app.url}/admin/resources/accounts`);
  await page.getByText('ops@example.com').waitFor();
  await page.getByText('Filter', { exact: true }).click();
  await page.locator('[name="filter-search"]').fill('nobody');
  await page.getByRole('button', { name: 'Apply changes' }).click();
  await page.waitForURL(/filters\.search=nobody/);
  await page.getByText('Nothing here').waitFor();
  await page.goto(`${app.url}/admin/resources/accounts?filters.search=EXAMPLE&sortBy=email&direction=desc`);
  await page.getByText('ops@example.com').waitFor();
  expect(complaints).toEqual([]);
});

test('what a sender or a receiver wrote is shown and never run', async () => {
  const id = '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f';
  const payload = '{"note": "<img src=x onerror=alert(1)>"}';
  await onDatabase(app, (client) =>
    client.query(
      `INSERT INTO events (event_id, account_id, event_type, content_type, payload) VALUES ($1, $1, $2, 'application/json', $3)`,
      [id, '<script>alert(1)</script>', Buffer.from(payload)],
    ),
  );
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  await page.goto(`${app.url}/admin/resources/events`);
  await page.getByText('<script>alert(1)</script>').click();
  await page.getByRole('button', { name: 'Raw' }).click();
  await page.getByText(payload).waitFor();
  expect(complaints).toEqual([]);
});

test('a viewer finds no button that changes something', async () => {
  await addUser(app, 'viewer@example.com', 'viewer');
  const viewer = await newPage();
  await viewer.goto(`${destinationUrl}/show`);
  await logIn(viewer, 'viewer@example.com');
  await viewer.getByText('X-Tag: two').waitFor();
  for (const name of ['edit', 'delete']) expect(await viewer.getByTestId(`action-${name}`).count()).toBe(0);
  expect(await viewer.getByText('Users', { exact: true }).count()).toBe(0);
  await viewer.goto(`${app.url}/admin/resources/accounts`);
  await viewer.getByText('ops@example.com').waitFor();
  expect(await viewer.getByTestId('action-new').count()).toBe(0);
  await viewer.context().close();
  expect(complaints).toEqual([]);
});

test('deleting asks first and says what goes along', async () => {
  await page.goto(`${destinationUrl}/show`);
  await page.getByTestId('action-delete').first().click();
  await page.getByText('What still waits for it is cancelled.').waitFor();
  await page.getByRole('button', { name: 'Delete', exact: true }).last().click();
  await page.waitForURL(/\/admin\/resources\/destinations(\?|$)/);
  const id = destinationUrl.split('/').at(-1) ?? '';
  expect((await app.get(`/api/destinations/${id}/`)).status).toBe(404);
  expect(complaints).toEqual([]);
});

test('a session that ended while the page was open leads to the login and back', async () => {
  await page.goto(`${app.url}/admin/resources/accounts`);
  await page.getByText('ops@example.com').waitFor();
  await onDatabase(app, (client) => client.query('DELETE FROM admin_sessions'));
  await page.getByText('Destinations', { exact: true }).click();
  await page.waitForURL(/\/admin\/login\?next=/);
  await logIn(page, 'ada@example.com');
  await page.waitForURL(`${app.url}/admin/resources/destinations`);
  expect(complaints).toEqual([]);
});

test('a session that ended is left for the login once, however many requests tell of it', async () => {
  await page.goto(`${app.url}/admin/resources/accounts`);
  await page.getByText('ops@example.com').waitFor();
  await onDatabase(app, (client) => client.query('DELETE FROM admin_sessions'));
  const logins: string[] = [];
  const note = (request: Request): void => {
    if (request.isNavigationRequest()) logins.push(new URL(request.url()).pathname);
  };
  page.on('request', note);
  await page.evaluate(`for (let n = 0; n < 20; n++) {
    const request = new XMLHttpRequest();
    request.open('GET', '/admin/api/resources/accounts/actions/list');
    request.send();
  }`);
  await page.waitForURL(/\/admin\/login\?next=/);
  page.off('request', note);
  expect(logins).toEqual(['/admin/login']);
  await logIn(page, 'ada@example.com');
  await page.waitForURL(`${app.url}/admin/resources/accounts`);
  expect(complaints).toEqual([]);
});

test('logging out ends it; the login tells a wrong password and slows guessing down', async () => {
  await page.getByText('ada@example.com').click();
  await page.getByText('Log out').click();
  await page.waitForURL(`${app.url}/admin/login`);
  for (let attempt = 0; attempt < 10; attempt++) {
    // The alert of the page before says nothing of this attempt.
    await Promise.all([page.waitForEvent('load'), logIn(page, 'ada@example.com', 'not this password')]);
    await page.getByRole('alert').getByText('Email or password is wrong.').waitFor();
  }
  await logIn(page, 'ada@example.com');
  await page
    .getByRole('alert')
    .getByText(/Too many attempts\. Try again in \d+ (?:minutes|seconds)\./)
    .waitFor();
  expect(new URL(page.url()).pathname).toBe('/admin/login');
});

test('every page fits a phone', async () => {
  const phone = await newPage();
  await phone.setViewportSize({ width: 390, height: 844 });
  await addUser(app, 'phone@example.com');
  await phone.goto(`${app.url}/admin/login`);
  const width = (): Promise<number> => phone.evaluate('document.documentElement.scrollWidth');
  await expect.poll(width).toBe(390);
  await logIn(phone, 'phone@example.com');
  for (const path of [
    '',
    '/resources/accounts',
    '/resources/destinations/actions/new',
    '/resources/deliveries',
    '/password',
  ]) {
    await phone.goto(`${app.url}/admin${path}`, { waitUntil: 'networkidle' });
    await expect.poll(width, { message: path }).toBe(390);
  }
  await phone.context().close();
  expect(complaints).toEqual([]);
});
