import { expect, test } from 'vitest';
import { csvLine } from './csv.js';

test('cells with separators are quoted, nothing is nothing', () => {
  expect(csvLine(['a', 'b,c', 'say "hi"', 'two\nlines', null, 7])).toBe('a,"b,c","say ""hi""","two\nlines",,7\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])('%j is no formula', (text) => {
  expect(csvLine([text])).toContain(`'${text}`);
});

test('a number is a number, even below zero', () => {
  expect(csvLine([-1])).toBe('-1\r\n');
});
