import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { HEAP_FLAGS } from './tune-heap.js';

/** V8 passes over what it does not know, without a word. */
it.each(HEAP_FLAGS)('%s is known to this V8', (flag) => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  const name = flag.replace(/^--(?:no-)?/, '').replace(/=.*$/, '');
  expect(known).toMatch(new RegExp(`^\\s+--${name} `, 'm'));
});
