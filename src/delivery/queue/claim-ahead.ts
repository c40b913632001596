import { intArray, uuidArray } from '../../database/binary-array.js';
import type { HotPool } from '../../database/hot-pool.js';
import { type Cause, type ClaimedDelivery, type ClaimLimits, shareOf } from './claim.js';

/**
 * Claims of what does not wait for its turn: the probes of destinations with an open circuit, and what a person asked
 * for. Statements of their own, run about once a second, so that the claim of what is due carries nothing for them.
 */

/** So many waiting deliveries are looked at to find one that was never attempted, or one that is due, among the others. */
const MAX_LOOKED_AT = 10_000;

/** The pause before the first probe, doubled with each that fails. */
export const FIRST_REST_SECONDS = 5;
const MAX_REST_SECONDS = 60;
/** 5 s doubled so often is more than the longest pause. */
const MAX_DOUBLINGS = 4;

/**
 * $1: process, $2: how many processes deliver, $3: number of this one, $4, $5: taken by destination, $6, $7: tokens by
 * destination, $8: deliveries at most.
 */
const SHARE = shareOf('$2', '$3');
const IS_LISTED = 'EXISTS (SELECT 1 FROM processes WHERE process_id = $1)';
const TAKEN = 'LEFT JOIN unnest($4::uuid[], $5::int[]) AS f (destination_id, taken) ON f.destination_id = d.id';
const TOKENS = 'LEFT JOIN unnest($6::uuid[], $7::int[]) AS r (destination_id, room) ON r.destination_id = d.id';

/** What is `picked`, with the lease. Picked rows are locked, and so found by their keys alone: see {@link claim}. */
const CLAIMED = `claimed AS (
  UPDATE waiting_deliveries w
  SET leased_by = $1, lease_number = w.lease_number + 1
  WHERE w.delivery_id = ANY (ARRAY(SELECT delivery_id FROM picked))
  RETURNING w.delivery_id, w.event_id, w.account_id, w.destination_id, w.lease_number, w.schedule_position
)`;

/**
 * Not as `leased_by IS NULL AND …`: a plan made when little waited would look through the index of what has no lease
 * instead of finding rows by their keys.
 */
const IS_FREE = 'CASE WHEN w.leased_by IS NULL THEN w.due_at <= now() END';
const DUE = `w.destination_id = o.id AND w.leased_by IS NULL AND w.due_at <= now()`;

/** The first of `o` in the order of acceptance, or against it, that was never attempted, within the bound. */
const neverAttempted = (order: 'ASC' | 'DESC'): string => `
    (SELECT w.delivery_id
     FROM (SELECT w.delivery_id, w.attempted_at, w.leased_by, w.due_at, w.acceptance FROM waiting_deliveries w
           WHERE w.destination_id = o.id ORDER BY w.acceptance ${order} LIMIT ${MAX_LOOKED_AT}) w
     WHERE w.attempted_at IS NULL AND w.leased_by IS NULL AND w.due_at <= now() ORDER BY w.acceptance ${order} LIMIT 1)`;

/**
 * Two deliveries for each destination whose circuit is open and whose pause is over: the oldest that was never attempted,
 * so that a kind of event that always fails does not keep the others back, and the one attempted longest ago, for a
 * receiver that refuses each event once. Of an ordered destination its head. The row of the circuit is locked and gets
 * the time of the next probe, so all processes together probe once; a process that meets the lock passes over it.
 * Which of the two comes first takes turns: with room for one at a time the second may go back unattempted.
 * Whether anything is due is asked for each destination by a subquery, because EXISTS would become a join that reads all
 * that is due. Each search is bounded. Beyond its bound the newest delivery stands for one that was never attempted, and the first
 * that is due for the one attempted longest ago.
 */
const CLAIM_PROBES = `
WITH open AS MATERIALIZED (
  SELECT h.destination_id AS id, h.failed_probes, d.version, d.ordered,
         least(2, coalesce(r.room, CASE WHEN d.rate_limit IS NULL THEN 2 ELSE 1 END)) AS room
  FROM destination_health h
  JOIN destinations d ON d.id = h.destination_id AND d.enabled
  ${TAKEN}
  ${TOKENS}
  WHERE h.probe_at <= now() AND (h.paused_until IS NULL OR h.paused_until <= now())
    AND ${IS_LISTED} AND ${SHARE} > coalesce(f.taken, 0) AND coalesce(r.room, 1) > 0
    AND (SELECT true FROM waiting_deliveries w
         WHERE w.destination_id = d.id AND w.leased_by IS NULL AND w.due_at <= now() LIMIT 1)
  ORDER BY h.probe_at LIMIT $8 / 2
  FOR UPDATE OF h SKIP LOCKED
), candidate (id, failed_probes, version, room, kind, delivery_id) AS MATERIALIZED (
  SELECT o.id, o.failed_probes, o.version, o.room, 0, coalesce(${neverAttempted('ASC')}, ${neverAttempted('DESC')})
  FROM open o WHERE NOT o.ordered
  UNION ALL
  SELECT o.id, o.failed_probes, o.version, o.room, 1, coalesce(
    (SELECT w.delivery_id
     FROM (SELECT w.delivery_id, w.attempted_at, w.due_at FROM waiting_deliveries w
           WHERE w.destination_id = o.id AND w.leased_by IS NULL AND w.attempted_at IS NOT NULL
           ORDER BY w.attempted_at LIMIT ${MAX_LOOKED_AT}) w
     WHERE w.due_at <= now() ORDER BY w.attempted_at LIMIT 1),
    (SELECT w.delivery_id
     FROM (SELECT w.delivery_id, w.attempted_at, w.due_at FROM waiting_deliveries w WHERE ${DUE}
           ORDER BY w.due_at LIMIT ${MAX_LOOKED_AT}) w
     WHERE w.attempted_at IS NOT NULL ORDER BY w.due_at LIMIT 1))
  FROM open o WHERE NOT o.ordered
  UNION ALL
  SELECT o.id, o.failed_probes, o.version, o.room, 0,
         (SELECT w.delivery_id FROM waiting_deliveries w WHERE w.destination_id = o.id ORDER BY w.acceptance LIMIT 1)
  FROM open o WHERE o.ordered
), placed AS MATERIALIZED (
  SELECT c.*, row_number() OVER (PARTITION BY c.id ORDER BY (c.kind + c.failed_probes) % 2) AS place
  FROM candidate c WHERE c.delivery_id IS NOT NULL
), picked AS MATERIALIZED (
  SELECT w.delivery_id, w.destination_id FROM waiting_deliveries w
  WHERE w.delivery_id = ANY (ARRAY(SELECT delivery_id FROM placed WHERE place <= room)) AND ${IS_FREE}
  FOR UPDATE SKIP LOCKED
), ${CLAIMED}, rested AS (
  UPDATE destination_health h
  SET failed_probes = h.failed_probes + 1,
      probe_at = now() + interval '1 second' * least(${MAX_REST_SECONDS},
        ${FIRST_REST_SECONDS} * 2 ^ least(h.failed_probes + 1, ${MAX_DOUBLINGS}))
  WHERE h.destination_id = ANY (ARRAY(SELECT destination_id FROM picked))
  RETURNING h.destination_id, (extract(epoch FROM h.probe_at - now()) * 1000)::float8 AS rest_ms
)
SELECT c.*, p.version, r.rest_ms
FROM claimed c JOIN placed p USING (delivery_id) JOIN rested r USING (destination_id)
ORDER BY p.id, p.place`;

/**
 * What a person asked for, past pauses and open circuits: as many as the destination's share of `max_concurrency` has
 * room for, at least one, and as its rate limit has tokens for. Of an ordered destination only its head.
 */
const CLAIM_URGENT = `
WITH candidate AS MATERIALIZED (
  SELECT * FROM waiting_deliveries w WHERE w.delivery_id = ANY (ARRAY(SELECT delivery_id FROM urgent_deliveries))
), asked AS MATERIALIZED (
  SELECT w.delivery_id, d.version, row_number() OVER (PARTITION BY d.id ORDER BY w.due_at) AS place,
         least(greatest(1, ${SHARE} - coalesce(f.taken, 0)),
               coalesce(r.room, CASE WHEN d.rate_limit IS NULL THEN 1000 ELSE 1 END)) AS room
  FROM candidate w
  JOIN urgent_deliveries u ON u.delivery_id = w.delivery_id AND u.lease_number = w.lease_number
  JOIN destinations d ON d.id = w.destination_id AND d.enabled
  ${TAKEN}
  ${TOKENS}
  WHERE ${IS_FREE} AND ${IS_LISTED} AND ${SHARE} > 0
    AND NOT (d.ordered AND EXISTS (SELECT 1 FROM waiting_deliveries o
                                   WHERE o.destination_id = d.id AND o.acceptance < w.acceptance))
), picked AS MATERIALIZED (
  SELECT w.delivery_id FROM waiting_deliveries w
  WHERE w.delivery_id = ANY (ARRAY(SELECT delivery_id FROM asked WHERE place <= room LIMIT $8)) AND ${IS_FREE}
  FOR UPDATE SKIP LOCKED
), ${CLAIMED}
SELECT c.*, a.version FROM claimed c JOIN asked a USING (delivery_id)`;

interface Row {
  [column: string]: unknown;
  delivery_id: string;
  event_id: string;
  account_id: string;
  destination_id: string;
  version: number;
  lease_number: number;
  schedule_position: number;
}

/** Runs {@link CLAIM_PROBES}. `rests`: milliseconds until the next probe, by destination. */
export async function claimProbes(
  pool: HotPool,
  limits: ClaimLimits,
): Promise<{ claimed: ClaimedDelivery[]; rests: ReadonlyMap<string, number> }> {
  const rows = await pool.queryRelaxed<Row & { rest_ms: number }>('claim-probes', CLAIM_PROBES, valuesOf(limits));
  return {
    claimed: rows.map((row) => toClaimed(row, 'probe')),
    rests: new Map(rows.map((row) => [row.destination_id, row.rest_ms])),
  };
}

/** Runs {@link CLAIM_URGENT}. */
export async function claimUrgent(pool: HotPool, limits: ClaimLimits): Promise<ClaimedDelivery[]> {
  const rows = await pool.queryRelaxed<Row>('claim-urgent', CLAIM_URGENT, valuesOf(limits));
  return rows.map((row) => toClaimed(row, 'urgent'));
}

function valuesOf(limits: ClaimLimits): unknown[] {
  return [
    limits.processId,
    limits.processCount,
    limits.processIndex,
    uuidArray([...limits.taken.keys()]),
    intArray([...limits.taken.values()]),
    uuidArray([...limits.room.keys()]),
    intArray([...limits.room.values()]),
    limits.maxDeliveries,
  ];
}

function toClaimed(row: Row, cause: Cause): ClaimedDelivery {
  return {
    cause,
    deliveryId: row.delivery_id,
    eventId: row.event_id,
    accountId: row.account_id,
    destinationId: row.destination_id,
    destinationVersion: row.version,
    leaseNumber: row.lease_number,
    schedulePosition: row.schedule_position,
  };
}
