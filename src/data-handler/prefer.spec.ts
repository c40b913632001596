import { expect, it } from 'vitest';
import { readWaitSeconds } from './prefer.js';

it.each([
  [undefined, 0],
  ['', 0],
  ['wait=10', 10],
  ['respond-async, WAIT = "5"; x=y', 5],
  [['return=minimal', 'wait=3'], 3],
  ['wait=1, wait=2', 1],
  ['wait=31', 30],
  ['wait=999999999', 30],
  ['wait=0', 0],
  ['wait', 0],
  ['wait=-1', 0],
  ['wait=1.5', 0],
  ['await=4', 0],
  ['foo; wait=4', 0],
])('%j asks for %d s', (header, seconds) => {
  expect(readWaitSeconds(header)).toBe(seconds);
});
