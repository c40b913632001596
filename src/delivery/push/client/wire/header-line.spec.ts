import { expect, it } from 'vitest';
import { UnsendableError } from './errors.js';
import { headerLine } from './header-line.js';

it.each([
  ['X-A', 'b'],
  ['x-latin', 'é\t~'],
  ["!#$%&'*+-.^_`|~09azAZ", ''],
  ['X-Content-Length', '1'],
  ['hosts', '1'],
])('%s: %j is a header', (name, value) => {
  expect(headerLine(name, value)).toBe(`${name}: ${value}\r\n`);
});

it.each([
  ['x-a', 'line\r\nbreak'],
  ['x-a', 'line\nbreak'],
  ['x-a', 'zero\0'],
  ['x-a', '\x7f'],
  ['x-a', '\u2603'],
  ['', 'x'],
  ['bad name', 'x'],
  ['x-a:', 'x'],
  ['x-a\r\n', 'x'],
  ['é', 'x'],
  ['transfer-encoding', 'chunked'],
  ['Content-Length', '1'],
  ['HOST', 'other'],
  ['Connection', 'close'],
  ['Expect', '100-continue'],
  ['Upgrade', 'h2c'],
])('%j: %j can not be sent', (name, value) => {
  expect(() => headerLine(name, value)).toThrow(UnsendableError);
});
