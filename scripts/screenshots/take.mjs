// Writes the pictures that README and docs show (docs/images): the built product with sample data, seen by Chromium.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { inRoot } from '../lib/paths.mjs';
import { PICTURES } from './pictures.mjs';
import { fillWithSample, startReceiver } from './sample.mjs';
import { toPalettePng } from './palette-png.mjs';

const TARGET = inRoot('docs/images');
const MAX_BYTES = 100_000;
const USER = { email: 'ada@example.com', password: randomBytes(12).toString('hex') };
const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Takes all pictures, or those whose names are given. */
export async function takeScreenshots(names) {
  const dataDir = await mkdtemp(join(tmpdir(), 'data-pusher-screenshots-'));
  // As root PostgreSQL runs as another user, who has to come through.
  await chmod(dataDir, 0o711);
  const receiver = await startReceiver();
  const product = await startProduct(dataDir);
  try {
    await fillWithSample(product.call, receiver.url);
    await mkdir(TARGET, { recursive: true });
    await takeAll(product, names.length > 0 ? PICTURES.filter(({ name }) => names.includes(name)) : PICTURES);
  } finally {
    await product.stop();
    await receiver.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function startProduct(dataDir) {
  const apiKey = randomBytes(32).toString('base64url');
  const child = spawn(process.execPath, [inRoot('dist/main.js'), 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      PORT: '0',
      PROCESSES: '1',
      ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
      BOOTSTRAP_API_KEY: apiKey,
      SUPERUSER_EMAIL: USER.email,
      SUPERUSER_PASSWORD: USER.password,
    },
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const url = await listeningAt(child);
  return {
    url,
    call: (method, path, body, headers = {}) => call(url, apiKey, { method, path, body, headers }),
    stop: () => (child.kill('SIGTERM'), ended),
  };
}

function listeningAt(child) {
  return new Promise((resolve, reject) => {
    child.once('close', () => reject(new Error('The product ended before it listened')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const { msg, url } = JSON.parse(line);
      if (msg === 'listening') resolve(url);
    });
  });
}

async function call(url, apiKey, { method, path, body, headers }) {
  const response = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

async function takeAll(product, pictures) {
  const executablePath = BROWSERS.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw new Error('No Chromium found: install it, or name it in CHROMIUM');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const picture of pictures) await take(browser, product, picture);
  } finally {
    await browser.close();
  }
}

async function take(browser, product, { name, path, scheme = 'light', width = 1280, height = 800, prepare }) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  await page.goto(`${product.url}/admin/login?next=${encodeURIComponent(path)}`);
  if (path !== '/admin/login') {
    await page.fill('#email', USER.email);
    await page.fill('#password', USER.password);
    await page.click('button');
  }
  await page.waitForLoadState('networkidle');
  await prepare?.(page, product);
  await page.mouse.move(0, 0);
  const png = await toPalettePng(page, await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  if (png.length > MAX_BYTES) throw new Error(`${name} has ${png.length} bytes, more than ${MAX_BYTES}`);
  await writeFile(join(TARGET, `${name}.png`), png);
  process.stdout.write(`docs/images/${name}.png  ${Math.round(png.length / 1024)} KiB\n`);
  await context.close();
}
