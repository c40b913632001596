import { describe, expect, it } from 'vitest';
import { DEFAULT_RETRY_SCHEDULE, MAX_RETRY_AFTER_MS, nextDelayMs, parseRetryAfter } from './retry-schedule.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('nextDelayMs', () => {
  it.each([
    [0, 0, 4000],
    [0, 0.5, 5000],
    [0, 1, 6000],
    [7, 0.5, 36_000_000],
  ])('at %i with %d is %i ms', (position, random, expected) => {
    expect(nextDelayMs(DEFAULT_RETRY_SCHEDULE, position, () => random)).toBe(expected);
  });

  it('is null once the schedule is used up', () => {
    expect(nextDelayMs(DEFAULT_RETRY_SCHEDULE, 8)).toBeNull();
    expect(nextDelayMs([], 0)).toBeNull();
  });
});

describe('parseRetryAfter', () => {
  it.each<[string, number | null]>([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7000],
    ['-5', 0],
    ['86400', MAX_RETRY_AFTER_MS],
    ['86401', MAX_RETRY_AFTER_MS],
    ['9'.repeat(400), MAX_RETRY_AFTER_MS],
    ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
    ['Friday, 02-Jan-26 03:05:05 GMT', 60_000],
    ['Fri Jan  2 03:05:05 2026', 60_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
    ['Friday, 02-Jan-99 03:05:05 GMT', 0],
    ['Fri, 02 Jan 2099 03:05:05 GMT', MAX_RETRY_AFTER_MS],
    ['', null],
    ['soon', null],
    ['1.5', null],
    ['1e3', null],
    ['0x10', null],
    ['2026-01-02T03:05:05Z', null],
    ['Fri, 02 Foo 2026 03:05:05 GMT', null],
    ['Fri, 02 Jan 2026 25:05:05 GMT', null],
    ['Fri, 02 Jan 2026 03:05:05 +0100', null],
  ])('%j asks for %s ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });
});
