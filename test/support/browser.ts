import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { inject } from 'vitest';
import type { App } from './app.js';
import { launch } from './chromium.js';
import { PASSWORD } from './panel.js';
import { endWithFile } from './started.js';

const TIMEOUT_MS = 20_000;

/** A phone held upright. */
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 } };

export async function openBrowser(): Promise<Browser> {
  const found = inject('chromium');
  if (found === null) throw new Error('Only a file of test/browser is skipped where no browser runs');
  const browser = await launch(found);
  browser.once(
    'disconnected',
    endWithFile(() => browser.close()),
  );
  return browser;
}

/**
 * A page in a context of its own. `complaints` gets what must never happen on any: requests to other hosts, errors of
 * scripts, refusals by the policy.
 */
export async function openPage(
  browser: Browser,
  app: App,
  complaints: string[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${app.url}/`) && !/^(?:data|blob|about):/.test(url)) complaints.push(`request to ${url}`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  return page;
}

/** Logs in and waits for the page that follows. */
export async function logIn(page: Page, app: App, email: string, path = '/admin'): Promise<void> {
  await page.goto(`${app.url}/admin/login?next=${encodeURIComponent(path)}`);
  await page.fill('#email', email);
  await page.fill('#password', PASSWORD);
  await page.click('button');
  await page.waitForURL((url) => url.pathname + url.search === path);
}
