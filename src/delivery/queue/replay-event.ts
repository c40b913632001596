import type { HotPool } from '../../database/hot-pool.js';
import { wanted } from '../../destinations/event-types.js';
import { urgentFrom } from './urgent.js';

/** A new id in the range of the event's: a delivery's id shares the first 60 bits of its event's. */
export function newDeliveryId(eventId: string): string {
  return `(left(${eventId}::text, 18) || substr(gen_random_uuid()::text, 19))::uuid`;
}

/**
 * Sends an event again: a new delivery for each of `destinationIds` that belongs to its account, wanted or not, enabled
 * or not; null: for those that are enabled and want it. They are urgent. `created_at` stays that of the event, as it is
 * for every delivery, so that ids and times agree. Returns the new deliveries' ids, null where there is no such event (any more).
 */
export async function replayEvent(
  pool: HotPool,
  eventId: string,
  destinationIds: readonly string[] | null,
): Promise<string[] | null> {
  const rows = await pool.query<{ delivery_id: string | null }>(
    'replay-event',
    `WITH event AS (
       SELECT event_id, account_id, event_type, received_at FROM events WHERE event_id = $1
     ), chosen AS MATERIALIZED (
       SELECT e.*, d.id AS destination_id
       FROM event e JOIN destinations d ON d.account_id = e.account_id
       WHERE CASE WHEN $2::uuid[] IS NULL
               THEN d.enabled AND ${wanted('d.event_types', 'e.event_type')}
               ELSE d.id = ANY ($2) END
     ), waiting AS (
       INSERT INTO waiting_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type,
                                       created_at)
       SELECT ${newDeliveryId('event_id')}, event_id, account_id, destination_id, nextval('acceptance_order'),
              event_type, received_at
       FROM chosen
       RETURNING delivery_id, lease_number
     ), urgent AS (
       ${urgentFrom('waiting')}
     )
     SELECT w.delivery_id FROM event LEFT JOIN waiting w ON true`,
    [eventId, destinationIds],
  );
  if (rows.length === 0) return null;
  return rows.flatMap((row) => row.delivery_id ?? []);
}
