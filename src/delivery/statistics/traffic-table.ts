import { intArray, textArray, uuidArray } from '../../database/binary-array.js';
import type { HotPool } from '../../database/hot-pool.js';
import { deleteInBatches } from '../queue/retention.js';
import { COUNTED, type TrafficCounts } from './traffic-counts.js';

/** Stands for everything, where an account or a destination stands otherwise. */
export const EVERYTHING = '00000000-0000-0000-0000-000000000000';

/**
 * How finely time is cut, and how long that is kept: the finer, the shorter. A row tells of one scope in one stretch,
 * so what is read for a screen is some hundred rows, however many deliveries there were.
 */
export const TIERS = {
  minutes: { seconds: 60, keptHours: 3 },
  tenMinutes: { seconds: 600, keptHours: 72 },
  /** As long as the ledger: `RETENTION_DAYS`. */
  hours: { seconds: 3600, keptHours: null },
} as const;

const TIER_SECONDS = Object.values(TIERS).map(({ seconds }) => seconds);

/**
 * Adds to the rows of this moment, by the database's clock: one for all processes. Sorted, so that two processes can't
 * deadlock. Arrays of buckets travel as text, because arrays of one parameter must all have one length.
 */
const ADD = `
INSERT INTO traffic AS t (scope_id, seconds, begins_at, ${COUNTED.join(', ')}, latency)
SELECT i.scope_id, s.seconds, date_bin(s.seconds * interval '1 second', now(), 'epoch'),
       ${COUNTED.map((name) => `i.${name}`).join(', ')}, i.latency::int[]
FROM unnest($1::uuid[], ${COUNTED.map((_, index) => `$${index + 2}::int[]`).join(', ')}, $${COUNTED.length + 2}::text[])
  AS i (scope_id, ${COUNTED.join(', ')}, latency)
CROSS JOIN unnest(ARRAY[${TIER_SECONDS.join(', ')}]) AS s (seconds)
ORDER BY i.scope_id, s.seconds
ON CONFLICT (scope_id, seconds, begins_at) DO UPDATE SET
  ${COUNTED.map((name) => `${name} = t.${name} + excluded.${name}`).join(', ')},
  latency = CASE WHEN excluded.latency = '{}' THEN t.latency ELSE ARRAY(
    SELECT coalesce(one, 0) + coalesce(other, 0)
    FROM unnest(t.latency, excluded.latency) WITH ORDINALITY AS b (one, other, bucket) ORDER BY bucket) END`;

export async function writeTraffic(pool: HotPool, traffic: ReadonlyMap<string, TrafficCounts>): Promise<void> {
  const counts = [...traffic.values()];
  await pool.queryRelaxed('write-traffic', ADD, [
    uuidArray([...traffic.keys()]),
    ...COUNTED.map((name) => intArray(counts.map((count) => count[name]))),
    textArray(counts.map(({ latency }) => `{${latency.join(',')}}`)),
  ]);
}

export type TrafficRow = TrafficCounts & { readonly begins_at: Date };

/** The rows of the last `count` stretches, this one included; where nothing happened there is none. Also the clock. */
export async function readTraffic(
  pool: HotPool,
  scopeId: string,
  seconds: number,
  count: number,
): Promise<{ lastBeginsAt: Date; rows: TrafficRow[] }> {
  const rows = await pool.run<TrafficRow & { last_begins_at: Date; scope_id: string | null }>(
    `SELECT n.last_begins_at, t.*
     FROM (SELECT date_bin($2::int * interval '1 second', now(), 'epoch') AS last_begins_at) n
     LEFT JOIN traffic t ON t.scope_id = $1 AND t.seconds = $2
       AND t.begins_at > n.last_begins_at - $3 * interval '1 second'`,
    [scopeId, seconds, seconds * count],
  );
  return {
    lastBeginsAt: rows[0]?.last_begins_at ?? new Date(),
    rows: rows.filter((row) => row.scope_id !== null),
  };
}

/** What each tier keeps no longer. */
export async function forgetOldTraffic(pool: HotPool, retentionDays: number): Promise<void> {
  for (const { seconds, keptHours } of Object.values(TIERS)) {
    await deleteInBatches(pool, 'traffic', `seconds = $1 AND begins_at < now() - $2 * interval '1 hour'`, [
      seconds,
      keptHours ?? retentionDays * 24,
    ]);
  }
}
