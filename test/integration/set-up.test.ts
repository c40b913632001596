import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isRunning } from '../support/data-dir.js';
import { RunFolder } from '../support/run-folder.js';
import { spawnChild } from '../support/spawn-child.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a project of test/fixtures in a run folder of its own; what it leaves running fails. */
async function runFixture(project: string): Promise<{ code: number | null; output: string }> {
  const { PATH, TMPDIR } = process.env;
  const folder = RunFolder.make();
  const env = { ...process.env };
  Object.assign(process.env, { PATH, TMPDIR });
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/fixtures/vitest.config.ts'];
  const child = spawnChild(process.execPath, [...args, '--project', project], {
    cwd: ROOT,
    env: { ...env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (part) => (output += part));
  await once(child, 'close');
  await folder.remove({ patienceMs: 2_000 });
  return { code: child.exitCode, output };
}

it('a set-up that fails half-way leaves nothing running, also of what it had only begun to start', async () => {
  const { code, output } = await runFixture('failing');
  expect(code).toBe(1);
  expect(output).toContain('this step of the set-up fails');
  expect(output).toContain('started');
});

it('where no browser runs, the files that need one are skipped before their set-up, and do not fail', async () => {
  const { code, output } = await runFixture('browser');
  expect(code).toBe(0);
  expect(output).toMatch(/Tests +2 skipped/);
  expect(output).not.toContain('the set-up has run');
});

describe.skipIf(process.platform !== 'linux')('the end of a run', () => {
  it('ends what was left running, and fails', async () => {
    const { PATH, TMPDIR } = process.env;
    onTestFinished(() => void Object.assign(process.env, { PATH, TMPDIR }));
    const folder = RunFolder.make();
    const left = spawn('sleep', ['321'], { detached: true, stdio: 'ignore' });
    const pid = left.pid ?? 0;
    await once(left, 'spawn');
    const ended = once(left, 'exit');
    await expect(folder.remove({ patienceMs: 0 })).rejects.toThrow(`${pid} sleep 321`);
    await ended;
    expect([isRunning(pid), existsSync(folder.path)]).toEqual([false, false]);
  });
});
