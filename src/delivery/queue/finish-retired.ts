import { type BriefLockOptions, withBriefLocks } from '../../database/brief-locks.js';
import type { Query } from '../../database/hot-pool.js';
import { boundsOf } from '../../database/partitions.js';
import { eachWaiting } from './retire-week.js';

const GIVE_UP_AFTER_MS = 60_000;

/**
 * Removes what `retireWeek` leaves behind, whether it came to its end or not: copies that took nobody's place, and old
 * partitions, once nothing in them is missed. An event or attempt of a waiting delivery is missed when it was sent again
 * while the partition was copied. Returns the names of the partitions dropped.
 */
export async function finishRetired(query: Query, options: BriefLockOptions = {}): Promise<string[]> {
  const brief = { ...options, giveUpAfterMs: GIVE_UP_AFTER_MS };
  const rows = await query<{ name: string; attached: boolean }>(
    `SELECT relname AS name, relispartition AS attached FROM pg_class
     WHERE relkind = 'r' AND relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('events'))
       AND relname ~ '^(events|finished_deliveries|attempts)_\\d{8}(_next|_old)$'
     ORDER BY relname`,
  );
  for (const { name } of rows.filter((row) => row.name.endsWith('_next'))) {
    const partition = name.slice(0, -'_next'.length);
    await withBriefLocks(
      query,
      `remove the copy ${name}`,
      async () => {
        await query(`DROP TRIGGER IF EXISTS mirror_to_next ON ${partition}`);
        await query(`DROP TABLE ${name}`);
      },
      brief,
    );
  }
  const old = rows.map((row) => row.name).filter((name) => name.endsWith('_old'));
  for (const name of old) {
    await bringBackMissed(query, name);
    await query(`DROP TABLE ${name}`);
  }
  return old.map((name) => name.slice(0, -'_old'.length));
}

async function bringBackMissed(query: Query, name: string): Promise<void> {
  const [, table, day] = /^(events|attempts)_(\d{8})_old$/.exec(name) ?? [];
  if (table === undefined || day === undefined) return;
  const startMs = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
  const [from, to] = boundsOf(startMs / (7 * 24 * 3_600_000));
  const [key, same] =
    table === 'events'
      ? ['event_id', 'n.event_id = o.event_id']
      : ['delivery_id', 'n.delivery_id = o.delivery_id AND n.number = o.number'];
  await eachWaiting(query, [from, to], async (page) => {
    await query(
      `INSERT INTO ${table} SELECT o.* FROM ${name} o
         WHERE o.${key} = ANY ($1::uuid[]) AND NOT EXISTS (SELECT 1 FROM ${table} n WHERE ${same})
         ON CONFLICT DO NOTHING`,
      [page.map((row) => (key === 'event_id' ? row.event_id : row.delivery_id))],
    );
  });
}
