import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { inject } from 'vitest';
import type { App } from './app.js';
import { addUser, PASSWORD } from './panel.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real browser at the panel. */
export interface PanelBrowser {
  /**
   * What must never happen on any page: requests to other hosts, errors and dialogs of scripts, refusals by the policy.
   */
  readonly complaints: string[];
  /** A page of somebody who is logged in; without an email of nobody. */
  open(email: string | null, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

export async function openPanelBrowser(app: App): Promise<PanelBrowser> {
  const browser: Browser = await chromium.launch({ executablePath: inject('chromium') ?? '', args: FLAGS });
  const complaints: string[] = [];
  const watch = (page: Page): void => {
    page.setDefaultTimeout(20_000);
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${app.url}/`) && !/^(?:data|blob|about):/.test(url)) complaints.push(`request to ${url}`);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
  };
  return {
    complaints,
    open: async (email, options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      watch(page);
      if (email !== null) await logIn(page, app, email);
      return page;
    },
    close: () => browser.close(),
  };
}

/** By the panel's own form. */
export async function logIn(page: Page, app: App, email: string): Promise<void> {
  await page.goto(`${app.url}/admin/login`);
  await page.fill('#email', email);
  await page.fill('#password', PASSWORD);
  await page.click('button');
  await page.waitForURL(`${app.url}/admin`);
}

/** A superuser with a page of their own. */
export async function openAsSuperuser(app: App, browser: PanelBrowser, options?: BrowserContextOptions): Promise<Page> {
  const email = 'ada@example.com';
  await addUser(app, email);
  return browser.open(email, options);
}
