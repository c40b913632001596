import { doubleArray, intArray, textArray, timestampArray, uuidArray } from '../../database/binary-array.js';
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

/** The place of a row in a batch {@link inOrder}, from 1: found by halving. */
const PLACE = 'width_bucket(w.delivery_id, $2::uuid[])';

/** The text at a place of the batch: `column` holds numbers of texts ($4). */
const textAt = (column: string, place: string): string => `($4::text[])[(${column}::int[])[${place}]]`;

/**
 * Settles a batch in one statement: finished deliveries move to the history, the others wait for their next attempt,
 * and every attempt is written down. Guarded by the lease: what was taken away from us meanwhile (declared dead,
 * destination deleted) is left alone. Running it twice changes nothing, so an unknown outcome is simply tried again.
 *
 * What waits is found by an array of keys, and not joined: a plan made when little waited would read all of it.
 */
const SETTLE = `
WITH finished AS (
  DELETE FROM waiting_deliveries w
  WHERE w.delivery_id = ANY ($2) AND w.leased_by = $1 AND w.lease_number = ($3::int[])[${PLACE}]
    AND ($6::int[])[${PLACE}] IS NOT NULL
  RETURNING w.delivery_id, w.event_id, w.account_id, w.destination_id, w.acceptance, w.event_type, w.attempts,
            w.lost_attempts, w.lease_number, w.created_at, ${PLACE} AS place
), history AS (
  INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, url,
                                   http_method, state, reason, attempts, lost_attempts, lease_number, last_status,
                                   created_at)
  SELECT delivery_id, event_id, account_id, destination_id, acceptance, event_type, ${textAt('$5', 'place')},
         ${textAt('$9', 'place')}, ${textAt('$6', 'place')}, ${textAt('$7', 'place')}, attempts + 1, lost_attempts,
         lease_number, ($10::int[])[place], created_at
  FROM finished
), again AS (
  UPDATE waiting_deliveries w
  SET leased_by = NULL, attempts = w.attempts + 1, schedule_position = w.schedule_position + 1,
      due_at = now() + ($8::float8[])[${PLACE}] * interval '1 millisecond', last_status = ($10)[${PLACE}],
      last_error = ${textAt('$7', PLACE)}
  WHERE w.delivery_id = ANY ($2) AND w.leased_by = $1 AND w.lease_number = ($3)[${PLACE}] AND ($6)[${PLACE}] IS NULL
  RETURNING ${PLACE} AS place
), owned AS (
  SELECT place FROM finished UNION ALL SELECT place FROM again
), attempt AS (
  SELECT * FROM unnest($2, $3, $9::int[], $10, $11::int[], $12::timestamptz[], $13::text[], $14::text[], $15::int[],
                       $16::int[], $17::int[], $18::text[], $19::int[], $20::int[])
    WITH ORDINALITY AS a (delivery_id, lease_number, method, status, url, started_at, request_headers,
                          response_headers, body_start, body_length, address, timings, error_code, message, place)
)
INSERT INTO attempts (delivery_id, number, started_at, method, url, request_headers, status, response_headers,
                      response_body, address, timings, error_code, message)
SELECT a.delivery_id, a.lease_number, a.started_at, ($4)[a.method], ($4)[a.url], a.request_headers::json, a.status,
       a.response_headers::json,
       CASE WHEN a.body_length > 0 THEN substring($21::bytea FROM a.body_start FOR a.body_length) END,
       ($4)[a.address], a.timings::json, ($4)[a.error_code], ($4)[a.message]
FROM attempt a JOIN owned USING (place)`;

/** Runs {@link SETTLE}. Throws what the database throws; then nothing is settled, or all of it. */
export async function settle(pool: HotPool, processId: string, outcomes: readonly Settlement[]): Promise<void> {
  const batch = inOrder(outcomes);
  const attempts = batch.map((item) => item.attempt);
  const verdicts = batch.map((item) => item.verdict);
  const bodies = attempts.map((attempt) => attempt.responseBody ?? EMPTY);
  const texts = new Texts();
  const numbersOf = (all: readonly (string | null)[]): Buffer => intArray(all.map((text) => texts.numberOf(text)));
  const urls = numbersOf(batch.map((item) => item.url));
  const states = numbersOf(verdicts.map((verdict) => (verdict.kind === 'finished' ? verdict.state : null)));
  const reasons = numbersOf(verdicts.map((verdict) => verdict.reason));
  const httpMethods = numbersOf(batch.map((item) => item.httpMethod));
  const attemptUrls = numbersOf(attempts.map((attempt) => attempt.url));
  const addresses = numbersOf(attempts.map((attempt) => attempt.address));
  const errorCodes = numbersOf(attempts.map((attempt) => attempt.errorCode));
  const messages = numbersOf(attempts.map((attempt) => attempt.message));
  await pool.query('settle', SETTLE, [
    processId,
    uuidArray(batch.map((item) => item.deliveryId)),
    intArray(batch.map((item) => item.leaseNumber)),
    textArray(texts.all),
    urls,
    states,
    reasons,
    doubleArray(verdicts.map((verdict) => (verdict.kind === 'again' ? verdict.inMs : null))),
    httpMethods,
    intArray(attempts.map((attempt) => attempt.status)),
    attemptUrls,
    timestampArray(attempts.map((attempt) => attempt.startedAt)),
    textArray(attempts.map((attempt) => attempt.requestHeaders)),
    textArray(attempts.map((attempt) => attempt.responseHeaders)),
    intArray(startsOf(bodies)),
    intArray(bodies.map((body) => body.length)),
    addresses,
    textArray(attempts.map((attempt) => attempt.timings)),
    errorCodes,
    messages,
    Buffer.concat(bodies),
  ]);
}

function inOrder<T extends { readonly deliveryId: string }>(batch: readonly T[]): T[] {
  return batch.toSorted((one, other) => (one.deliveryId < other.deliveryId ? -1 : 1));
}

/** What is the same for most of a batch is sent once, and referred to by its number. */
class Texts {
  readonly all: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** From 1; null is no text. */
  numberOf(text: string | null): number | null {
    if (text === null) return null;
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.all.push(text);
      this.numbers.set(text, number);
    }
    return number;
  }
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
  const batch = inOrder(leases);
  await pool.query(
    'release',
    `UPDATE waiting_deliveries w
     SET leased_by = NULL, lease_number = w.lease_number - 1, due_at = now() + $4 * interval '1 millisecond'
     WHERE w.delivery_id = ANY ($2) AND w.leased_by = $1 AND w.lease_number = ($3::int[])[${PLACE}]`,
    [
      processId,
      uuidArray(batch.map((lease) => lease.deliveryId)),
      intArray(batch.map((lease) => lease.leaseNumber)),
      delayMs,
    ],
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
