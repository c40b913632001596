import { pathToFileURL } from 'node:url';
import { inRoot } from './paths.mjs';

/** Goes on as the built product, in this very process: none in between that signals would have to pass. */
export async function runMain(args) {
  const main = inRoot('dist', 'main.js');
  process.argv = [process.argv[0], main, ...args];
  await import(pathToFileURL(main).href);
}
