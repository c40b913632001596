import { inRoot } from './paths.mjs';
import { runChild } from './run-child.mjs';

/** Compiles the benchmark and goes on as it, with `args`, in this very process. */
export async function bench(args) {
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  const { code } = await runChild(process.execPath, [tsc, '-p', inRoot('bench', 'tsconfig.json')]);
  if (code !== 0) throw new Error('The benchmark could not be compiled');
  process.argv = [process.argv[0], inRoot('bench', 'dist', 'run.js'), ...args];
  await import('../../bench/dist/run.js');
}
