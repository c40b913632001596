import { describe, expect, it } from 'vitest';
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from './retry-after.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const MINUTE = 60_000;

describe('parseRetryAfter', () => {
  it.each<[string, number | null]>([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7000],
    ['007', 7000],
    ['+7', 7000],
    ['-5', 0],
    ['86400', MAX_RETRY_AFTER_MS],
    ['86401', MAX_RETRY_AFTER_MS],
    ['9'.repeat(400), MAX_RETRY_AFTER_MS],
  ])('%j, seconds, asks for %s ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it.each<[string, number]>([
    ['1.939', 2000],
    ['0.001', 1000],
    ['1.0', 1000],
    ['2.', 2000],
    ['.5', 1000],
    ['-0.5', 0],
    ['120s', 120_000],
    ['120 seconds', 120_000],
    ['1500ms', 2000],
    ['2 min', 120_000],
    ['1h', 3_600_000],
    ['"120"', 120_000],
    ["'1.5'", 2000],
    ['120; reason=busy', 120_000],
  ])('%j, as servers in the field write seconds, asks for %s ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it.each<[string, number]>([
    ['120, 120', 120_000],
    ['5,90', 90_000],
    ['soon, 30', 30_000],
    ['30, Fri, 02 Jan 2026 03:05:05 GMT', MINUTE],
    ['Fri, 02 Jan 2026 03:05:05 GMT, 90', 90_000],
    ['Fri, 02 Jan 2026 03:05:05 GMT, Fri, 02 Jan 2026 03:06:05 GMT', 2 * MINUTE],
    [',, 7 ,', 7000],
  ])('%j, a list, asks for the longest: %s ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it.each([
    'Fri, 02 Jan 2026 03:05:05 GMT',
    'Friday, 02-Jan-26 03:05:05 GMT',
    'Fri Jan  2 03:05:05 2026',
    'Fri Jan 2 03:05:05 UTC 2026',
    'Fri, 2 Jan 2026 03:05:05 GMT',
    'Fri, 02-Jan-2026 03:05:05 GMT',
    'fri, 02 jan 2026 03:05:05 gmt',
    'Fri, 02 January 2026 03:05:05 GMT',
    'Mon, 02 Jan 2026 03:05:05 GMT',
    '02 Jan 2026 03:05:05 GMT',
    'Fri, 02 Jan 2026 03:05:05',
    'Fri, 02 Jan 2026 03:05:05 UTC',
    'Fri, 02 Jan 2026 03:05:05 +0000',
    'Fri, 02 Jan 2026 03:05:05 GMT+0000',
    'Fri, 02 Jan 2026 04:05:05 +0100',
    'Thu, 01 Jan 2026 22:05:05 EST',
    'Thu, 01 Jan 2026 19:05:05 -08:00 (PST)',
    '"Fri, 02 Jan 2026 03:05:05 GMT"',
    '2026-01-02T03:05:05Z',
    '2026-01-02T03:05:05.000Z',
    '2026-01-02t03:05:05z',
    '2026-01-02T04:05:05+01:00',
    '2026-01-02 03:05:05',
    '2026-01-02 03:05:05 UTC',
    '1767323105',
    '1767323105000',
    '1767323104.2',
  ])('%j, a point in time a minute ahead, is understood', (value) => {
    expect(parseRetryAfter(value, NOW)).toBe(MINUTE);
  });

  it.each<[string, number]>([
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
    ['Friday, 02-Jan-99 03:05:05 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['2026-01-02', 0],
    ['1767323000', 0],
    ['Fri, 02 Jan 2099 03:05:05 GMT', MAX_RETRY_AFTER_MS],
    ['2026-01-03T09:00:00Z', MAX_RETRY_AFTER_MS],
    ['Fri, 02 Jan 2026 03:05 GMT', 55_000],
    ['Fri, 02 Jan 2026 03:04:60 GMT', 55_000],
    ['999999999999', MAX_RETRY_AFTER_MS],
  ])('%j is past, far or coarse, and asks for %s ms', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it.each([
    '',
    'soon',
    'never',
    'null',
    'NaN',
    'Infinity',
    '1e3',
    '0x10',
    '5 fortnights',
    '1:30',
    'PT2M',
    '01/02/2026 03:05:05',
    'Fri, 02 Foo 2026 03:05:05 GMT',
    'Fri, 02 Jan 2026 25:05:05 GMT',
    'Fri, 31 Feb 2026 03:05:05 GMT',
    'Fri, 02 Jan 2026 03:05:05 XYZ',
    '2026-13-02T03:05:05Z',
  ])('%j says nothing', (value) => {
    expect(parseRetryAfter(value, NOW)).toBeNull();
  });
});
