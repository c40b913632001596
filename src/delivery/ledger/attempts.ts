import { enumFilter, integerFilter } from '../../common/list-query.js';
import type { HotPool } from '../../database/hot-pool.js';
import { ERROR_CODES } from '../push/judge.js';
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
}

export const ATTEMPT_FILTERS = { status: integerFilter, error_code: enumFilter(ERROR_CODES) } satisfies LedgerFilters;

/** The latest attempts made for these deliveries, newest first. */
export async function findLatestAttempts(
  pool: HotPool,
  deliveryIds: readonly string[],
  limit: number,
): Promise<AttemptRow[]> {
  return pool.run<AttemptRow & Record<string, unknown>>(
    `SELECT delivery_id, number, started_at, method, url, request_headers, status, response_headers, response_body,
            address, timings, error_code, message
     FROM attempts WHERE delivery_id = ANY ($1::uuid[]) ORDER BY started_at DESC LIMIT $2`,
    [deliveryIds, limit],
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
    `SELECT delivery_id, number, started_at, method, url, request_headers, status, response_headers, response_body,
            address, timings, error_code, message
     FROM attempts ${conditions.where}
     ORDER BY number ${backwards ? 'DESC' : 'ASC'} LIMIT ${conditions.value(query.pageSize + 1)}`,
    conditions.values,
  );
  return cursorPage(rows, query.pageSize, query.cursor, (row) => String(row.number));
}
