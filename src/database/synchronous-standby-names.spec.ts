import { expect, it } from 'vitest';
import { awaitedStandbys } from './synchronous-standby-names.js';

it.each([
  ['', 0],
  ['  ', 0],
  ['*', 1],
  ['a', 1],
  ['a, b', 1],
  ['"first 3 (x)", b', 1],
  ['first', 1],
  ['FIRST 2 (a, b, c)', 2],
  ['first 2(*)', 2],
  ['ANY 2 (a,b,c)', 2],
  [' any  3 ( a , b , "c d" )', 3],
  ['2 (a, b)', 2],
  ['1 (*)', 1],
])('%j waits for %i', (names, count) => {
  expect(awaitedStandbys(names)).toBe(count);
});
