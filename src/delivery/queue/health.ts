import type { HotPool } from '../../database/hot-pool.js';
import { NOTE_DISABLED } from '../../history/record-change.js';

/** A destination that has failed for so long and so often, without a success, is disabled. */
const DISABLE_AFTER = { days: 5, failures: 20 } as const;

/** Why a destination was disabled by us, as people read it. */
export const DISABLED_REASONS = {
  gone: 'Answered 410 Gone: it wants no more data',
  failing: `Failed for ${DISABLE_AFTER.days} days and ${DISABLE_AFTER.failures} attempts without a success`,
} as const;

/** What went wrong at a destination within a moment. */
export interface FailureReport {
  /** How many attempts count towards disabling it. */
  readonly failures: number;
  /** Of the last one. */
  readonly errorCode: string | null;
  readonly status: number | null;
  readonly deliveryId: string;
  /** The circuit opened: nothing is sent for so long. */
  readonly probeInMs: number | null;
  readonly closesCircuit: boolean;
}

/**
 * Counts failures by destination and disables those that have failed for too long. Returns the ids disabled.
 * Sorted, so that two processes can't deadlock.
 */
export async function recordFailures(pool: HotPool, failures: ReadonlyMap<string, FailureReport>): Promise<string[]> {
  const sorted = [...failures].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const reports = sorted.map(([, report]) => report);
  const rows = await pool.queryRelaxed<{ id: string }>(
    'record-failures',
    `WITH counted AS (
       INSERT INTO destination_health AS h (destination_id, failing_since, failures, last_error, last_status,
                                            last_delivery_id, last_failed_at, probe_at)
       SELECT f.destination_id, CASE WHEN f.failures > 0 THEN now() END, f.failures, f.last_error, f.last_status,
              f.last_delivery_id, now(), now() + f.probe_in_ms * interval '1 millisecond'
       FROM unnest($1::uuid[], $2::int[], $6::text[], $7::int[], $8::uuid[], $9::float8[])
         AS f (destination_id, failures, last_error, last_status, last_delivery_id, probe_in_ms)
       JOIN destinations d ON d.id = f.destination_id
       ON CONFLICT (destination_id) DO UPDATE
         SET failures = h.failures + excluded.failures,
             failing_since = coalesce(h.failing_since, excluded.failing_since),
             last_error = excluded.last_error, last_status = excluded.last_status,
             last_delivery_id = excluded.last_delivery_id, last_failed_at = excluded.last_failed_at,
             probe_at = CASE WHEN h.destination_id = ANY ($10::uuid[]) THEN NULL
                             ELSE greatest(h.probe_at, excluded.probe_at) END
       RETURNING h.destination_id, h.failing_since, h.failures
     ),
     disabled AS (
       UPDATE destinations d SET enabled = false, disabled_reason = $3, updated_at = now(), version = d.version + 1
       FROM counted c
       WHERE d.id = c.destination_id AND d.enabled
         AND c.failing_since < now() - $4 * interval '1 day' AND c.failures >= $5
       RETURNING d.*
     ),
     ${NOTE_DISABLED}
     SELECT id FROM disabled`,
    [
      sorted.map(([id]) => id),
      reports.map((report) => report.failures),
      DISABLED_REASONS.failing,
      DISABLE_AFTER.days,
      DISABLE_AFTER.failures,
      reports.map((report) => report.errorCode),
      reports.map((report) => report.status),
      reports.map((report) => report.deliveryId),
      reports.map((report) => report.probeInMs),
      sorted.filter(([, report]) => report.closesCircuit).map(([id]) => id),
    ],
  );
  return rows.map((row) => row.id);
}

/** A success ends a row of failures. Touches only rows that have some, so it costs little when all is well. */
export async function recordSuccesses(pool: HotPool, destinationIds: readonly string[]): Promise<void> {
  await pool.queryRelaxed(
    'record-successes',
    `WITH failing AS (
       SELECT destination_id FROM destination_health
       WHERE destination_id = ANY ($1::uuid[]) AND (failures > 0 OR last_error IS NOT NULL)
       ORDER BY destination_id FOR UPDATE
     )
     UPDATE destination_health h
     SET failing_since = NULL, failures = 0, last_error = NULL, last_status = NULL, last_delivery_id = NULL,
         last_failed_at = NULL, probe_at = NULL
     FROM failing f WHERE f.destination_id = h.destination_id`,
    [destinationIds],
  );
}

/** `Retry-After`: nothing goes to the destination before, from any process. A shorter pause does not end a longer. */
export async function pauseDestination(pool: HotPool, destinationId: string, forMs: number): Promise<void> {
  await pool.query(
    'pause-destination',
    `INSERT INTO destination_health AS h (destination_id, paused_until)
     SELECT id, now() + $2 * interval '1 millisecond' FROM destinations WHERE id = $1
     ON CONFLICT (destination_id) DO UPDATE SET paused_until = greatest(h.paused_until, excluded.paused_until)`,
    [destinationId, forMs],
  );
}

/** 410: the destination wants no more. Its waiting deliveries are held by that alone. */
export async function disableGone(pool: HotPool, destinationIds: readonly string[]): Promise<void> {
  await pool.query(
    'disable-gone',
    `WITH disabled AS (
       UPDATE destinations SET enabled = false, disabled_reason = $2, updated_at = now(), version = version + 1
       WHERE id = ANY ($1::uuid[]) AND enabled
       RETURNING *
     ),
     ${NOTE_DISABLED}
     SELECT 1`,
    [destinationIds, DISABLED_REASONS.gone],
  );
}
