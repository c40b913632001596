#!/usr/bin/env node
// The commands of package.json. Needs nothing but Node: installs and builds what is missing, then goes on.
import { audit } from './lib/audit.mjs';
import { bench } from './lib/bench.mjs';
import { chaos } from './lib/chaos.mjs';
import { check } from './lib/check.mjs';
import { ensureBuilt, isBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { matrix } from './lib/matrix.mjs';
import { fail, requireNode } from './lib/node-version.mjs';
import { runMain } from './lib/run-main.mjs';
import { test } from './lib/test.mjs';

const COMMANDS = {
  start: (args) => product('serve', args),
  demo: (args) => product('demo', args),
  build: async () => {
    await ensureInstalled({ dev: true });
    await ensureBuilt();
  },
  test: async (args) => {
    await ensureInstalled({ dev: true });
    await ensureBuilt();
    process.exitCode = await test(args);
  },
  matrix: async (args) => {
    await ensureInstalled({ dev: true });
    await ensureBuilt();
    process.exitCode = await matrix(args);
  },
  bench: async (args) => {
    await ensureInstalled({ dev: true });
    await ensureBuilt();
    await bench(args);
  },
  screenshots: async (args) => {
    await ensureInstalled({ dev: true });
    await ensureBuilt();
    // Needs what only developers install, and is loaded by nobody else.
    const { takeScreenshots } = await import('./screenshots/take.mjs');
    await takeScreenshots(args);
  },
  chaos: async (args) => {
    await ensureInstalled({ dev: true });
    await ensureBuilt();
    await chaos(args);
  },
  openapi: async () => {
    await ensureInstalled({ dev: true });
    const { writeOpenApi } = await import('./lib/openapi.mjs');
    await writeOpenApi();
    // What Nest loaded may keep the process from ending by itself.
    process.exit();
  },
  audit: async () => {
    process.exitCode = await audit();
  },
  check: async () => {
    await ensureInstalled({ dev: true });
    process.exitCode = await check();
  },
};

/** A production image brings its build along and has no compiler: then what it has installed is enough. */
async function product(command, args) {
  await ensureInstalled({ dev: !(await isBuilt()) });
  await ensureBuilt();
  await runMain([command, ...args]);
}

requireNode();
const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, name ?? ''))
  fail(`usage: node scripts/run.mjs ${Object.keys(COMMANDS).join('|')} [arguments]`, 2);
try {
  await COMMANDS[name](args);
} catch (error) {
  fail(error.message);
}
