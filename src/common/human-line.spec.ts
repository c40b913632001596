import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { humanLine } from './human-line.js';

const plain = (json: string) => stripVTControlCharacters(humanLine(json));

test('time, message and what else there is', () => {
  const line = { level: 'info', time: '2026-11-24T03:54:03.450Z', pid: 7, url: 'http://h:1', n: 2, msg: 'listening' };
  expect(plain(JSON.stringify(line))).toBe('03:54:03 listening url=http://h:1 n=2\n');
});

test('an error with its stack', () => {
  const line = {
    level: 'error',
    time: '2026-11-24T03:54:03.450Z',
    err: { message: 'no', stack: 'Error: no\n  at x' },
    msg: 'failed',
  };
  expect(plain(JSON.stringify(line))).toBe('03:54:03 failed: Error: no\n  at x\n');
});

test('control characters of others are shown and do not reach the terminal', () => {
  const line = {
    level: 'warn',
    time: '2026-11-24T03:54:03.450Z',
    url: '\u001B[2J\r\n',
    n: { a: '\u009B1m' },
    msg: '\u0007!',
  };
  expect(plain(JSON.stringify(line))).toBe('03:54:03 \\x07! url=\\x1b[2J\\x0d\\x0a n={"a":"\\x9b1m"}\n');
});

test('what is no JSON object stays as it is', () => {
  expect(plain('plain\n')).toBe('plain\n');
});
