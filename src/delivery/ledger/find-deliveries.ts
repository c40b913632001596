import {
  booleanFilter,
  enumFilter,
  type FilterValue,
  integerFilter,
  textFilter,
  uuidFilter,
} from '../../common/list-query.js';
import type { HotPool, Query } from '../../database/hot-pool.js';
import { ERROR_CODES } from '../push/judge.js';
import { Conditions, deliveryIdsOf, fromCursor, idNotAfter, idNotBefore } from './conditions.js';
import { type CursorPage, cursorPage } from './cursor.js';
import { addDeleted, addOwner, findDeletedDestinations } from './deleted-destinations.js';
import { type LedgerFilters, type LedgerQuery, timeFilter } from './ledger-query.js';

const WAITING_STATES = ['pending', 'in_flight', 'retrying', 'held'] as const;
const FINISHED_STATES = ['delivered', 'failed', 'skipped', 'cancelled'] as const;
export const DELIVERY_STATES = [...WAITING_STATES, ...FINISHED_STATES] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface DeliveryRow {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly account_id: string;
  readonly destination_id: string;
  readonly event_type: string | null;
  readonly url: string;
  readonly http_method: string;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly attempts: number;
  readonly next_attempt_at: Date | null;
  readonly last_status: number | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
}

export const DELIVERY_FILTERS = {
  account_id: uuidFilter,
  destination_id: uuidFilter,
  event_id: uuidFilter,
  event_type: textFilter,
  external_id: textFilter,
  state: enumFilter(DELIVERY_STATES),
  unfinished: booleanFilter,
  reason: textFilter,
  error_code: enumFilter(ERROR_CODES),
  last_status: integerFilter,
  created_after: timeFilter,
  created_before: timeFilter,
  finished_after: timeFilter,
  finished_before: timeFilter,
} satisfies LedgerFilters;

/**
 * A waiting delivery's state is derived, never stored: to disable or to delete a destination with a million waiting is one
 * row. What a deleted destination leaves behind is moved to the history in steps, see queue/cancel.ts.
 */
const WAITING_STATE = `CASE
  WHEN d.id IS NULL THEN 'cancelled'
  WHEN w.leased_by IS NOT NULL THEN 'in_flight'
  WHEN d.enabled IS FALSE THEN 'held'
  WHEN w.attempts + w.lost_attempts = 0 THEN 'pending'
  ELSE 'retrying' END`;

/** The row is missing for a moment where something was accepted while the destination was deleted. */
const DELETED_AT = 'coalesce(x.deleted_at, now())';

const WAITING = `
  SELECT w.delivery_id, w.event_id, w.account_id, w.destination_id, w.event_type,
         coalesce(d.url, x.url, '') AS url, coalesce(d.http_method, x.http_method, '') AS http_method,
         ${WAITING_STATE} AS state,
         CASE WHEN d.id IS NULL THEN 'destination_deleted'
              WHEN d.enabled IS FALSE AND w.leased_by IS NULL THEN 'destination_disabled' ELSE w.last_error END AS reason,
         w.attempts,
         CASE WHEN w.leased_by IS NULL AND d.enabled
           THEN CASE WHEN u.delivery_id IS NULL THEN greatest(w.due_at, h.paused_until) ELSE w.due_at END END
           AS next_attempt_at,
         w.last_status, w.created_at,
         CASE WHEN d.id IS NULL THEN ${DELETED_AT} END AS finished_at
  FROM waiting_deliveries w
  LEFT JOIN destinations d ON d.id = w.destination_id
  LEFT JOIN deleted_destinations x ON x.destination_id = w.destination_id
  LEFT JOIN destination_health h ON h.destination_id = w.destination_id
  LEFT JOIN urgent_deliveries u ON u.delivery_id = w.delivery_id AND u.lease_number = w.lease_number`;

const FINISHED = `
  SELECT f.delivery_id, f.event_id, f.account_id, f.destination_id, f.event_type, f.url, f.http_method, f.state,
         f.reason, f.attempts, NULL::timestamptz AS next_attempt_at, f.last_status, f.created_at, f.finished_at
  FROM finished_deliveries f`;

/**
 * One page over both tables. Each is asked for a page of its own, so that each can stop at its index's first rows;
 * a filter by state leaves one of them out.
 */
export async function findDeliveries(
  pool: HotPool,
  query: LedgerQuery,
  scope: string | null,
): Promise<CursorPage<DeliveryRow>> {
  const { comparison, order } = fromCursor(query.cursor);
  const conditions = { waiting: new Conditions(), finished: new Conditions() };
  const branches: string[] = [];
  const values: unknown[] = [];
  const accountId = scope ?? query.filters.get('account_id');
  const onlyDeleted = asksForFinished(query.filters);
  const deleted = onlyDeleted || accountId !== undefined ? await findDeletedDestinations(pool) : [];
  for (const [alias, select, states, branch] of [
    ['w', WAITING, [...WAITING_STATES, 'cancelled'], conditions.waiting],
    ['f', FINISHED, FINISHED_STATES, conditions.finished],
  ] as const) {
    if (!mayHold(states, query.filters)) continue;
    branch.values.push(...values);
    if (alias === 'w') {
      if (onlyDeleted && deleted.length === 0) continue;
      if (onlyDeleted) addDeleted(branch, deleted);
      else if (accountId !== undefined) addOwner(branch, accountId, deleted);
    }
    if (scope !== null) addFilter(branch, alias, 'account_id', scope);
    for (const [name, value] of query.filters) addFilter(branch, alias, name, value);
    if (comparison) branch.add(`${alias}.delivery_id ${comparison} $::uuid`, query.cursor?.key);
    const limit = branch.value(query.pageSize + 1);
    branches.push(`(${select} ${branch.where} ORDER BY ${alias}.delivery_id ${order} LIMIT ${limit})`);
    values.splice(0, values.length, ...branch.values);
  }
  if (branches.length === 0) return { rows: [], next: null, previous: null };
  values.push(query.pageSize + 1);
  const rows = await pool.run<DeliveryRow & Record<string, unknown>>(
    `SELECT * FROM (${branches.join(' UNION ALL ')}) page ORDER BY delivery_id ${order} LIMIT $${values.length}`,
    values,
  );
  return cursorPage(rows, query.pageSize, query.cursor, (row) => row.delivery_id);
}

/** Whether deliveries of these states, those of one table, can match. */
function mayHold(states: readonly string[], filters: LedgerQuery['filters']): boolean {
  const state = filters.get('state');
  const isFinishedTable = states.includes('delivered');
  if (state !== undefined && !states.some((candidate) => candidate === state)) return false;
  return !isFinishedTable || filters.get('unfinished') !== true;
}

/** Of what waits, only deliveries of deleted destinations can match: they are `cancelled`. */
function asksForFinished(filters: LedgerQuery['filters']): boolean {
  return (
    filters.get('state') === 'cancelled' ||
    filters.get('unfinished') === false ||
    filters.get('reason') === DELETED_REASON ||
    filters.has('finished_after') ||
    filters.has('finished_before')
  );
}

const DELETED_REASON = 'destination_deleted';

export async function findDelivery(query: Query, deliveryId: string): Promise<DeliveryRow | undefined> {
  const [row] = await query<DeliveryRow & Record<string, unknown>>(
    `${WAITING} WHERE w.delivery_id = $1 UNION ALL ${FINISHED} WHERE f.delivery_id = $1`,
    [deliveryId],
  );
  return row;
}

function addFilter(conditions: Conditions, alias: 'w' | 'f', name: string, value: FilterValue): void {
  switch (name) {
    case 'state':
      conditions.add(alias === 'w' ? `${WAITING_STATE} = $` : 'f.state = $', value);
      // So that the few destinations that hold are looked into, and not all that waits.
      if (value === 'held') conditions.addPlain('w.destination_id IN (SELECT id FROM destinations WHERE NOT enabled)');
      break;
    case 'reason':
    case 'error_code':
      addReason(conditions, alias, value);
      break;
    case 'last_status':
      conditions.add(`${alias}.last_status = $`, value);
      // In words, as it stands in the index.
      if (alias === 'f' && Number(value) >= 300) conditions.addPlain('f.last_status >= 300');
      break;
    case 'account_id':
      conditions.add(`${alias}.account_id = $`, value);
      break;
    case 'external_id':
      conditions.add(withExternalId(alias), value);
      break;
    case 'event_id': {
      const { first, last } = deliveryIdsOf(String(value).toLowerCase());
      conditions.add(`${alias}.delivery_id >= $::uuid`, first);
      conditions.add(`${alias}.delivery_id <= $::uuid`, last);
      conditions.add(`${alias}.event_id = $`, value);
      break;
    }
    case 'unfinished':
      if (alias === 'w' && value === true) conditions.addPlain(UNFINISHED);
      break;
    case 'finished_after':
      conditions.add(`${FINISHED_AT[alias]} >= $`, new Date(Number(value)));
      break;
    case 'finished_before':
      conditions.add(`${FINISHED_AT[alias]} < $`, new Date(Number(value)));
      break;
    case 'created_after':
      conditions.add(`${alias}.created_at >= $`, new Date(Number(value)));
      conditions.add(`${alias}.delivery_id >= $::uuid`, idNotBefore(Number(value)));
      break;
    case 'created_before':
      conditions.add(`${alias}.created_at < $`, new Date(Number(value)));
      conditions.add(`${alias}.delivery_id < $::uuid`, idNotAfter(Number(value)));
      break;
    default:
      conditions.add(`${alias}.${name} = $`, value);
  }
}

function addReason(conditions: Conditions, alias: 'w' | 'f', value: FilterValue): void {
  if (alias === 'w') {
    // Decided before, by which deliveries are looked at.
    if (value === DELETED_REASON) return;
    conditions.add('w.last_error = $', value);
    conditions.addPlain(UNFINISHED);
    return;
  }
  conditions.add('f.reason = $', value);
  // Nothing else finishes with one, and failures have an index of their own.
  if (ERROR_CODES.some((code) => code === value)) conditions.addPlain("f.state = 'failed'");
}

const FINISHED_AT = { w: DELETED_AT, f: 'f.finished_at' } as const;

/** Not cancelled by the deletion of its destination. */
const UNFINISHED = 'd.id IS NOT NULL';

/** By the index of the sender's ids to the events, and by their ids to the deliveries: few, whatever the history. */
function withExternalId(alias: 'w' | 'f'): string {
  const table = alias === 'w' ? 'waiting_deliveries' : 'finished_deliveries';
  return `${alias}.delivery_id IN (
    SELECT x.delivery_id FROM events e
    CROSS JOIN LATERAL (
      SELECT i.delivery_id FROM ${table} i
      WHERE i.delivery_id >= (left(e.event_id::text, 18) || '-0000-000000000000')::uuid
        AND i.delivery_id <= (left(e.event_id::text, 18) || '-ffff-ffffffffffff')::uuid AND i.event_id = e.event_id
      OFFSET 0
    ) x
    WHERE e.external_id = $)`;
}
