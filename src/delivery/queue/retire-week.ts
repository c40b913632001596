import { setTimeout as nextTurn } from 'node:timers/promises';
import { type BriefLockOptions, withBriefLocks } from '../../database/brief-locks.js';
import type { Query } from '../../database/hot-pool.js';
import {
  boundsOf,
  PARTITION_KEY,
  type PartitionedTable,
  type WeeklyPartition,
  withoutReadingDefault,
} from '../../database/partitions.js';

const NIL = '00000000-0000-0000-0000-000000000000';
/** Deliveries whose events and attempts are copied in one statement: payloads may have a mebibyte each. */
const COPY_SIZE = 200;
/** Of a partition that is looked through: 16 MiB. */
const PAGES_A_STEP = 2_000;
const GIVE_UP_AFTER_MS = 60_000;

/** In this order a week is replaced: events last, because everything else refers to them. */
const ORDER: readonly PartitionedTable[] = ['finished_deliveries', 'attempts', 'events'];

const SAME_KEY: Record<PartitionedTable, string> = {
  events: 'n.event_id = ($1).event_id',
  finished_deliveries: 'n.delivery_id = ($1).delivery_id',
  attempts: 'n.delivery_id = ($1).delivery_id AND n.number = ($1).number',
};

/**
 * Replaces the partitions of a week that is over by ones that hold only what is kept: all of a delivery that still waits,
 * and of one that finished after `keptSince`. Readers find it where it was. What is not kept is dropped with the old
 * partitions, whatever its size.
 *
 * Nobody waits for the copying. A trigger writes what changes in the old partition meanwhile to the copy as well. Only the
 * exchange takes a lock on the parent, for some milliseconds, and waits for it briefly. What was sent again during the
 * copying, and so waits for its next attempt although its event was not copied, is found afterwards (`finishRetired`),
 * before anything is dropped.
 *
 * `query` is one session's, which holds the lock of housekeeping. A crash leaves copies (`…_next`) or old partitions
 * (`…_old`) behind; `finishRetired` deals with them.
 */
export async function retireWeek(
  query: Query,
  partitions: readonly WeeklyPartition[],
  keptSince: Date,
  options: BriefLockOptions = {},
): Promise<void> {
  const week = partitions[0]?.week;
  if (week === undefined) return;
  const ofTable = new Map(partitions.map((partition) => [partition.table, partition.name]));
  const brief = { ...options, giveUpAfterMs: GIVE_UP_AFTER_MS };
  for (const { table, name } of partitions) await makeCopy(query, table, name, boundsOf(week), brief);
  await copyOfWaiting(query, ofTable, boundsOf(week));
  const finished = ofTable.get('finished_deliveries');
  if (finished !== undefined) {
    await copyLate(query, finished, keptSince);
    await copyOfFinished(query, ofTable, finished);
  }
  for (const table of ORDER) {
    const name = ofTable.get(table);
    if (name !== undefined) await exchange(query, table, name, boundsOf(week), brief);
  }
}

async function makeCopy(
  query: Query,
  table: PartitionedTable,
  name: string,
  [from, to]: readonly [string, string],
  options: BriefLockOptions,
): Promise<void> {
  const key = PARTITION_KEY[table];
  await query(`CREATE TABLE ${name}_next (LIKE ${table} INCLUDING ALL)`);
  // Shows that all of it belongs there, so that it is not read when it is attached.
  await query(
    `ALTER TABLE ${name}_next ADD CONSTRAINT ${name}_kept CHECK (${key} IS NOT NULL AND ${key} >= '${from}' AND ${key} < '${to}')`,
  );
  await withBriefLocks(
    query,
    `watch the partition ${name}`,
    () =>
      query(
        `CREATE TRIGGER mirror_to_next AFTER INSERT OR UPDATE OR DELETE ON ${name}
         FOR EACH ROW EXECUTE FUNCTION mirror_to_next('${SAME_KEY[table]}')`,
      ),
    options,
  );
}

interface Ids {
  readonly delivery_id: string;
  readonly event_id: string;
}

/** Of each delivery of the week that waits. */
async function copyOfWaiting(
  query: Query,
  ofTable: ReadonlyMap<PartitionedTable, string>,
  bounds: readonly [string, string],
): Promise<void> {
  await eachWaiting(query, bounds, (page) => copyEventsAndAttempts(query, ofTable, page));
}

/** Deliveries that finished late, page by page of the file: no index tells when a delivery finished. */
async function copyLate(query: Query, name: string, keptSince: Date): Promise<void> {
  const [size] = await query<{ pages: number }>(
    `SELECT pg_relation_size(to_regclass($1)) / current_setting('block_size')::int AS pages`,
    [name],
  );
  for (let page = 0; page < (size?.pages ?? 0); page += PAGES_A_STEP) {
    // Locked, so that a delivery that is sent again at this moment is not copied after it left.
    await query(
      `INSERT INTO ${name}_next SELECT * FROM ${name}
       WHERE ctid >= '(${page},0)'::tid AND ctid < '(${page + PAGES_A_STEP},0)'::tid AND finished_at >= $1
       FOR SHARE ON CONFLICT DO NOTHING`,
      [keptSince],
    );
    await nextTurn(0);
  }
}

async function copyOfFinished(
  query: Query,
  ofTable: ReadonlyMap<PartitionedTable, string>,
  finished: string,
): Promise<void> {
  await eachPage(
    (after) =>
      query<Ids>(
        `SELECT delivery_id, event_id FROM ${finished}_next WHERE delivery_id > $1 ORDER BY delivery_id LIMIT $2`,
        [after, COPY_SIZE],
      ),
    (page) => copyEventsAndAttempts(query, ofTable, page),
  );
}

async function copyEventsAndAttempts(
  query: Query,
  ofTable: ReadonlyMap<PartitionedTable, string>,
  page: readonly Ids[],
): Promise<void> {
  const ids = { events: page.map((row) => row.event_id), attempts: page.map((row) => row.delivery_id) };
  for (const table of ['events', 'attempts'] as const) {
    const name = ofTable.get(table);
    if (name === undefined) continue;
    await query(
      `INSERT INTO ${name}_next SELECT * FROM ${name} WHERE ${PARTITION_KEY[table]} = ANY ($1::uuid[])
       FOR SHARE ON CONFLICT DO NOTHING`,
      [ids[table]],
    );
  }
}

/** Deliveries between two ids that wait, some hundred at a time. */
export async function eachWaiting(
  query: Query,
  [from, to]: readonly [string, string],
  work: (page: Ids[]) => Promise<void>,
): Promise<void> {
  const read = (after: string): Promise<Ids[]> =>
    query<Ids & Record<string, unknown>>(
      `SELECT delivery_id, event_id FROM waiting_deliveries WHERE delivery_id > $1 AND delivery_id >= $2 AND delivery_id < $3
       ORDER BY delivery_id LIMIT $4`,
      [after, from, to, COPY_SIZE],
    );
  await eachPage(read, work);
}

async function eachPage(read: (after: string) => Promise<Ids[]>, work: (page: Ids[]) => Promise<void>): Promise<void> {
  for (let after = NIL; ;) {
    const page = await read(after);
    if (page.length > 0) await work(page);
    const last = page.at(-1);
    if (!last || page.length < COPY_SIZE) return;
    after = last.delivery_id;
  }
}

/** The old partition leaves and the copy takes its place, or none where nothing is kept. Only the catalogue changes. */
async function exchange(
  query: Query,
  table: PartitionedTable,
  name: string,
  [from, to]: readonly [string, string],
  options: BriefLockOptions,
): Promise<void> {
  await withoutReadingDefault(query, table, [from, to], options, () =>
    withBriefLocks(
      query,
      `replace the partition ${name}`,
      async () => {
        await query(`LOCK TABLE ONLY ${table} IN ACCESS EXCLUSIVE MODE`);
        // Whoever passed the parent has ended: what is left in the way is maintenance, for which nobody is to wait.
        await query("SET LOCAL lock_timeout = '100ms'");
        await query(`ALTER TABLE ${table} DETACH PARTITION ${name}`);
        await query(`DROP TRIGGER mirror_to_next ON ${name}`);
        await query(`ALTER TABLE ${name} RENAME TO ${name}_old`);
        const [kept] = await query(`SELECT 1 FROM ${name}_next LIMIT 1`);
        if (!kept) {
          await query(`DROP TABLE ${name}_next`);
          return;
        }
        await query(`ALTER TABLE ${name}_next RENAME TO ${name}`);
        await query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
      },
      options,
    ),
  );
}
