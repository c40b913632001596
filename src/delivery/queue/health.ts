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
  /** The destination answered, if only to refuse: it is up. */
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
                                            last_delivery_id, last_failed_at)
       SELECT f.destination_id, CASE WHEN f.failures > 0 THEN now() END, f.failures, f.last_error, f.last_status,
              f.last_delivery_id, now()
       FROM unnest($1::uuid[], $2::int[], $6::text[], $7::int[], $8::uuid[])
         AS f (destination_id, failures, last_error, last_status, last_delivery_id)
       JOIN destinations d ON d.id = f.destination_id
       ON CONFLICT (destination_id) DO UPDATE
         SET failures = h.failures + excluded.failures,
             failing_since = coalesce(h.failing_since, excluded.failing_since),
             last_error = excluded.last_error, last_status = excluded.last_status,
             last_delivery_id = excluded.last_delivery_id, last_failed_at = excluded.last_failed_at,
             probe_at = CASE WHEN h.destination_id <> ALL ($9::uuid[]) THEN h.probe_at END,
             failed_probes = CASE WHEN h.destination_id <> ALL ($9::uuid[]) THEN h.failed_probes ELSE 0 END
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
      sorted.filter(([, report]) => report.closesCircuit).map(([id]) => id),
    ],
  );
  return rows.map((row) => row.id);
}

/**
 * A success ends a row of failures, and closes the circuit. Touches only rows that have some, so it costs little when all
 * is well. Returns the destinations whose circuit was open.
 */
export async function recordSuccesses(pool: HotPool, destinationIds: readonly string[]): Promise<string[]> {
  const rows = await pool.queryRelaxed<{ destination_id: string }>(
    'record-successes',
    `WITH failing AS (
       SELECT destination_id, probe_at FROM destination_health
       WHERE destination_id = ANY ($1::uuid[]) AND (failures > 0 OR last_error IS NOT NULL OR probe_at IS NOT NULL)
       ORDER BY destination_id FOR UPDATE
     ), well AS (
       UPDATE destination_health h
       SET failing_since = NULL, failures = 0, last_error = NULL, last_status = NULL, last_delivery_id = NULL,
           last_failed_at = NULL, probe_at = NULL, failed_probes = 0
       FROM failing f WHERE f.destination_id = h.destination_id
     )
     SELECT destination_id FROM failing WHERE probe_at IS NOT NULL`,
    [destinationIds],
  );
  return rows.map((row) => row.destination_id);
}

/**
 * `Retry-After`: nothing goes to the destination before, from any process. A shorter pause does not end a longer. `url`:
 * where the attempt went; a destination that has another by now did not ask for it.
 */
export async function pauseDestination(
  pool: HotPool,
  destinationId: string,
  url: string,
  forMs: number,
): Promise<void> {
  await pool.query(
    'pause-destination',
    `INSERT INTO destination_health AS h (destination_id, paused_until)
     SELECT id, now() + $3 * interval '1 millisecond' FROM destinations WHERE id = $1 AND url = $2
     ON CONFLICT (destination_id) DO UPDATE SET paused_until = greatest(h.paused_until, excluded.paused_until)`,
    [destinationId, url, forMs],
  );
}

/**
 * Opens the circuit of a destination, for all processes: until it is closed only probes go there (see claim-ahead.ts),
 * the first after `restMs`. `url`: as for {@link pauseDestination}.
 */
export async function openCircuit(pool: HotPool, destinationId: string, url: string, restMs: number): Promise<void> {
  await pool.query(
    'open-circuit',
    `INSERT INTO destination_health AS h (destination_id, probe_at)
     SELECT id, now() + $3 * interval '1 millisecond' FROM destinations WHERE id = $1 AND url = $2
     ON CONFLICT (destination_id) DO UPDATE
       SET probe_at = greatest(h.probe_at, excluded.probe_at),
           failed_probes = CASE WHEN h.probe_at IS NULL THEN 0 ELSE h.failed_probes END`,
    [destinationId, url, restMs],
  );
}

/** Ends an open circuit of a destination, and with `endsPause` its pause. */
export async function endRest(pool: HotPool, destinationId: string, endsPause: boolean): Promise<void> {
  await pool.query(
    'end-rest',
    `UPDATE destination_health
     SET probe_at = NULL, failed_probes = 0, paused_until = CASE WHEN NOT $2 THEN paused_until END
     WHERE destination_id = $1`,
    [destinationId, endsPause],
  );
}

/** 410: the destination wants no more. Its waiting deliveries are held by that alone. `url`: see {@link pauseDestination}. */
export async function disableGone(pool: HotPool, destinationId: string, url: string): Promise<void> {
  await pool.query(
    'disable-gone',
    `WITH disabled AS (
       UPDATE destinations SET enabled = false, disabled_reason = $2, updated_at = now(), version = version + 1
       WHERE id = $1 AND url = $3 AND enabled
       RETURNING *
     ),
     ${NOTE_DISABLED}
     SELECT 1`,
    [destinationId, DISABLED_REASONS.gone, url],
  );
}
