import { enumFilter, integerFilter } from '../../common/list-query.js';
import type { HotPool } from '../../database/hot-pool.js';
import { ERROR_CODES } from '../push/judge.js';
import type { AttemptRemarks } from '../queue/settle.js';
import { Conditions } from './conditions.js';
import { type CursorPage, cursorPage } from './cursor.js';
import type { LedgerFilters, LedgerQuery } from './ledger-query.js';

export interface AttemptRow {
  readonly delivery_id: string;
  readonly number: number;
  readonly started_at: Date;
  readonly method: string;
  readonly url: string;
  /** Secrets masked. */
  readonly request_headers: [name: string, value: string][];
  readonly status: number | null;
  readonly response_headers: [name: string, value: string][] | null;
  /** At most 16 KiB. */
  readonly response_body: Buffer | null;
  readonly address: string | null;
  readonly timings: Record<string, number>;
  readonly error_code: string | null;
  readonly message: string;
  readonly remarks: AttemptRemarks | null;
}

const ATTEMPT = `delivery_id, number, started_at, method, url, request_headers, status, response_headers, response_body,
  address, timings, error_code, message, remarks`;

export const ATTEMPT_FILTERS = { status: integerFilter, error_code: enumFilter(ERROR_CODES) } satisfies LedgerFilters;

/** Deliveries among which the latest attempts at a destination are looked for, of each kind. */
const LOOKED_AT = 100;

/**
 * The latest attempts at a destination, newest first: of its newest finished deliveries, of the first ones in its queue
 * (the others have not been attempted), and the one that failed last.
 */
export async function findLatestAttempts(pool: HotPool, destinationId: string, limit: number): Promise<AttemptRow[]> {
  return pool.run<AttemptRow & Record<string, unknown>>(
    `SELECT ${ATTEMPT} FROM attempts WHERE delivery_id = ANY (ARRAY(
       (SELECT delivery_id FROM finished_deliveries WHERE destination_id = $1 ORDER BY delivery_id DESC LIMIT $3)
       UNION ALL (SELECT delivery_id FROM waiting_deliveries WHERE destination_id = $1 ORDER BY acceptance LIMIT $3)
       UNION ALL SELECT last_delivery_id FROM destination_health WHERE destination_id = $1
     )) ORDER BY started_at DESC LIMIT $2`,
    [destinationId, limit, LOOKED_AT],
  );
}

/** The attempts of one delivery in their order: one partition, one range of its primary key. */
export async function listAttempts(
  pool: HotPool,
  deliveryId: string,
  query: LedgerQuery,
): Promise<CursorPage<AttemptRow>> {
  const backwards = query.cursor?.direction === 'before';
  const from = query.cursor ? Number(query.cursor.key) : backwards ? 2_147_483_647 : -1;
  const conditions = new Conditions();
  conditions.add('delivery_id = $', deliveryId);
  conditions.add(`number ${backwards ? '<' : '>'} $`, from);
  for (const [name, value] of query.filters) conditions.add(`${name} = $`, value);
  const rows = await pool.run<AttemptRow & Record<string, unknown>>(
    `SELECT ${ATTEMPT}
     FROM attempts ${conditions.where}
     ORDER BY number ${backwards ? 'DESC' : 'ASC'} LIMIT ${conditions.value(query.pageSize + 1)}`,
    conditions.values,
  );
  return cursorPage(rows, query.pageSize, query.cursor, (row) => String(row.number));
}
