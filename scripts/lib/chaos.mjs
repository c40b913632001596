import { inRoot } from './paths.mjs';
import { runChild } from './run-child.mjs';

/** Compiles the chaos tool and goes on as it, with `args`, in this very process. */
export async function chaos(args) {
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  const { code } = await runChild(process.execPath, [tsc, '-p', inRoot('test', 'chaos', 'tsconfig.json')]);
  if (code !== 0) throw new Error('The chaos tool could not be compiled');
  process.argv = [process.argv[0], inRoot('.chaos', 'chaos', 'main.js'), ...args];
  await import('../../.chaos/chaos/main.js');
}
