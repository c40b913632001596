import type { ListQuery } from '../../common/list-query.js';
import type { Params } from './description.js';

/** How far back one can leaf; who looks for something older filters. */
const REACH = 1000;

/** The service's part: the newest rows that match, and whether there are more. */
type ReadNewest<Row> = (query: {
  cursor: null;
  pageSize: number;
  filters: ListQuery['filters'];
}) => Promise<{ readonly rows: readonly Row[]; readonly next: unknown }>;

/**
 * A page of the ledger for AdminJS, which leafs by numbers and wants a count. The ledger is read by its key and never
 * counted: `count` is what has been seen, and one more if there is more.
 */
export async function ledgerPage<Row>(
  read: ReadNewest<Row>,
  { page, pageSize, filters }: ListQuery,
  present: (row: Row) => Params,
): Promise<{ rows: Params[]; count: number }> {
  const start = (page - 1) * pageSize;
  if (start >= REACH) return { rows: [], count: REACH };
  const end = Math.min(start + pageSize, REACH);
  const { rows, next } = await read({ cursor: null, pageSize: end, filters });
  const more = next !== null && end < REACH;
  return { rows: rows.slice(start).map(present), count: rows.length + (more ? 1 : 0) };
}
