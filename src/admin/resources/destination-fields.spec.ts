import { expect, test } from 'vitest';
import { Problem } from '../../common/problem.js';
import {
  joinHeaders,
  joinLines,
  isEmptied,
  joinSchedule,
  splitHeaders,
  splitLines,
  splitSchedule,
  toNumber,
} from './destination-fields.js';

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

test('event types keep their commas and spaces', () => {
  const types = ['order.created', 'a, b'];
  expect(splitLines(joinLines(types))).toEqual(types);
  expect(splitLines('order.created\r\na, b')).toEqual(types);
  expect([splitLines(''), splitLines(null)]).toEqual([[], []]);
});

test('a schedule of no retries is told from none given; what is no number is left for the service to refuse', () => {
  expect(splitSchedule(joinSchedule([5, 30]))).toEqual([5, 30]);
  expect(splitSchedule(joinSchedule([]))).toEqual([]);
  expect(splitSchedule('5, 30,, soon')).toEqual([5, 30, 'soon']);
});

test('what is no number stays text, so that the service says what is wrong', () => {
  expect(toNumber('0.5')).toBe(0.5);
  expect(toNumber('1e3')).toBe('1e3');
});

test('a field is emptied when nothing is to be seen in it', () => {
  expect(['', ' ', '\u200b\n', null].map(isEmptied)).toEqual([true, true, true, true]);
  expect(['none', '0', 0, false, undefined].map(isEmptied)).toEqual([false, false, false, false, false]);
});
