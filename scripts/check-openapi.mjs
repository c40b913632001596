// Is the API's description that is committed the one that the code makes?
import { relative } from 'node:path';
import { findStale } from './lib/openapi.mjs';
import { ROOT } from './lib/paths.mjs';

const stale = await findStale();
for (const path of stale) process.stderr.write(`${relative(ROOT, path)} is not as the code has it: npm run openapi\n`);
// What Nest loaded may keep the process from ending by itself.
process.exit(stale.length > 0 ? 1 : 0);
