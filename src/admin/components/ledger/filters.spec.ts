import { expect, test } from 'vitest';
import { addressOf, apiQuery, DELIVERY_KIND, filtersOf, isActive, withPreset } from './filters.js';

const preset = (label: string) => {
  const found = DELIVERY_KIND.presets.find((candidate) => candidate.label === label);
  if (!found) throw new Error(`no preset ${label}`);
  return found;
};

test('the address of the page holds the filters, beside what is no filter', () => {
  const parameters = new URLSearchParams('state=failed&cursor=abc&live=1&event_type=');
  expect(filtersOf(parameters)).toEqual({ state: 'failed' });
  expect(addressOf('/list', { state: 'failed', event_type: 'a b' })).toBe('/list?state=failed&event_type=a+b');
  expect(addressOf('/list', {})).toBe('/list');
});

test('what counts back from now becomes a time', () => {
  const now = Date.parse('2026-01-31T09:00:00Z');
  expect(apiQuery({ state: 'failed', finished_within: '1h' }, now)).toEqual({
    state: 'failed',
    finished_after: '2026-01-31T08:00:00.000Z',
  });
});

test('a preset replaces the one before and keeps the other filters', () => {
  const current = { account_id: 'a', state: 'failed', finished_within: '1h' };
  expect(withPreset(preset('Waiting'), current, DELIVERY_KIND)).toEqual({ account_id: 'a', unfinished: 'true' });
  expect(isActive(preset('Failed, last hour'), current, DELIVERY_KIND)).toBe(true);
  expect(isActive(preset('Failed'), current, DELIVERY_KIND)).toBe(false);
});
