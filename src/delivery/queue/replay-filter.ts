import { firstUuidOf } from '../../database/partitions.js';

/** What has not finished: all of it, or what is in one of its states. What is under way is none of them. */
export const UNFINISHED_STATES = ['waiting', 'pending', 'retrying', 'held'] as const;

/** What a bulk operation does, and with which deliveries. Null: whatever it is. */
export interface ReplayFilter {
  /** `send`: again, or at once where it waits; `cancel`: what waits. */
  readonly action: 'send' | 'cancel';
  readonly accountId: string | null;
  readonly destinationId: string | null;
  readonly state: 'failed' | 'cancelled' | 'delivered' | (typeof UNFINISHED_STATES)[number];
  readonly reason: string | null;
  readonly eventType: string | null;
  readonly lastStatus: number | null;
  readonly createdAfter: Date | null;
  readonly createdBefore: Date | null;
  readonly finishedAfter: Date | null;
  readonly finishedBefore: Date | null;
  /** Those that were chosen, and that match the rest. */
  readonly deliveryIds: readonly string[] | null;
}

/** A filter as a row of `replays` holds it. */
export interface ReplayFilterColumns {
  readonly action: ReplayFilter['action'];
  readonly account_id: string | null;
  readonly destination_id: string | null;
  readonly delivery_state: ReplayFilter['state'];
  readonly reason: string | null;
  readonly event_type: string | null;
  readonly last_status: number | null;
  readonly created_after: Date | null;
  readonly created_before: Date | null;
  readonly finished_after: Date | null;
  readonly finished_before: Date | null;
  readonly delivery_ids: readonly string[] | null;
}

/** In the order of {@link ReplayFilter}. */
export const REPLAY_FILTER_COLUMNS = `action, account_id, destination_id, delivery_state, reason, event_type, last_status,
  created_after, created_before, finished_after, finished_before, delivery_ids`;

export function filterOf(row: ReplayFilterColumns): ReplayFilter {
  return {
    action: row.action,
    accountId: row.account_id,
    destinationId: row.destination_id,
    state: row.delivery_state,
    reason: row.reason,
    eventType: row.event_type,
    lastStatus: row.last_status,
    createdAfter: row.created_after,
    createdBefore: row.created_before,
    finishedAfter: row.finished_after,
    finishedBefore: row.finished_before,
    deliveryIds: row.delivery_ids,
  };
}

export function isOfWaiting({ state }: Pick<ReplayFilter, 'state'>): boolean {
  return UNFINISHED_STATES.some((candidate) => candidate === state);
}

/** Ids are made by the clock of a process, times by that of the database. */
const CLOCK_GRACE_MS = 3_600_000;

/**
 * The deliveries `f` that match, and that finished, or were accepted if they wait, by `$1`. Null filters are left out
 * rather than compared, so that the plan is made for what is asked. Appends to `values`.
 */
export function conditionsOf(filter: ReplayFilter, values: unknown[]): { from: string; where: string } {
  const waits = isOfWaiting(filter);
  const conditions = waits ? waitingConditions(filter.state) : finishedConditions(filter.state);
  const add = (condition: string, value: unknown): void => {
    if (value === null) return;
    values.push(value);
    conditions.push(condition.replace('?', `$${values.length}`));
  };
  const { createdAfter, createdBefore } = filter;
  add(
    // What waits has an index by destination and none by account.
    waits ? 'f.destination_id IN (SELECT id FROM destinations WHERE account_id = ?)' : 'f.account_id = ?',
    filter.accountId,
  );
  add('f.destination_id = ?', filter.destinationId);
  add(waits ? 'f.last_error = ?' : 'f.reason = ?', filter.reason);
  add('f.event_type = ?', filter.eventType);
  add('f.last_status = ?', filter.lastStatus);
  add('f.created_at >= ?', createdAfter);
  add('f.delivery_id >= ?::uuid', createdAfter && firstUuidOf(Math.max(0, createdAfter.getTime() - CLOCK_GRACE_MS)));
  add('f.created_at < ?', createdBefore);
  add('f.delivery_id < ?::uuid', createdBefore && firstUuidOf(createdBefore.getTime() + CLOCK_GRACE_MS));
  add('f.finished_at >= ?', filter.finishedAfter);
  add('f.finished_at < ?', filter.finishedBefore);
  add('f.delivery_id = ANY (?::uuid[])', filter.deliveryIds);
  return { from: waits ? 'waiting_deliveries f' : 'finished_deliveries f', where: conditions.join(' AND ') };
}

/** In words of our own, not as a parameter: only so the partial indexes can be used by every plan. */
function finishedConditions(state: ReplayFilter['state']): string[] {
  return ['f.finished_at <= $1', `f.state = '${state}'`];
}

function waitingConditions(state: ReplayFilter['state']): string[] {
  const conditions = [
    'f.created_at <= $1',
    'f.leased_by IS NULL',
    // What waits for a deleted destination is cancelled, although it has not been moved yet.
    'EXISTS (SELECT 1 FROM destinations d WHERE d.id = f.destination_id)',
  ];
  const disabled = '(SELECT id FROM destinations WHERE NOT enabled)';
  if (state === 'held') conditions.push(`f.destination_id IN ${disabled}`);
  if (state === 'pending' || state === 'retrying') {
    conditions.push(`f.attempts + f.lost_attempts ${state === 'pending' ? '=' : '>'} 0`);
    conditions.push(`f.destination_id NOT IN ${disabled}`);
  }
  return conditions;
}
