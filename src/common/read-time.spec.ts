import { expect, it } from 'vitest';
import { readTime } from './read-time.js';

const NINE = Date.UTC(2026, 0, 31, 9);

it.each([
  ['2026-01-31T09:00:00Z', NINE],
  ['2026-01-31T09:00Z', NINE],
  ['2026-01-31t09:00:00.5z', NINE + 500],
  ['2026-01-31T09:00:00.123456Z', NINE + 123],
  ['2026-01-31 10:00:00+01:00', NINE],
  ['2026-01-31T03:30:00-05:30', NINE],
  ['2026-01-31T10:00:00+0100', NINE],
  // As a query string brings a plus that was not encoded.
  ['2026-01-31T10:00:00 01:00', NINE],
  ['2026-01-31T10:00 0100', NINE],
  ['2026-01-31 10:00:00.25 01:00', NINE + 250],
  // As PostgreSQL writes it.
  ['2026-01-31 10:00:00.25+01', NINE + 250],
  ['2026-01-31 10:00:00 01', NINE],
  ['2026-01-31 09:00:00 Z', NINE],
])('reads %s', (text, value) => expect(readTime(text)).toEqual({ value }));

it.each([
  ['', /such as 2026-01-31T09:00:00Z/],
  ['yesterday', /such as 2026-01-31T09:00:00Z/],
  ['2026-01-31', /a day alone has no time: write 2026-01-31T00:00:00Z/],
  ['2026-01-31T09:00:00', /the zone is missing: write 2026-01-31T09:00:00Z/],
  ['2026-01-31 09:00', /the zone is missing: write 2026-01-31T09:00Z/],
  ['1769850000', /since 1970: write 2026-01-31T09:00:00Z/],
  ['1769850000123', /since 1970: write 2026-01-31T09:00:00\.123Z/],
  ['20260131T090000Z', /such as/],
  ['2026-13-31T09:00:00Z', /no such time/],
  ['2026-02-30T09:00:00Z', /no such time/],
  ['2026-02-29T09:00:00+01:00', /no such time/],
  ['2026-01-31T25:00:00Z', /no such time/],
  ['2026-01-31T09:00:00+99:99', /no such time/],
  ['1969-12-31T00:00:00Z', /from 1970/],
  ['9999-01-01T00:00Z', /from 1970/],
])('says what is wrong with %j', (text, wrong) => {
  expect(readTime(text)).toEqual({ wrong: expect.stringMatching(wrong) as string });
});
