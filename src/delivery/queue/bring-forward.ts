import type { HotPool } from '../../database/hot-pool.js';

/**
 * Makes due what was due at once when it was written and is not any more, because the database's clock was set back
 * since: what waits for its first attempt, or was cut off. Nothing else puts it off by so much. What waits for a retry
 * can't be told from what has a long schedule, so that comes later by as much as the clock was set back. A scan of what waits.
 */
const BRING_FORWARD = `
UPDATE waiting_deliveries SET due_at = now()
WHERE leased_by IS NULL AND due_at > now() + interval '1 minute' AND (last_error IS NULL OR last_error = 'interrupted')
RETURNING delivery_id`;

/** No probe is put off by more than a minute either. */
const BRING_PROBES_FORWARD = `
UPDATE destination_health SET probe_at = now() WHERE probe_at > now() + interval '2 minutes' RETURNING destination_id`;

/** Returns how many were brought forward. */
export async function bringForward(pool: HotPool): Promise<number> {
  const deliveries = await pool.run(BRING_FORWARD);
  const probes = await pool.run(BRING_PROBES_FORWARD);
  return deliveries.length + probes.length;
}
