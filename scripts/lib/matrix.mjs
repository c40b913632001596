import { findPostgresVersions, MAJORS } from './postgres-versions.mjs';
import { lineOf, runTests } from './test.mjs';

/**
 * What is run on each version before the embedded one: all that runs the statements of the hot path and of the ledger,
 * and the product as a whole. What has nothing to do with the version (the HTTP client, the panel, the command line) is
 * left to `npm test`.
 */
const INTEGRATION =
  'hot-plans ledger-plans session migrations enqueue claim settle invariants retention statistics hot-pool engine'
    .split(' ')
    .map((name) => `test/integration/${name}.test.ts`);
const END_TO_END = 'pushing receiving batch accounts ledger-filters replays history crash chaos'
  .split(' ')
  .map((name) => `test/e2e/${name}.e2e.ts`);
/** A kill takes half a minute; `npm test` throws six. */
const KILLS = '2';

/** Runs the tests of the database on each supported version (or those that `args` name), and ends with their sum. */
export async function matrix(args) {
  const majors = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  const unknown = majors.filter((major) => !MAJORS.includes(major));
  if (unknown.length > 0) throw new Error(`PostgreSQL ${unknown.join(', ')} is none of ${MAJORS.join(', ')}`);
  const others = args.filter((arg) => !/^\d+$/.test(arg));
  const sum = { passed: 0, failed: 0, skipped: 0 };
  let exitCode = 0;
  const lines = [];
  for (const { major, bin, from, hasJit } of await findPostgresVersions(majors.length > 0 ? majors : MAJORS)) {
    const what = `PostgreSQL ${major}, ${from}${hasJit ? ', JIT on' : ''}`;
    process.stdout.write(`\n#### ${what}\n`);
    const startedAt = Date.now();
    const env = { ...process.env, TEST_POSTGRES_BIN: bin, CHAOS_KILLS: process.env.CHAOS_KILLS ?? KILLS };
    const { code, counts } = await runTests(others.length > 0 ? others : [...INTEGRATION, ...END_TO_END], env);
    for (const key of Object.keys(sum)) sum[key] += counts[key];
    lines.push(`${what}: ${lineOf(counts)}, ${Math.round((Date.now() - startedAt) / 1000)} s`);
    if (!hasJit && major === 15) lines.push('NOT TESTED: queries compiled (JIT), as only a distribution ships them');
    exitCode ||= code;
  }
  process.stdout.write(`\n${lines.join('\n')}\n${lineOf(sum)}\n`);
  return exitCode;
}
