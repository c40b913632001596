import type { HotPool } from '../../database/hot-pool.js';
import { startsOf } from './concatenation.js';

/** How a delivery goes on after an attempt. */
export type Verdict =
  | { readonly kind: 'finished'; readonly state: 'delivered' | 'failed'; readonly reason: string | null }
  /** Waits for its next attempt, which uses up one place of the schedule. */
  | { readonly kind: 'again'; readonly inMs: number; readonly reason: string };

/** One attempt as it is kept. JSON members are texts already. */
export interface AttemptRecord {
  readonly startedAt: Date;
  readonly method: string;
  readonly url: string;
  /** JSON: list of [name, value], secrets masked. */
  readonly requestHeaders: string;
  readonly status: number | null;
  /** JSON: list of [name, value]. */
  readonly responseHeaders: string | null;
  readonly responseBody: Buffer | null;
  readonly address: string | null;
  /** JSON: milliseconds by phase. */
  readonly timings: string;
  readonly errorCode: string | null;
  readonly message: string;
}

export interface Settlement {
  readonly deliveryId: string;
  readonly leaseNumber: number;
  /** As they were for this attempt: the ledger keeps them when the destination changes or goes. */
  readonly url: string;
  readonly httpMethod: string;
  readonly verdict: Verdict;
  readonly attempt: AttemptRecord;
}

/** Of an outcome, what its attempt is written down from. */
const ATTEMPTED = `w.delivery_id, w.lease_number, o.started_at, o.http_method, o.sent_url, o.request_headers, o.status,
  o.response_headers, o.body_start, o.body_length, o.address, o.timings, o.error_code, o.message`;

/**
 * Settles a batch in one statement: finished deliveries move to the history, the others wait for their next attempt,
 * and every attempt is written down. Guarded by the lease: what was taken away from us meanwhile (declared dead,
 * destination deleted) is left alone. Running it twice changes nothing, so an unknown outcome is simply tried again.
 * What is written down comes from the rows themselves, not from a join back: those are not for this pool.
 */
const SETTLE = `
WITH outcome AS (
  SELECT * FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[],
                       $9::timestamptz[], $10::text[], $11::int[], $12::text[], $13::int[], $14::int[], $15::text[],
                       $16::text[], $17::text[], $18::text[], $20::text[])
    AS o (delivery_id, lease_number, url, http_method, state, reason, again_in_ms, started_at, request_headers,
          status, response_headers, body_start, body_length, address, timings, error_code, message, sent_url)
), finished AS (
  DELETE FROM waiting_deliveries w USING outcome o
  WHERE o.state IS NOT NULL AND w.delivery_id = o.delivery_id AND w.leased_by = $1 AND w.lease_number = o.lease_number
  RETURNING w.event_id, w.account_id, w.destination_id, w.acceptance, w.event_type, o.url, o.state, o.reason,
            w.attempts, w.lost_attempts, w.created_at, ${ATTEMPTED}
), history AS (
  INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, url,
                                   http_method, state, reason, attempts, lost_attempts, lease_number, last_status,
                                   created_at)
  SELECT delivery_id, event_id, account_id, destination_id, acceptance, event_type, url, http_method, state, reason,
         attempts + 1, lost_attempts, lease_number, status, created_at
  FROM finished
), again AS (
  UPDATE waiting_deliveries w
  SET leased_by = NULL, attempts = w.attempts + 1, schedule_position = w.schedule_position + 1,
      due_at = now() + o.again_in_ms * interval '1 millisecond', last_status = o.status, last_error = o.reason
  FROM outcome o
  WHERE o.state IS NULL AND w.delivery_id = o.delivery_id AND w.leased_by = $1 AND w.lease_number = o.lease_number
  RETURNING ${ATTEMPTED}
), attempted AS (
  SELECT ${ATTEMPTED.replaceAll(/[wo]\./g, '')} FROM finished
  UNION ALL
  SELECT * FROM again
)
INSERT INTO attempts (delivery_id, number, started_at, method, url, request_headers, status, response_headers,
                      response_body, address, timings, error_code, message)
SELECT delivery_id, lease_number, started_at, http_method, sent_url, request_headers::json, status,
       response_headers::json,
       CASE WHEN body_length > 0 THEN substring($19::bytea FROM body_start FOR body_length) END,
       address, timings::json, error_code, message
FROM attempted`;

/** Runs {@link SETTLE}. Throws what the database throws; then nothing is settled, or all of it. */
export async function settle(pool: HotPool, processId: string, batch: readonly Settlement[]): Promise<void> {
  const bodies = batch.map((item) => item.attempt.responseBody ?? EMPTY);
  await pool.query('settle', SETTLE, [
    processId,
    batch.map((item) => item.deliveryId),
    batch.map((item) => item.leaseNumber),
    batch.map((item) => item.url),
    batch.map((item) => item.httpMethod),
    batch.map(({ verdict }) => (verdict.kind === 'finished' ? verdict.state : null)),
    batch.map(({ verdict }) => verdict.reason),
    batch.map(({ verdict }) => (verdict.kind === 'again' ? verdict.inMs : null)),
    batch.map((item) => item.attempt.startedAt),
    batch.map((item) => item.attempt.requestHeaders),
    batch.map((item) => item.attempt.status),
    batch.map((item) => item.attempt.responseHeaders),
    startsOf(bodies),
    bodies.map((body) => body.length),
    batch.map((item) => item.attempt.address),
    batch.map((item) => item.attempt.timings),
    batch.map((item) => item.attempt.errorCode),
    batch.map((item) => item.attempt.message),
    Buffer.concat(bodies),
    batch.map((item) => item.attempt.url),
  ]);
}

const EMPTY = Buffer.alloc(0);

/**
 * Gives leases back without an attempt having been made (a stop, or a lease whose grant we never heard of); their
 * number goes back to what it was. `delayMs`: not before, for what could not be attempted.
 */
export async function release(
  pool: HotPool,
  processId: string,
  leases: readonly { deliveryId: string; leaseNumber: number }[],
  delayMs: number,
): Promise<void> {
  await pool.query(
    'release',
    `UPDATE waiting_deliveries w
     SET leased_by = NULL, lease_number = w.lease_number - 1, due_at = now() + $4 * interval '1 millisecond'
     FROM unnest($2::uuid[], $3::int[]) AS l (delivery_id, lease_number)
     WHERE w.delivery_id = l.delivery_id AND w.leased_by = $1 AND w.lease_number = l.lease_number`,
    [processId, leases.map((lease) => lease.deliveryId), leases.map((lease) => lease.leaseNumber), delayMs],
  );
}

/** Every lease that `processId` holds by the table: compared with what it really works on. Scans what waits. */
export async function leasesOf(
  pool: HotPool,
  processId: string,
): Promise<{ deliveryId: string; leaseNumber: number }[]> {
  const rows = await pool.run<{ delivery_id: string; lease_number: number }>(
    'SELECT delivery_id, lease_number FROM waiting_deliveries WHERE leased_by = $1',
    [processId],
  );
  return rows.map((row) => ({ deliveryId: row.delivery_id, leaseNumber: row.lease_number }));
}
