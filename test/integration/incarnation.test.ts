import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incarnation } from '../../src/delivery/engine/incarnation.js';
import { findGoneOnThisHost } from '../../src/delivery/queue/lease.js';
import { startIncarnation } from '../support/incarnations.js';
import { openQueueBench, type QueueBench } from '../support/queue.js';

const WAIT_MS = 100_000;
/** Above the largest that Linux gives out. */
const NO_PID = 2 ** 22 + 1;

let bench: QueueBench;
let incarnations: Incarnation[];
beforeEach(async () => {
  bench = await openQueueBench();
  incarnations = [];
});
afterEach(async () => {
  for (const incarnation of incarnations) await incarnation.stop();
  await bench.close();
});

async function start(): Promise<Incarnation> {
  const incarnation = await startIncarnation(bench);
  incarnations.push(incarnation);
  return incarnation;
}

const seen = (where = 'true') =>
  bench.sql<{ process_id: string }>(`SELECT process_id FROM processes WHERE ${where} ORDER BY process_id`);

it('one that is silent alone is taken for dead', async () => {
  const living = await start();
  const dead = await bench.newProcess();
  await bench.sql(`UPDATE processes SET seen_at = now() - interval '1 hour' WHERE process_id = $1`, [dead]);
  await expect.poll(seen, { timeout: WAIT_MS }).toEqual([{ process_id: living.id }]);
});

it('after the database was away for long, nobody takes the others for dead', async () => {
  const ids = [(await start()).id, (await start()).id].toSorted();
  await bench.sql(`UPDATE processes SET seen_at = now() - interval '1 minute'`);
  await expect.poll(() => seen(`seen_at > now() - interval '10 seconds'`), { timeout: WAIT_MS }).toHaveLength(2);
  expect((await seen()).map((row) => row.process_id)).toEqual(ids);
});

it('one whose other statements all wait for a lock keeps its leases', async () => {
  const living = await start();
  const lock = await bench.pool.pool.connect();
  let blocked: Promise<unknown> = Promise.resolve();
  try {
    await lock.query('BEGIN; LOCK TABLE waiting_deliveries IN ACCESS EXCLUSIVE MODE');
    // More than there are connections of each kind.
    const waiting: Promise<unknown>[] = [];
    for (let n = 0; n < 12; n++) {
      const text = `SELECT ${n} FROM waiting_deliveries LIMIT 1`;
      waiting.push(
        bench.pool.query(`blocked ${n}`, text, []),
        bench.pool.queryRelaxed(`blocked relaxed ${n}`, text, []),
        bench.pool.run(text),
      );
    }
    // They are refused a connection, or end with the lock.
    blocked = Promise.allSettled(waiting);
    const since = async () => (await lock.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now;
    const blockedSince = await since();
    // Beats that came through after it would have been taken for dead.
    const beats = async () => {
      const { rows } = await lock.query(
        `SELECT 1 FROM processes WHERE process_id = $1 AND seen_at > $2::timestamptz + interval '9 seconds'`,
        [living.id, blockedSince],
      );
      return rows.length;
    };
    await expect.poll(beats, { timeout: WAIT_MS }).toBe(1);
    expect(living.isProven).toBe(true);
  } finally {
    await lock.query('ROLLBACK');
    lock.release();
    await blocked;
  }
});

it('one whose heartbeat does not come through is not sure of its leases, and is again when it does', async () => {
  const living = await start();
  expect(living.isProven).toBe(true);
  const lock = await bench.pool.pool.connect();
  try {
    await lock.query('BEGIN; LOCK TABLE processes IN ACCESS EXCLUSIVE MODE');
    await expect.poll(() => living.isProven, { timeout: WAIT_MS }).toBe(false);
  } finally {
    await lock.query('ROLLBACK');
    lock.release();
  }
  expect(await living.prove()).toBe(true);
});

describe('a process that is gone', () => {
  it('is found at once on this machine', async () => {
    const gone = await bench.newProcess();
    await bench.sql('UPDATE processes SET pid = $1', [NO_PID]);
    expect(await findGoneOnThisHost(bench.pool)).toEqual([gone]);
  });

  it('is not looked for where this machine can not see it: in another container, on one of the same name', async () => {
    await bench.newProcess();
    await bench.sql('UPDATE processes SET pid = $1, host = $2', [NO_PID, hostname()]);
    expect(await findGoneOnThisHost(bench.pool)).toEqual([]);
  });
});
