import type { HotPool } from '../../database/hot-pool.js';
import { DEAD_AFTER_SECONDS } from '../queue/lease.js';

/** Counting stops here: beyond it nobody asks for the last digit. */
const MAX_COUNT = 100_000;

/** What waits at this moment. A count that reached {@link MAX_COUNT} stands for that many or more. */
export interface Backlog {
  readonly waiting: number;
  /** Of disabled destinations. */
  readonly held: number;
  readonly maxCount: number;
  /** When the oldest delivery that waits, and is not held, was accepted. */
  readonly oldestAcceptedAt: Date | null;
  /** Processes that deliver and are alive. */
  readonly workers: number;
}

/**
 * Steps from one destination that has something waiting to the next, and counts along the index of each: the cost is by
 * what is counted and by destinations, never by history. OFFSET 0 keeps the planner from reading the whole table.
 */
const BACKLOG = `
WITH RECURSIVE busy (id) AS (
  (SELECT destination_id FROM waiting_deliveries ORDER BY destination_id LIMIT 1)
  UNION ALL
  SELECT (SELECT n.destination_id FROM waiting_deliveries n WHERE n.destination_id > busy.id
          ORDER BY n.destination_id LIMIT 1)
  FROM busy WHERE busy.id IS NOT NULL
), known AS MATERIALIZED (
  SELECT d.id, d.enabled FROM busy b JOIN destinations d ON d.id = b.id
)
SELECT
  (SELECT count(*) FROM (
     SELECT FROM known k
     CROSS JOIN LATERAL (SELECT FROM waiting_deliveries w WHERE w.destination_id = k.id LIMIT $1) w
     WHERE k.enabled LIMIT $1) c) AS waiting,
  (SELECT count(*) FROM (
     SELECT FROM known k
     CROSS JOIN LATERAL (SELECT FROM waiting_deliveries w WHERE w.destination_id = k.id LIMIT $1) w
     WHERE NOT k.enabled LIMIT $1) c) AS held,
  (SELECT min(o.created_at) FROM known k
   CROSS JOIN LATERAL (SELECT w.created_at FROM waiting_deliveries w WHERE w.destination_id = k.id
                       ORDER BY w.acceptance LIMIT 1) o
   WHERE k.enabled) AS oldest_accepted_at,
  (SELECT count(*) FROM processes
   WHERE role <> 'api' AND seen_at > now() - $2 * interval '1 second') AS workers`;

export async function readBacklog(pool: HotPool): Promise<Backlog> {
  const [row] = await pool.run<{ waiting: number; held: number; oldest_accepted_at: Date | null; workers: number }>(
    BACKLOG,
    [MAX_COUNT, DEAD_AFTER_SECONDS],
  );
  return {
    waiting: row?.waiting ?? 0,
    held: row?.held ?? 0,
    maxCount: MAX_COUNT,
    oldestAcceptedAt: row?.oldest_accepted_at ?? null,
    workers: row?.workers ?? 0,
  };
}
