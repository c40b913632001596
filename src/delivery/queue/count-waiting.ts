import type { HotPool } from '../../database/hot-pool.js';

/** $1: whose; $2: where counting stops, because millions may wait and nobody reads more than "many". */
function countStatement(condition: string): string {
  return `SELECT count(*) AS count FROM (SELECT FROM waiting_deliveries w WHERE ${condition} LIMIT $2) counted`;
}

export const COUNT_FOR_DESTINATION = countStatement('w.destination_id = $1');

export const COUNT_FOR_ACCOUNT = countStatement(
  'w.destination_id IN (SELECT id FROM destinations WHERE account_id = $1)',
);

/** How many deliveries wait, at most one above `max`. */
export async function countWaiting(pool: HotPool, statement: string, id: string, max: number): Promise<number> {
  const [row] = await pool.run<{ count: number }>(statement, [id, max + 1]);
  return row?.count ?? 0;
}
