import { expect, test } from 'vitest';
import type { DeliveryState, DeliveryView } from '../../ledger/views.js';
import { choicesForFilter, choicesForRows } from './bulk-choices.js';

const NOW = Date.parse('2026-01-31T09:00:00Z');
const row = (id: string, state: DeliveryState): DeliveryView => ({
  id,
  state,
  event_id: '',
  account_id: '',
  account_name: null,
  destination_id: '',
  event_type: null,
  url: '',
  http_method: 'POST',
  reason: null,
  attempts: 0,
  next_attempt_at: null,
  last_status: null,
  created_at: '',
  finished_at: null,
});

test('a filter by state is what the operation is asked for', () => {
  expect(choicesForFilter({ state: 'failed', finished_within: '1h', last_status: '503' }, NOW)).toEqual([
    {
      label: 'Retry all failed',
      isCancel: false,
      request: { state: 'failed', action: 'send', finished_after: '2026-01-31T08:00:00.000Z', last_status: 503 },
    },
  ]);
  expect(choicesForFilter({ unfinished: 'true' }, NOW)?.map(({ label }) => label)).toEqual([
    'Attempt now: all waiting',
    'Cancel all waiting',
  ]);
});

test('a filter that an operation does not take, or none by state, offers nothing', () => {
  expect(choicesForFilter({ state: 'failed', external_id: 'x' }, NOW)).toBeNull();
  expect(choicesForFilter({}, NOW)).toBeNull();
  expect(choicesForFilter({ state: 'skipped' }, NOW)).toBeNull();
});

test('chosen rows are dealt with by their states', () => {
  const choices = choicesForRows([row('a', 'failed'), row('b', 'held'), row('c', 'retrying'), row('d', 'in_flight')]);
  expect(choices.map(({ label, request }) => [label, request['delivery_ids']])).toEqual([
    ['Retry 1 failed', ['a']],
    ['Attempt now: 1 waiting', ['c']],
    ['Cancel 2 waiting', ['b', 'c']],
  ]);
});
