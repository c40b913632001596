import type { HotPool } from '../../database/hot-pool.js';
import { changeDelivery, type DeliveryCheck } from './change-delivery.js';

/** Why a delivery was ended before its time. */
type CancelReason = 'destination_deleted' | 'cancelled_by_person';

/** The part that writes down as `cancelled` what a part of the statement before it took from what waits. */
export function cancelledInto(gone: string, reason: CancelReason): string {
  return `INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, url,
                                 http_method, state, reason, attempts, lost_attempts, lease_number, last_status,
                                 created_at)
SELECT g.delivery_id, g.event_id, g.account_id, g.destination_id, g.acceptance, g.event_type,
       coalesce(d.url, ''), coalesce(d.http_method, ''), 'cancelled', '${reason}', g.attempts,
       g.lost_attempts, g.lease_number, g.last_status, g.created_at
FROM ${gone} g LEFT JOIN destinations d ON d.id = g.destination_id`;
}

/**
 * Moves unfinished deliveries to the history as `cancelled`. An attempt under way is not recalled; its outcome is
 * dropped, because settling no longer finds the lease.
 */
function cancelStatement(condition: string, reason: CancelReason = 'destination_deleted'): string {
  return `
WITH gone AS (
  DELETE FROM waiting_deliveries w WHERE ${condition} RETURNING w.*
)
${cancelledInto('gone', reason)}`;
}

/** To run before the destination is deleted, in the same transaction: then its URL is still known. */
export const CANCEL_FOR_DESTINATION = cancelStatement('w.destination_id = $1');

/** As {@link CANCEL_FOR_DESTINATION}, for all destinations of an account. */
export const CANCEL_FOR_ACCOUNT = cancelStatement(
  'w.destination_id IN (SELECT id FROM destinations WHERE account_id = $1)',
);

/** Cancels one delivery. False where none of that id waits, or its attempt is under way, which can't be recalled. */
export function cancelDelivery(pool: HotPool, deliveryId: string, check?: DeliveryCheck): Promise<boolean> {
  const statement = cancelStatement('w.delivery_id = $1 AND w.leased_by IS NULL', 'cancelled_by_person');
  return changeDelivery(pool, `${statement} RETURNING delivery_id`, deliveryId, check);
}

/**
 * Cancels what was accepted in the very moment in which its destination was deleted (the accepting statement saw it,
 * the deletion did not see the delivery). Steps from one waiting destination to the next, so it costs by
 * destinations, not by deliveries.
 */
export async function cancelLeftovers(pool: HotPool): Promise<void> {
  await pool.run(
    cancelStatement(`w.destination_id IN (
      WITH RECURSIVE waiting (id) AS (
        (SELECT destination_id FROM waiting_deliveries ORDER BY destination_id LIMIT 1)
        UNION ALL
        SELECT (SELECT n.destination_id FROM waiting_deliveries n WHERE n.destination_id > waiting.id
                ORDER BY n.destination_id LIMIT 1)
        FROM waiting WHERE waiting.id IS NOT NULL
      )
      SELECT id FROM waiting WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM destinations d WHERE d.id = waiting.id)
    )`),
  );
}
