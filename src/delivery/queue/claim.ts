import { intArray, uuidArray } from '../../database/binary-array.js';
import type { HotPool } from '../../database/hot-pool.js';

/**
 * Why a delivery is attempted now: it is due; it shows whether a destination with an open circuit is back; or a person
 * asked for it, so that it passes pauses and open circuits.
 */
export type Cause = 'due' | 'probe' | 'urgent';

/** A delivery leased to this process: one attempt may be made, and must be settled or released. */
export interface ClaimedDelivery {
  readonly cause: Cause;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly accountId: string;
  readonly destinationId: string;
  readonly destinationVersion: number;
  /** Number of this attempt; with the process' id the token that settling checks. */
  readonly leaseNumber: number;
  /** Retries used up since the last start by a person. */
  readonly schedulePosition: number;
}

/** A delivery that was claimed because it is due. */
export interface DueDelivery extends ClaimedDelivery {
  /** So many of its destination might have been taken with it: if there were fewer, none that is due is left. */
  readonly room: number;
}

/** What every kind of claim has to know of the process. */
export interface ClaimLimits {
  readonly processId: string;
  /** How many processes deliver, and which of them (from 0) this one is: its share of every `max_concurrency`. */
  readonly processCount: number;
  readonly processIndex: number;
  /** Already taken here, by destination: what its share is less by, or more where it is below zero. */
  readonly taken: ReadonlyMap<string, number>;
  /** Room by destination where it is less than the share: the tokens of its rate limit. */
  readonly room: ReadonlyMap<string, number>;
  /** Deliveries taken, at most. */
  readonly maxDeliveries: number;
}

/** What one claim may take. */
export interface ClaimRequest extends ClaimLimits {
  /** The turn goes on after this destination; the nil UUID begins anew. */
  readonly afterDestinationId: string;
  /** Destinations looked at, at most. */
  readonly maxDestinations: number;
  /** Accounts that are passed over, whatever room their destinations have. */
  readonly crowdedAccounts: readonly string[];
}

interface Row {
  delivery_id: string | null;
  event_id: string;
  account_id: string;
  destination_id: string;
  version: number;
  lease_number: number;
  schedule_position: number;
  room: number;
  last_destination_id: string | null;
}

/**
 * How much of the `max_concurrency` of destination `d` this process may use, where $`count` processes deliver and it is
 * number $`index` of them. As `shareOf()` of the engine.
 */
export const shareOf = (count: string, index: string): string =>
  `(d.max_concurrency / ${count}
             + ((('x' || right(d.id::text, 6))::bit(24)::int + ${index}) % ${count} < d.max_concurrency % ${count})::int)`;

/**
 * Takes due deliveries in turns of destinations. A loose scan of the index steps from one waiting destination to the
 * next, beginning where the last claim ended, and takes from each no more than its free room: a plain
 * ORDER BY due_at LIMIT n would fill up with ten thousand deliveries of one hung destination.
 * Of an ordered destination only the oldest one is taken, and only if it is free: locking checks again what the
 * sub-select saw, so that two processes can't both have it. It is passed over, too, while another claim has it locked:
 * two claims that wait for each other's heads would deadlock. What is picked is locked, so the UPDATE finds it by an
 * array of keys alone: with "has no lease" as well, a plan made when little waited uses the index of what waits, and
 * reads all of it for each row (a claim of 200 among 20,000: 1.4 s instead of 16 ms); with a join it reads all that
 * waits. A destination that is disabled, paused or has an open circuit is passed over (see claim-ahead.ts); one that no
 * longer exists is left to the janitor.
 */
const CLAIM = `
WITH RECURSIVE turn (destination_id, step) AS (
  (SELECT destination_id, 1 FROM waiting_deliveries
   WHERE leased_by IS NULL AND destination_id > $2 ORDER BY destination_id LIMIT 1)
  UNION ALL
  SELECT (SELECT w.destination_id FROM waiting_deliveries w
          WHERE w.leased_by IS NULL AND w.destination_id > t.destination_id
          ORDER BY w.destination_id LIMIT 1), t.step + 1
  FROM turn t WHERE t.destination_id IS NOT NULL AND t.step < $3
), ready AS (
  SELECT d.id, d.ordered, d.version, t.step,
         least(
           ${shareOf('$5', '$6')} - coalesce(f.taken, 0),
           coalesce(r.room, CASE WHEN d.rate_limit IS NULL THEN 1000 ELSE 1 END)) AS room
  FROM turn t
  JOIN destinations d ON d.id = t.destination_id AND d.enabled AND d.account_id <> ALL ($11::uuid[])
  LEFT JOIN destination_health h ON h.destination_id = d.id
  LEFT JOIN unnest($7::uuid[], $8::int[]) AS f (destination_id, taken) ON f.destination_id = d.id
  LEFT JOIN unnest($9::uuid[], $10::int[]) AS r (destination_id, room) ON r.destination_id = d.id
  WHERE (h.paused_until IS NULL OR h.paused_until <= now()) AND h.probe_at IS NULL
), unordered AS MATERIALIZED (
  SELECT p.delivery_id, ready.version, ready.step, ready.room
  FROM (SELECT * FROM ready WHERE room > 0 AND NOT ordered ORDER BY step) ready
  CROSS JOIN LATERAL (
    SELECT w.delivery_id FROM waiting_deliveries w
    WHERE w.destination_id = ready.id AND w.leased_by IS NULL AND w.due_at <= now()
    ORDER BY w.due_at LIMIT ready.room
    FOR UPDATE SKIP LOCKED
  ) p
  LIMIT $4
), heads AS MATERIALIZED (
  SELECT h.delivery_id, ready.version, ready.step, 1 AS room
  FROM ready
  CROSS JOIN LATERAL (
    SELECT w.delivery_id FROM waiting_deliveries w
    WHERE w.destination_id = ready.id ORDER BY w.acceptance LIMIT 1
  ) oldest
  JOIN waiting_deliveries h ON h.delivery_id = oldest.delivery_id
  WHERE ready.room > 0 AND ready.ordered AND CASE WHEN h.leased_by IS NULL THEN h.due_at <= now() END
  FOR UPDATE OF h SKIP LOCKED
), picked AS MATERIALIZED (
  SELECT * FROM (SELECT * FROM unordered UNION ALL SELECT * FROM heads) both_kinds ORDER BY step LIMIT $4
), claimed AS (
  UPDATE waiting_deliveries w
  SET leased_by = $1, lease_number = w.lease_number + 1
  WHERE w.delivery_id = ANY (ARRAY(SELECT delivery_id FROM picked))
    AND EXISTS (SELECT 1 FROM processes WHERE process_id = $1)
  RETURNING w.delivery_id, w.event_id, w.account_id, w.destination_id, w.lease_number, w.schedule_position
)
SELECT c.*, t.destination_id AS last_destination_id
FROM (SELECT destination_id FROM turn
      WHERE step = coalesce((SELECT CASE WHEN count(*) = $4 THEN max(step) END FROM picked), $3)) t
FULL JOIN (SELECT * FROM claimed JOIN picked USING (delivery_id)) c ON false`;

/** Runs {@link CLAIM}. `lastDestinationId` is where the next turn goes on, or null when the round is complete. */
export async function claim(
  pool: HotPool,
  request: ClaimRequest,
): Promise<{ claimed: DueDelivery[]; lastDestinationId: string | null }> {
  const rows = await pool.queryRelaxed<Row>('claim', CLAIM, [
    request.processId,
    request.afterDestinationId,
    request.maxDestinations,
    request.maxDeliveries,
    request.processCount,
    request.processIndex,
    uuidArray([...request.taken.keys()]),
    intArray([...request.taken.values()]),
    uuidArray([...request.room.keys()]),
    intArray([...request.room.values()]),
    uuidArray(request.crowdedAccounts),
  ]);
  const claimed: DueDelivery[] = [];
  let lastDestinationId: string | null = null;
  for (const row of rows) {
    if (row.delivery_id === null) {
      lastDestinationId = row.last_destination_id;
      continue;
    }
    claimed.push({
      cause: 'due',
      deliveryId: row.delivery_id,
      eventId: row.event_id,
      accountId: row.account_id,
      destinationId: row.destination_id,
      destinationVersion: row.version,
      leaseNumber: row.lease_number,
      schedulePosition: row.schedule_position,
      room: row.room,
    });
  }
  return { claimed, lastDestinationId };
}
