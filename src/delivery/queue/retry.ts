import type { HotPool } from '../../database/hot-pool.js';
import { changeDelivery, type DeliveryCheck } from './change-delivery.js';
import { urgentFrom } from './urgent.js';

/**
 * Makes a delivery urgent, so that it goes at once, with its whole schedule before it: a finished one moves back to what
 * waits (its attempts stay, and their numbers go on), a waiting one is brought forward. False where that can't be:
 * delivered or skipped, under way, held, not at its turn, or its destination or payload gone.
 */
export function retryDelivery(pool: HotPool, deliveryId: string, check?: DeliveryCheck): Promise<boolean> {
  return changeDelivery(pool, RETRY, deliveryId, check);
}

/**
 * Is the delivery `x` of destination `d` at its turn? In an ordered destination nothing may wait before it, and the one
 * that goes first may not be under way.
 */
const isAtItsTurn = (x: string): string => `(NOT d.ordered OR (
  NOT EXISTS (SELECT 1 FROM waiting_deliveries o WHERE o.destination_id = d.id AND o.acceptance < ${x}.acceptance)
  AND (SELECT o.leased_by IS NULL FROM waiting_deliveries o
       WHERE o.destination_id = d.id ORDER BY o.acceptance LIMIT 1) IS NOT FALSE))`;

const RETRY = `WITH back AS (
   DELETE FROM finished_deliveries f USING destinations d
   WHERE f.delivery_id = $1 AND f.state IN ('failed', 'cancelled') AND d.id = f.destination_id AND ${isAtItsTurn('f')}
     AND EXISTS (SELECT 1 FROM events e WHERE e.event_id = f.event_id)
   RETURNING f.*
 ), waiting AS (
   INSERT INTO waiting_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type,
                                   created_at, attempts, lost_attempts, lease_number, last_status, last_error,
                                   attempted_at)
   SELECT delivery_id, event_id, account_id, destination_id, acceptance, event_type, created_at, attempts,
          0, lease_number, last_status, reason, CASE WHEN lease_number > 0 THEN finished_at END
   FROM back
   RETURNING delivery_id, lease_number
 ), forward AS (
   UPDATE waiting_deliveries w SET due_at = now(), schedule_position = 0
   FROM destinations d
   WHERE w.delivery_id = $1 AND w.leased_by IS NULL AND d.id = w.destination_id AND d.enabled AND ${isAtItsTurn('w')}
   RETURNING w.delivery_id, w.lease_number
 ), retried AS (
   SELECT * FROM waiting UNION ALL SELECT * FROM forward
 ), urgent AS (
   ${urgentFrom('retried')}
 )
 SELECT delivery_id FROM retried`;

/** Does the delivery wait for its turn at an ordered destination? Asked to say why it was not retried. */
export async function waitsForItsTurn(pool: HotPool, deliveryId: string): Promise<boolean> {
  const rows = await pool.run(
    `SELECT 1 FROM (SELECT delivery_id, destination_id, acceptance FROM waiting_deliveries WHERE delivery_id = $1
                    UNION ALL
                    SELECT delivery_id, destination_id, acceptance FROM finished_deliveries WHERE delivery_id = $1) x
     JOIN destinations d ON d.id = x.destination_id
     WHERE NOT ${isAtItsTurn('x')}`,
    [deliveryId],
  );
  return rows.length > 0;
}
