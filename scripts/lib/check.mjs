import { inRoot } from './paths.mjs';
import { runChild } from './run-child.mjs';

const CHECKS = [
  ['types', 'typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
  ['lint', 'oxlint/bin/oxlint', '--type-aware'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ['layers', 'dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'src'],
  ['unused', 'knip/bin/knip.js'],
];

/** Runs all checks, each to its end, so that one run shows all there is to mend. Returns the exit code. */
export async function check() {
  const failed = [];
  for (const [name, script, ...args] of CHECKS) {
    process.stdout.write(`\n== ${name}\n`);
    const { code } = await runChild(process.execPath, [inRoot('node_modules', script), ...args]);
    if (code !== 0) failed.push(name);
  }
  process.stdout.write(failed.length > 0 ? `\nfailed: ${failed.join(', ')}\n` : '\nall checks passed\n');
  return failed.length > 0 ? 1 : 0;
}
