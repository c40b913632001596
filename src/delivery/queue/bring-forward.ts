import type { HotPool } from '../../database/hot-pool.js';

const NIL = '00000000-0000-0000-0000-000000000000';
const PAGE_SIZE = 10_000;

/**
 * Makes due what was due at once when it was written and is not any more, because the database's clock was set back
 * since: what waits for its first attempt, or was cut off. Nothing else puts it off by so much. What waits for a retry
 * can't be told from what has a long schedule, so that comes later by as much as the clock was set back. Looks through a
 * page of what waits.
 */
const BRING_FORWARD = `
WITH page AS MATERIALIZED (
  SELECT delivery_id,
         leased_by IS NULL AND due_at > now() + interval '1 minute' AND (last_error IS NULL OR last_error = 'interrupted')
           AS is_late
  FROM waiting_deliveries WHERE delivery_id > $1 ORDER BY delivery_id LIMIT ${PAGE_SIZE}
), forward AS (
  UPDATE waiting_deliveries w SET due_at = now()
  WHERE w.delivery_id = ANY (ARRAY(SELECT delivery_id FROM page WHERE is_late)) AND w.leased_by IS NULL
  RETURNING 1
)
SELECT (SELECT count(*) FROM forward) AS moved, (SELECT count(*) FROM page) AS seen,
       (SELECT delivery_id FROM page ORDER BY delivery_id DESC LIMIT 1) AS last`;

/** No probe is put off by more than a minute either. */
const BRING_PROBES_FORWARD = `
UPDATE destination_health SET probe_at = now() WHERE probe_at > now() + interval '2 minutes' RETURNING destination_id`;

/** Returns how many were brought forward. */
export async function bringForward(pool: HotPool): Promise<number> {
  let moved = 0;
  for (let after: string | null = NIL; after !== null;) {
    const rows: { moved: number; seen: number; last: string | null }[] = await pool.run(BRING_FORWARD, [after]);
    const [row] = rows;
    moved += row?.moved ?? 0;
    after = row?.seen === PAGE_SIZE ? row.last : null;
  }
  const probes = await pool.run(BRING_PROBES_FORWARD);
  return moved + probes.length;
}
