import { checkLicences } from './licences.mjs';
import { inRoot } from './paths.mjs';
import { runChild } from './run-child.mjs';

const packaged = (path) => inRoot('node_modules', path);

const CHECKS = [
  ['types', packaged('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'],
  ['lint', packaged('oxlint/bin/oxlint'), '--type-aware'],
  ['format', packaged('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  ['layers', packaged('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.cjs', 'src'],
  ['unused', packaged('knip/bin/knip.js')],
  ['API description', inRoot('scripts', 'check-openapi.mjs')],
  // `strict`: warnings count as errors.
  ['Redocly', packaged('@redocly/cli/bin/cli.js'), 'lint', 'docs/openapi.json', '--extends=recommended-strict'],
  ['Spectral', inRoot('scripts', 'lint-openapi.mjs')],
];

/** Runs all checks, each to its end, so that one run shows all there is to mend. Returns the exit code. */
export async function check() {
  // Nobody is told that we check.
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off' };
  const failed = [];
  for (const [name, script, ...args] of CHECKS) {
    process.stdout.write(`\n== ${name}\n`);
    const { code } = await runChild(process.execPath, [script, ...args], { env });
    if (code !== 0) failed.push(name);
  }
  process.stdout.write('\n== licences\n');
  if ((await checkLicences()) !== 0) failed.push('licences');
  process.stdout.write(failed.length > 0 ? `\nfailed: ${failed.join(', ')}\n` : '\nall checks passed\n');
  return failed.length > 0 ? 1 : 0;
}
