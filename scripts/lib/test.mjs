import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRoot } from './paths.mjs';
import { runChild } from './run-child.mjs';

/** Runs all tests (or those that vitest's `args` name), ends with the line `N passed, N failed`, returns the exit code. */
export async function test(args) {
  const { code, counts } = await runTests(args);
  process.stdout.write(`${lineOf(counts)}\n`);
  return code;
}

export function lineOf({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Runs the tests that vitest's `args` name, and counts. `code`: not 0 where one failed, or the run itself did. */
export async function runTests(args, env = process.env) {
  const folder = await mkdtemp(join(tmpdir(), 'data-pusher-report-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { code } = await runChild(process.execPath, [vitest, 'run', ...reporters, ...args], { env });
    const counts = await count(report, code);
    return { code: counts.failed > 0 ? 1 : code, counts };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A run that failed without a failed test (a file that does not load, a set-up that broke) counts as one failure. */
async function count(report, code) {
  const text = await readFile(report, 'utf8').catch(() => '{}');
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = JSON.parse(text);
  const failed = numFailedTests === 0 && code !== 0 ? 1 : numFailedTests;
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}
