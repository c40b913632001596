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
  /** JSON: {@link AttemptRemarks}; null for nearly every attempt. */
  readonly remarks: string | null;
}

/** What is out of the ordinary about an attempt. */
export interface AttemptRemarks {
  /** The kept connection ended before the answer began, and the request was sent again on a new one. */
  readonly resent?: true;
  /** The answer's body was longer, or was not read to its end. */
  readonly body_truncated?: true;
  /** Bytes of the whole body, of one that is truncated; missing where that is not known. */
  readonly body_size?: number;
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

/** The part of {@link settleStatement} for what is to be attempted again. */
const AGAIN = `, again AS (
  UPDATE waiting_deliveries w
  SET leased_by = NULL, attempts = w.attempts + 1, schedule_position = w.schedule_position + 1,
      due_at = now() + ($22::float8[])[${PLACE}] * interval '1 millisecond', attempted_at = now(),
      last_status = nullif(($9)[${PLACE}], 0),
      last_error = ${textAt('$7', PLACE)}
  WHERE w.delivery_id = ANY ($2) AND w.leased_by = $1 AND w.lease_number = -($3::int[])[${PLACE}]
  RETURNING ${PLACE} AS place
)`;

/**
 * Settles a batch in one statement: finished deliveries move to the history, the others wait for their next attempt,
 * and every attempt is written down. Guarded by the lease ($3: its number, below zero for what is attempted again):
 * what was taken away from us meanwhile (declared dead, destination deleted) is left alone. Running it twice changes
 * nothing, so an unknown outcome is simply tried again.
 *
 * What waits is found by an array of keys, and not joined: a plan made when little waited would read all of it. Where
 * nothing is attempted again (`withAgain`) it is searched once, not twice. No array holds a null: PostgreSQL finds the
 * place of an element at once only where there is none.
 */
const settleStatement = (withAgain: boolean): string => `
WITH finished AS (
  DELETE FROM waiting_deliveries w
  WHERE w.delivery_id = ANY ($2) AND w.leased_by = $1 AND w.lease_number = ($3::int[])[${PLACE}]
  RETURNING w.delivery_id, w.event_id, w.account_id, w.destination_id, w.acceptance, w.event_type, w.attempts,
            w.lost_attempts, w.lease_number, w.created_at, ${PLACE} AS place
), history AS (
  INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, url,
                                   http_method, state, reason, attempts, lost_attempts, lease_number, last_status,
                                   created_at)
  SELECT delivery_id, event_id, account_id, destination_id, acceptance, event_type, ${textAt('$5', 'place')},
         ${textAt('$8', 'place')}, ${textAt('$6', 'place')}, ${textAt('$7', 'place')}, attempts + 1, lost_attempts,
         lease_number, nullif(($9::int[])[place], 0), created_at
  FROM finished
)${withAgain ? AGAIN : ''}, owned AS (
  SELECT place FROM finished${withAgain ? ' UNION ALL SELECT place FROM again' : ''}
), attempt AS (
  SELECT * FROM unnest($2, $3, $8::int[], $9, $10::int[], $11::timestamptz[], $12::text[], $13::text[], $14::int[],
                       $15::int[], $16::int[], $17::text[], $18::int[], $19::int[], $21::int[])
    WITH ORDINALITY AS a (delivery_id, lease_number, method, status, url, started_at, request_headers,
                          response_headers, body_start, body_length, address, timings, error_code, message, remarks, place)
)
INSERT INTO attempts (delivery_id, number, started_at, method, url, request_headers, status, response_headers,
                      response_body, address, timings, error_code, message, remarks)
SELECT a.delivery_id, abs(a.lease_number), a.started_at, ($4)[a.method], ($4)[a.url], a.request_headers::json,
       nullif(a.status, 0), a.response_headers::json,
       CASE WHEN a.body_length > 0 THEN substring($20::bytea FROM a.body_start FOR a.body_length) END,
       ($4)[a.address], a.timings::json, ($4)[a.error_code], ($4)[a.message], ($4)[a.remarks]::json
FROM attempt a JOIN owned USING (place)`;

const SETTLE = { name: 'settle', text: settleStatement(false) };
const SETTLE_AND_AGAIN = { name: 'settle and again', text: settleStatement(true) };

/** Runs {@link settleStatement}. Throws what the database throws; then nothing is settled, or all of it. */
export async function settle(pool: HotPool, processId: string, outcomes: readonly Settlement[]): Promise<void> {
  const batch = inOrder(outcomes);
  const attempts = batch.map((item) => item.attempt);
  const verdicts = batch.map((item) => item.verdict);
  const withAgain = verdicts.some((verdict) => verdict.kind === 'again');
  const { name, text } = withAgain ? SETTLE_AND_AGAIN : SETTLE;
  const bodies = attempts.map((attempt) => attempt.responseBody ?? EMPTY);
  const texts = new Texts();
  const numbersOf = (all: readonly (string | null)[]): Buffer => intArray(all.map((item) => texts.numberOf(item)));
  const urls = numbersOf(batch.map((item) => item.url));
  const states = numbersOf(verdicts.map((verdict) => (verdict.kind === 'finished' ? verdict.state : null)));
  const reasons = numbersOf(verdicts.map((verdict) => verdict.reason));
  const httpMethods = numbersOf(batch.map((item) => item.httpMethod));
  const attemptUrls = numbersOf(attempts.map((attempt) => attempt.url));
  const addresses = numbersOf(attempts.map((attempt) => attempt.address));
  const errorCodes = numbersOf(attempts.map((attempt) => attempt.errorCode));
  const messages = numbersOf(attempts.map((attempt) => attempt.message));
  const remarks = numbersOf(attempts.map((attempt) => attempt.remarks));
  await pool.query(name, text, [
    processId,
    uuidArray(batch.map((item) => item.deliveryId)),
    intArray(batch.map((item) => (item.verdict.kind === 'again' ? -item.leaseNumber : item.leaseNumber))),
    textArray(texts.all),
    urls,
    states,
    reasons,
    httpMethods,
    intArray(attempts.map((attempt) => attempt.status ?? 0)),
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
    remarks,
    ...(withAgain ? [doubleArray(verdicts.map((verdict) => (verdict.kind === 'again' ? verdict.inMs : 0)))] : []),
  ]);
}

function inOrder<T extends { readonly deliveryId: string }>(batch: readonly T[]): T[] {
  return batch.toSorted((one, other) => (one.deliveryId < other.deliveryId ? -1 : 1));
}

/** What is the same for most of a batch is sent once, and referred to by its number. */
class Texts {
  readonly all: string[] = [];
  private readonly numbers = new Map<string, number>();

  /** From 1; 0 for null, since no text has that number. */
  numberOf(text: string | null): number {
    if (text === null) return 0;
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
