import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { showFirstRun } from './first-run.js';

it('services that start at once with one DATA_DIR each write their file whole', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'data-pusher-first-run-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const firstRun = { publicUrl: 'http://localhost:3000', apiKey: 'dpk_made-up', setupLink: null };
  await Promise.all(Array.from({ length: 50 }, () => showFirstRun(firstRun, dataDir)));
  expect(await readdir(dataDir)).toEqual(['first-run']);
  expect(await readFile(join(dataDir, 'first-run'), 'utf8')).toContain('dpk_made-up');
});
