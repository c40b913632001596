import type { HotPool } from '../../database/hot-pool.js';
import { changeDelivery, type DeliveryCheck } from './change-delivery.js';

/**
 * Makes a delivery due at once with its whole schedule before it: a finished one moves back to what waits (its
 * attempts stay, and their numbers go on), a waiting one is brought forward. False where that can't be: delivered or
 * skipped, under way, held, or its destination or payload gone.
 */
export function retryDelivery(pool: HotPool, deliveryId: string, check?: DeliveryCheck): Promise<boolean> {
  return changeDelivery(pool, RETRY, deliveryId, check);
}

const RETRY = `WITH back AS (
   DELETE FROM finished_deliveries f
   WHERE f.delivery_id = $1 AND f.state IN ('failed', 'cancelled')
     AND EXISTS (SELECT 1 FROM destinations d WHERE d.id = f.destination_id)
     AND EXISTS (SELECT 1 FROM events e WHERE e.event_id = f.event_id)
   RETURNING f.*
 ), waiting AS (
   INSERT INTO waiting_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type,
                                   created_at, attempts, lost_attempts, lease_number, last_status, last_error)
   SELECT delivery_id, event_id, account_id, destination_id, acceptance, event_type, created_at, attempts,
          0, lease_number, last_status, reason
   FROM back
   RETURNING delivery_id
 ), forward AS (
   UPDATE waiting_deliveries w SET due_at = now(), schedule_position = 0
   FROM destinations d
   WHERE w.delivery_id = $1 AND w.leased_by IS NULL AND d.id = w.destination_id AND d.enabled
   RETURNING w.delivery_id
 )
 SELECT delivery_id FROM waiting UNION ALL SELECT delivery_id FROM forward`;
