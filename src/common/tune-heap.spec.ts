import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HEAP_FLAGS } from './tune-heap.js';

const start = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } }).scripts.start;
const START_FLAGS = start.match(/--\S+/g) ?? [];

/** V8 passes over what it does not know when it is told at run time, without a word; at its start Node ends. */
it.each([...HEAP_FLAGS, ...START_FLAGS])('%s is known to this V8', (flag) => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  const name = flag.replace(/^--(?:no-)?/, '').replace(/=.*$/, '');
  expect(known).toMatch(new RegExp(`^\\s+--${name} `, 'm'));
});

it('starts the image with the flags of npm start', () => {
  const entry = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1] ?? '[]';
  expect(START_FLAGS).toContain('--no-memory-reducer');
  expect((JSON.parse(entry) as string[]).filter((word) => word.startsWith('--'))).toEqual(START_FLAGS);
});
