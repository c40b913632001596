#!/usr/bin/env node
// The command line of the product: `npx data-pusher …`.
import { ensureBuilt, isBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { fail, requireNode } from './lib/node-version.mjs';
import { runMain } from './lib/run-main.mjs';

requireNode();
try {
  await ensureInstalled({ dev: !(await isBuilt()) });
  await ensureBuilt();
  await runMain(process.argv.slice(2));
} catch (error) {
  fail(error.message);
}
