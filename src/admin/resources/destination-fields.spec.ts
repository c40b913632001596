import { expect, test } from 'vitest';
import { Problem } from '../../common/problem.js';
import { joinHeaders, splitHeaders, splitList, splitNumbers, toNumber } from './destination-fields.js';

test('headers go to the form and back, dots, several values and order kept', () => {
  const headers = { 'X.Dotted.Name': 'a', 'X-Tag': ['one', 'two'], Authorization: '********' };
  expect(joinHeaders(splitHeaders(headers))).toEqual(headers);
  expect(Object.keys(joinHeaders(splitHeaders(headers)))).toEqual(Object.keys(headers));
});

test('values of one name come together whatever its case; empty rows are left out', () => {
  const rows = [
    ['X-Tag', 'one'],
    ['', ''],
    [' x-tag ', 'two'],
    ['__proto__', 'x'],
  ];
  expect(Object.entries(joinHeaders(JSON.stringify(rows)))).toEqual([
    ['X-Tag', ['one', 'two']],
    ['__proto__', 'x'],
  ]);
});

test.each(['{', '{"a":"b"}', '[["a"]]', '[["a",1]]', '[1]'])('headers that are no rows are refused: %s', (text) => {
  expect(() => joinHeaders(text)).toThrow(Problem);
});

test('lists are separated by commas; what is no number is left for the service to refuse', () => {
  expect(splitList(' a, b ,, ')).toEqual(['a', 'b']);
  expect(splitList(null)).toEqual([]);
  expect(splitNumbers('5, 30, soon')).toEqual([5, 30, 'soon']);
  expect(toNumber('0.5')).toBe(0.5);
  expect(toNumber('')).toBeUndefined();
  expect(toNumber('1e3')).toBe('1e3');
});
