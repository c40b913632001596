import type { HotPool } from '../../database/hot-pool.js';

/**
 * The part of a statement that makes the deliveries of a part before it urgent: attempted past a pause or an open circuit
 * (see claim-ahead.ts). `from` gives `delivery_id` and `lease_number`, as they are from now on.
 */
export function urgentFrom(from: string): string {
  return `INSERT INTO urgent_deliveries AS u (delivery_id, lease_number)
   SELECT delivery_id, lease_number FROM ${from}
   ON CONFLICT (delivery_id) DO UPDATE SET lease_number = excluded.lease_number`;
}

/**
 * Parts of a statement of a bulk operation: of what it `moved` (delivery_id, destination_id, acceptance, lease_number)
 * one delivery for each destination that is paused or has an open circuit goes ahead. Once a destination and operation,
 * which began at `startedAt` (a parameter): the others wait for that one's success, or for the pause or circuit to end.
 */
export function oneAheadOf(moved: string, startedAt: string): string {
  return `resting AS MATERIALIZED (
  SELECT h.destination_id FROM destination_health h
  WHERE h.destination_id IN (SELECT destination_id FROM ${moved})
    AND (h.paused_until > now() OR h.probe_at IS NOT NULL) AND (h.ahead_at IS NULL OR h.ahead_at < ${startedAt})
  FOR UPDATE SKIP LOCKED
), ahead AS (
  UPDATE destination_health h SET ahead_at = now() FROM resting r WHERE r.destination_id = h.destination_id
), urgent AS (
  ${urgentFrom(`(SELECT DISTINCT ON (destination_id) delivery_id, lease_number FROM ${moved}
          WHERE destination_id IN (SELECT destination_id FROM resting) ORDER BY destination_id, acceptance) one`)}
)`;
}

/** Forgets those that have been attempted since, or are gone. For the janitor. */
export async function forgetUrgent(pool: HotPool): Promise<void> {
  await pool.run(
    `DELETE FROM urgent_deliveries u
     WHERE NOT EXISTS (SELECT 1 FROM waiting_deliveries w
                       WHERE w.delivery_id = u.delivery_id
                         AND (w.lease_number = u.lease_number OR w.leased_by IS NOT NULL))`,
  );
}
