import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { spawnChild } from '../support/spawn-child.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const PATIENCE_MS = 90_000;

let folder: string;
let demo: ChildProcess;
let text = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-test-'));
  // As root PostgreSQL runs as another user, who has to come through.
  await chmod(folder, 0o711);
  const { PATH, HOME } = process.env;
  demo = spawnChild(process.execPath, [MAIN, 'demo', '--interval', '50'], {
    env: { PATH, HOME, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  text = '';
  for (const stream of [demo.stdout, demo.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
});
afterEach(async () => {
  if (demo.exitCode === null) demo.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function waitFor(pattern: RegExp): Promise<RegExpExecArray> {
  for (const startedAt = Date.now(); Date.now() - startedAt < PATIENCE_MS;) {
    const found = pattern.exec(text);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${pattern} did not come:\n${text}`);
}

function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}

it('pushes to three destinations, shows each arrival and a retry, and leaves nothing behind', async () => {
  const [, panel = ''] = await waitFor(/Admin panel: {2}(\S+)\/admin/);
  const [, receiver = ''] = await waitFor(/POST (http:\S+)\/crm/);
  const [, setup = ''] = await waitFor(/(http:\S+\/admin\/setup\?token=\S+)/);
  for (const arrival of [
    /← POST \/crm +signed +\{"type"/,
    /← PUT {2}\/warehouse +signed/,
    /← GET {2}\/statistics +signed +type=/,
  ]) {
    await waitFor(arrival);
  }
  expect((await fetch(setup)).status).toBe(200);
  expect((await fetch(`${panel}/docs/`)).status).toBe(200);
  await waitFor(/answered 503 on purpose/);
  await waitFor(/attempt 2: delivered now/);
  expect(text).not.toContain('NOT SIGNED');
  // The log would drown it.
  expect(text).not.toContain('"level":"info"');

  demo.kill('SIGINT');
  // npm passes the signal on once more.
  demo.kill('SIGINT');
  await once(demo, 'close');
  expect(demo.exitCode, text).toBe(0);
  expect(text).toMatch(/nothing is left running\.\n$/);
  expect(await Promise.all([panel, receiver].map(listens))).toEqual([false, false]);
  expect(await readdir(folder)).toEqual([]);
});

it('ends when it is stopped while starting', async () => {
  await waitFor(/Starting Data Pusher/);
  demo.kill('SIGTERM');
  await once(demo, 'close');
  expect(demo.exitCode, text).toBe(0);
  expect(await readdir(folder)).toEqual([]);
});
