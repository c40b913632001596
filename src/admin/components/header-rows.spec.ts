import { expect, test } from 'vitest';
import { changeRow, MASK, parseRows, removeRow, type HeaderRow } from './header-rows.js';

const ROWS: HeaderRow[] = [
  ['X-Key', MASK],
  ['Accept', 'a/b'],
  ['x-key', MASK],
];

test('rows are read from the text of the form', () => {
  expect(parseRows(JSON.stringify(ROWS))).toEqual(ROWS);
  expect(parseRows('')).toEqual([]);
  expect(parseRows(undefined)).toEqual([]);
});

test('a mask stays while its name does, whatever its case', () => {
  expect(changeRow(ROWS, 0, { name: 'x-KEY' })[0]).toEqual(['x-KEY', MASK]);
  expect(changeRow(ROWS, 0, { name: 'X-Token' })[0]).toEqual(['X-Token', '']);
  expect(changeRow(ROWS, 1, { name: 'X-Other' })[1]).toEqual(['X-Other', 'a/b']);
  expect(changeRow(ROWS, 0, { value: 'new' })[0]).toEqual(['X-Key', 'new']);
});

test('a mask never moves up to the stored value of another', () => {
  expect(removeRow(ROWS, 0)).toEqual([
    ['Accept', 'a/b'],
    ['x-key', ''],
  ]);
  expect(removeRow(ROWS, 2)).toEqual(ROWS.slice(0, 2));
});
