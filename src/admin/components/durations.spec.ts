import { expect, test } from 'vitest';
import { durationText, parseDuration, parseSchedule, scheduleText } from './durations.ts';

test.each([
  [5, '5s'],
  [90, '1m30s'],
  [7200, '2h'],
  [90_061, '1d1h1m1s'],
])('%i seconds are written as %s, and read again', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
  expect(parseDuration(text)).toBe(seconds);
});

test.each([
  ['90', 90],
  ['5M', 300],
  ['', null],
  ['5x', null],
  ['1m1h', null],
  ['-5s', null],
  ['1.5h', null],
])('%j is read as %s', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test('a schedule is edited in words and kept in seconds', () => {
  expect(scheduleText('5, 30, 120')).toBe('5s 30s 2m');
  expect(parseSchedule(' 5s,30s  2m ')).toEqual({ stored: '5, 30, 120', seconds: [5, 30, 120], wrong: null });
  expect(parseSchedule('')).toEqual({ stored: '', seconds: [], wrong: null });
  expect(parseSchedule('None')).toEqual({ stored: 'none', seconds: [], wrong: null });
});

test('what is no duration is named, and left for the server to refuse', () => {
  expect(parseSchedule('5s soon 2m')).toEqual({ stored: '5, soon, 120', seconds: [5, 120], wrong: 'soon' });
  expect(scheduleText('5, soon')).toBe('5s soon');
});
