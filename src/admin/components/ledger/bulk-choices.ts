import type { DeliveryView } from '../../ledger/views.ts';
import { apiQuery, type Filters } from './filters.ts';

/** One bulk operation that can be offered: the words of its button and what the service is asked for. */
export interface BulkChoice {
  readonly label: string;
  readonly isCancel: boolean;
  readonly request: Readonly<Record<string, unknown>>;
}

type Kind = 'retry' | 'replay' | 'now' | 'cancel';

const VERBS: Readonly<Record<Kind, string>> = {
  retry: 'Retry',
  replay: 'Replay',
  now: 'Attempt now:',
  cancel: 'Cancel',
};

/** What can be done with deliveries in a state, which the service calls `state`. */
const BY_STATE: Readonly<Record<string, readonly Kind[]>> = {
  failed: ['retry'],
  cancelled: ['retry'],
  delivered: ['replay'],
  waiting: ['now', 'cancel'],
  pending: ['now', 'cancel'],
  retrying: ['now', 'cancel'],
  held: ['cancel'],
};

/** Filters that an operation takes, too. With any other it would do more than what the list shows. */
const TAKEN = new Set([
  'account_id',
  'destination_id',
  'event_type',
  'last_status',
  'reason',
  'created_after',
  'created_before',
  'finished_after',
  'finished_before',
]);

/** What can be done with all that the filter shows; null: with this filter nothing as a whole. */
export function choicesForFilter(filters: Filters, nowMs: number): BulkChoice[] | null {
  const { state: named, unfinished, ...others } = apiQuery(filters, nowMs);
  const state = named ?? (unfinished === 'true' ? 'waiting' : '');
  const kinds = BY_STATE[state];
  if (!kinds || !Object.keys(others).every((name) => TAKEN.has(name))) return null;
  const { last_status: status, ...asked } = others;
  const request = { ...asked, ...(status !== undefined && { last_status: Number(status) }) };
  return kinds.map((kind) => choice(kind, state, `all ${state}`, request));
}

/** What can be done with chosen rows: each with those that it is for. */
export function choicesForRows(rows: readonly DeliveryView[]): BulkChoice[] {
  const choices: BulkChoice[] = [];
  const add = (kind: Kind, state: string, states: readonly string[]): void => {
    const ids = rows.filter((row) => states.includes(row.state)).map(({ id }) => id);
    if (ids.length > 0) choices.push(choice(kind, state, `${ids.length} ${state}`, { delivery_ids: ids }));
  };
  add('retry', 'failed', ['failed']);
  add('retry', 'cancelled', ['cancelled']);
  add('replay', 'delivered', ['delivered']);
  add('now', 'waiting', ['pending', 'retrying']);
  add('cancel', 'waiting', ['pending', 'retrying', 'held']);
  return choices;
}

function choice(kind: Kind, state: string, what: string, request: Readonly<Record<string, unknown>>): BulkChoice {
  const isCancel = kind === 'cancel';
  return {
    label: `${VERBS[kind]} ${what}`,
    isCancel,
    request: { ...request, state, action: isCancel ? 'cancel' : 'send' },
  };
}
