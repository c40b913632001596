import type { HotPool, Query } from '../../database/hot-pool.js';
import { changeDelivery, type DeliveryCheck } from './change-delivery.js';

/** Why a delivery was ended before its time. */
type CancelReason = 'destination_deleted' | 'cancelled_by_person';

/** The part that writes down as `cancelled` what a part of the statement before it took from what waits. */
export function cancelledInto(gone: string, reason: CancelReason): string {
  return `INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, url,
                                 http_method, state, reason, attempts, lost_attempts, lease_number, last_status,
                                 created_at)
SELECT g.delivery_id, g.event_id, g.account_id, g.destination_id, g.acceptance, g.event_type,
       coalesce(d.url, x.url, ''), coalesce(d.http_method, x.http_method, ''), 'cancelled', '${reason}', g.attempts,
       g.lost_attempts, g.lease_number, g.last_status, g.created_at
FROM ${gone} g
LEFT JOIN destinations d ON d.id = g.destination_id
LEFT JOIN deleted_destinations x ON x.destination_id = g.destination_id`;
}

/**
 * Makes everything that waits for a destination `cancelled`, to run in the transaction that deletes the destination. It
 * writes one row, whatever waits: the ledger derives the state from it at once, and {@link cancelStep} moves the
 * deliveries to the history afterwards.
 */
const DELETED = `
INSERT INTO deleted_destinations (destination_id, account_id, url, http_method)
SELECT id, account_id, url, http_method FROM destinations`;

export const CANCEL_FOR_DESTINATION = `${DELETED} WHERE id = $1`;

/** As {@link CANCEL_FOR_DESTINATION}, for all destinations of an account. */
export const CANCEL_FOR_ACCOUNT = `${DELETED} WHERE account_id = $1`;

/** Cancels one delivery. False where none of that id waits, or its attempt is under way, which can't be recalled. */
export function cancelDelivery(pool: HotPool, deliveryId: string, check?: DeliveryCheck): Promise<boolean> {
  const statement = `
WITH gone AS (
  DELETE FROM waiting_deliveries w
  WHERE w.delivery_id = $1 AND w.leased_by IS NULL
    AND EXISTS (SELECT 1 FROM destinations d WHERE d.id = w.destination_id)
  RETURNING w.*
)
${cancelledInto('gone', 'cancelled_by_person')} RETURNING delivery_id`;
  return changeDelivery(pool, statement, deliveryId, check);
}

/** Deliveries that one step cancels, at most: some tens of milliseconds. */
const STEP_SIZE = 2_000;

/**
 * $1: the destination; $2: continue after this acceptance; $3: how many at most. An attempt that is under way is
 * not recalled; its outcome is dropped, because settling no longer finds the lease.
 */
const CANCEL_STEP = `
WITH picked AS MATERIALIZED (
  SELECT delivery_id, acceptance FROM waiting_deliveries
  WHERE destination_id = $1 AND acceptance > $2
  ORDER BY acceptance LIMIT $3 FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM waiting_deliveries w WHERE w.delivery_id = ANY (ARRAY(SELECT delivery_id FROM picked)) RETURNING w.*
), moved AS (
${cancelledInto('gone', 'destination_deleted')}
  RETURNING delivery_id
)
SELECT (SELECT count(*) FROM picked) AS picked, (SELECT count(*) FROM moved) AS moved,
       (SELECT max(acceptance) FROM picked) AS last`;

/**
 * After the last delivery the step begins again from the first one: an acceptance that was under way when the destination
 * was deleted may leave one behind. The destination is forgotten ten minutes after it was deleted, when
 * nothing of it waits; by then every statement that knew it has ended.
 */
const AFTER_STEP = `
UPDATE deleted_destinations
SET cancelled_to = CASE WHEN $2 THEN $3::bigint ELSE 0 END,
    next_step_at = CASE WHEN $2 THEN now() WHEN deleted_at > now() - interval '1 minute' THEN now() + interval '2 seconds'
                        ELSE now() + interval '30 seconds' END
WHERE destination_id = $1`;

const FORGET = `
DELETE FROM deleted_destinations x
WHERE x.destination_id = $1 AND x.deleted_at < now() - interval '10 minutes'
  AND NOT EXISTS (SELECT 1 FROM waiting_deliveries w WHERE w.destination_id = x.destination_id)`;

export interface CancelStep {
  readonly moved: number;
  /** When the next step of any destination is due; null: no destination was deleted lately. */
  readonly nextInMs: number | null;
}

/**
 * Takes one step of cancelling what waits for a deleted destination, if one is due. The step is one transaction that
 * holds the destination's row, so a crash undoes at most one step, and no two processes work on the same destination.
 */
export function cancelStep(pool: HotPool): Promise<CancelStep> {
  return pool.transaction(async (query) => {
    const [next] = await query<{ destination_id: string; cancelled_to: number }>(
      `SELECT destination_id, cancelled_to FROM deleted_destinations WHERE next_step_at <= now()
       ORDER BY next_step_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    const moved = next ? await cancelSome(query, next.destination_id, next.cancelled_to) : 0;
    const [due] = await query<{ in_ms: number | null }>(
      'SELECT (extract(epoch FROM min(next_step_at) - now()) * 1000)::float8 AS in_ms FROM deleted_destinations',
    );
    return { moved, nextInMs: due?.in_ms ?? null };
  });
}

async function cancelSome(query: Query, destinationId: string, after: number): Promise<number> {
  // Statistics from before a million came to wait would make the planner read all of them.
  await query('SET LOCAL enable_seqscan = off');
  const [row] = await query<{ picked: number; moved: number; last: number | null }>(CANCEL_STEP, [
    destinationId,
    after,
    STEP_SIZE,
  ]);
  const { picked = 0, moved = 0, last = null } = row ?? {};
  await query(AFTER_STEP, [destinationId, picked === STEP_SIZE, last]);
  if (picked === 0) await query(FORGET, [destinationId]);
  return moved;
}

/**
 * Notes destinations that are gone without a note of their own: the version before deleted them, and accepted something
 * at the same moment. Reads one row of each destination that has something waiting.
 */
export async function noteLeftovers(pool: HotPool): Promise<void> {
  await pool.run(
    `WITH RECURSIVE waiting (id) AS (
       (SELECT destination_id FROM waiting_deliveries ORDER BY destination_id LIMIT 1)
       UNION ALL
       SELECT (SELECT n.destination_id FROM waiting_deliveries n WHERE n.destination_id > waiting.id
               ORDER BY n.destination_id LIMIT 1)
       FROM waiting WHERE waiting.id IS NOT NULL
     )
     INSERT INTO deleted_destinations (destination_id, account_id, url, http_method)
     SELECT w.id, o.account_id, '', '' FROM waiting w
     CROSS JOIN LATERAL (SELECT account_id FROM waiting_deliveries WHERE destination_id = w.id LIMIT 1) o
     WHERE w.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM destinations d WHERE d.id = w.id)
     ON CONFLICT (destination_id) DO NOTHING`,
  );
}
