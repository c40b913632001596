import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../../src/database/hot-pool.js';
import { ensurePartitions, firstUuidOf, listPartitions, type WeeklyPartition } from '../../src/database/partitions.js';
import { replayEvent } from '../../src/delivery/queue/replay-event.js';
import { retireWeek } from '../../src/delivery/queue/retire-week.js';
import { retryDelivery } from '../../src/delivery/queue/retry.js';
import { dropExpired, forgetExpiredKeys, makePartitionsAhead } from '../../src/delivery/queue/retention.js';
import { settle } from '../../src/delivery/queue/settle.js';
import { eventOf, openQueueBench, settlementOf, type QueueBench } from '../support/queue.js';

const WEEK_MS = 7 * 24 * 3_600_000;
const YEAR_MS = 365 * 24 * 3_600_000;

let bench: QueueBench;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());

/** Each call is a session of its own. */
const ensure = (ms: number) => bench.pool.session((query) => ensurePartitions(query, ms));
const partitions = () => bench.pool.session((query) => listPartitions(query));
const names = async () => (await partitions()).map((partition) => partition.name).toSorted();
const idAt = (ms: number, end: string) => `${firstUuidOf(ms).slice(0, 14)}7000-8000-${end.padStart(12, '0')}`;

describe('partitions', () => {
  it('are there from this week to four weeks ahead, for each table', async () => {
    const present = await names();
    expect(present).toHaveLength(15);
    await makePartitionsAhead(bench.pool);
    expect(await names()).toEqual(present);
  });

  it('take what belongs to them; what lies outside goes to the default', async () => {
    const account = await bench.newAccount();
    const now = eventOf(account);
    const far = eventOf(account, { eventId: idAt(Date.now() + YEAR_MS, '1') });
    await bench.accept(now);
    await bench.accept(far);
    const rows = await bench.sql<{ name: string }>(
      'SELECT tableoid::regclass::text AS name FROM events WHERE event_id = ANY ($1) ORDER BY event_id',
      [[now.eventId, far.eventId]],
    );
    expect(rows.map((row) => row.name)).toEqual([expect.stringMatching(/^events_\d{8}$/), 'events_default']);
  });

  it('of a week that has strays in the default are left out, the others are made', async () => {
    const account = await bench.newAccount();
    const ms = Date.now() + 20 * WEEK_MS;
    await bench.accept(eventOf(account, { eventId: idAt(ms, '2') }));
    const before = await names();
    await ensure(ms);
    const made = (await names()).filter((name) => !before.includes(name));
    expect(made).toHaveLength(14);
    expect(made.filter((name) => name.startsWith('events_'))).toHaveLength(4);
    await expect(bench.accept(eventOf(account, { eventId: idAt(ms, '3') }))).resolves.toMatchObject({
      kind: 'accepted',
    });
  });

  it('are made without anybody having to wait for them for long', async () => {
    const last = (await names()).filter((name) => name.startsWith('events_'))[4];
    await bench.sql(`DROP TABLE ${last}`);
    const made = await besideALongReader('SELECT 1 FROM events_default LIMIT 1', () => makePartitionsAhead(bench.pool));
    expect(made).toBeLessThan(MAX_WAIT_MS);
    expect(await names()).toContain(last);
  });

  it('are attached without reading a default partition that became large', async () => {
    await bench.sql(
      `INSERT INTO events (event_id, account_id, content_type, payload)
       SELECT overlay(gen_random_uuid()::text placing '1000' from 1 for 4)::uuid, gen_random_uuid(), 'application/json',
              decode(repeat('00', 1000), 'hex') FROM generate_series(1, 12000)`,
    );
    const ms = Date.now() + 40 * WEEK_MS;
    const made: string[] = [];
    const noted = await bench.pool.session(async (query) => {
      await ensurePartitions((text, values) => {
        made.push(text);
        return query(text, values);
      }, ms);
      return query(`SELECT 1 FROM pg_constraint WHERE conname LIKE '%_default_outside'`);
    });
    expect(noted).toEqual([]);
    expect(made.filter((text) => text.includes('VALIDATE CONSTRAINT events_default_outside'))).toHaveLength(5);
    expect((await names()).filter((name) => name.startsWith('events_'))).toHaveLength(14);
    await bench.sql(`DELETE FROM events_default WHERE event_id > '10000000-0000-0000-0000-000000000000'`);
  });
});

/** What of a hot table may be waited for. */
const MAX_WAIT_MS = 1_000;

/**
 * Runs `work` while a transaction that read something stays open for three seconds, and accepts events all the time.
 * Returns the longest time that accepting one took.
 */
async function besideALongReader(text: string, work: () => Promise<unknown>): Promise<number> {
  const account = await bench.newAccount();
  await bench.newDestination(account);
  const reader = await bench.pool.pool.connect();
  await reader.query('BEGIN');
  await reader.query(text);
  const state = { ended: false };
  const working = work().finally(() => (state.ended = true));
  const release = new Promise<void>((resolve) => {
    setTimeout(() => {
      void reader.query('ROLLBACK').then(() => {
        reader.release();
        resolve();
      });
    }, 3_000);
  });
  let longestMs = 0;
  while (!state.ended) {
    const beganAtMs = performance.now();
    await bench.accept(eventOf(account));
    longestMs = Math.max(longestMs, performance.now() - beganAtMs);
  }
  await Promise.all([working, release]);
  return longestMs;
}

/** A week long ago: five events, which wait for one destination. */
async function oldWeek(weeksAgo: number) {
  const account = await bench.newAccount();
  await bench.newDestination(account);
  const ms = (Math.floor(Date.now() / WEEK_MS) - weeksAgo) * WEEK_MS;
  await ensure(ms);
  const events = ['a', 'b', 'c', 'd', 'e'].map((end, index) =>
    eventOf(account, { eventId: idAt(ms + index, end + weeksAgo) }),
  );
  for (const event of events) await bench.accept(event);
  const processId = await bench.newProcess();
  const claimed = await bench.claim(processId);
  const deliveryOf = (index: number) => {
    const found = claimed.find(({ eventId }) => eventId === events[index]?.eventId);
    if (!found) throw new Error('not claimed');
    return found;
  };
  const end = (index: number) => settle(bench.pool, processId, [settlementOf(deliveryOf(index), DELIVERED)]);
  const wasLongAgo = (index: number) =>
    bench.sql('UPDATE finished_deliveries SET finished_at = $2 WHERE delivery_id = $1', [
      deliveryOf(index).deliveryId,
      new Date(ms),
    ]);
  const week = (await partitions()).filter((partition) => partition.endMs === ms + WEEK_MS);
  /** Which of the events, deliveries and attempts are found where everybody looks. */
  const found = async () => {
    const indexOf = (id: string) => events.findIndex(({ eventId }) => eventId.slice(0, 18) === id.slice(0, 18));
    const of = async (text: string) =>
      (await bench.sql<{ id: string }>(text, [account.id])).map(({ id }) => indexOf(id)).toSorted((a, b) => a - b);
    return {
      events: await of('SELECT event_id AS id FROM events WHERE account_id = $1'),
      finished: await of('SELECT delivery_id AS id FROM finished_deliveries WHERE account_id = $1'),
      attempts: await of(
        `SELECT delivery_id AS id FROM attempts a WHERE EXISTS
           (SELECT 1 FROM events e WHERE e.account_id = $1 AND left(e.event_id::text, 18) = left(a.delivery_id::text, 18))`,
      ),
    };
  };
  return { account, events, week, end, wasLongAgo, deliveryOf, processId, found };
}

const DELIVERED = { kind: 'finished', state: 'delivered', reason: null } as const;
const longAgo = () => new Date(Date.now() - 90 * 24 * 3_600_000);
const expired = async () => (await partitions()).filter(({ endMs }) => endMs < Date.now() - 91 * 24 * 3_600_000);
const leftovers = () =>
  bench.sql(
    `SELECT relname FROM pg_class WHERE relname ~ '_(next|old)$' UNION ALL SELECT tgname FROM pg_trigger WHERE tgname = 'mirror_to_next'`,
  );

describe('retention', () => {
  it('keeps all of what waits and of what finished late, where it is looked for, and drops the rest', async () => {
    const { found, end, wasLongAgo, deliveryOf, processId, account } = await oldWeek(30);
    await end(0);
    await wasLongAgo(0);
    await end(1);
    await settle(bench.pool, processId, [
      settlementOf(deliveryOf(2), { kind: 'again', inMs: 1, reason: 'server_error' }),
    ]);
    await dropExpired(bench.pool, 90);
    expect(await found()).toEqual({ events: [1, 2, 3, 4], finished: [1], attempts: [1, 2] });
    expect(await leftovers()).toEqual([]);
    // Looked at again when nothing of it is needed, and not before.
    await bench.sql('DELETE FROM waiting_deliveries WHERE account_id = $1', [account.id]);
    await dropExpired(bench.pool, 90);
    expect(await found()).toEqual({ events: [1, 2, 3, 4], finished: [1], attempts: [1, 2] });
    await wasLongAgo(1);
    await dropExpired(bench.pool, 90);
    expect(await found()).toEqual({ events: [], finished: [], attempts: [] });
    expect(await expired()).toEqual([]);
  });

  it('nobody waits for it, though somebody has read for long', async () => {
    const { found, end, wasLongAgo } = await oldWeek(31);
    for (const index of [0, 1, 2, 3, 4]) {
      await end(index);
      await wasLongAgo(index);
    }
    const longest = await besideALongReader('SELECT 1 FROM events LIMIT 1', () => dropExpired(bench.pool, 90));
    expect(longest).toBeLessThan(MAX_WAIT_MS);
    expect(await found()).toEqual({ events: [], finished: [], attempts: [] });
    expect(await expired()).toEqual([]);
  });

  /** Runs {@link retireWeek}, and `task` before the first statement that matches. */
  const retireWith = async (week: WeeklyPartition[], statement: RegExp, task: () => Promise<unknown>) =>
    bench.pool.session(async (query) => {
      let done = false;
      const hooked: Query = async (text, values) => {
        if (!done && statement.test(text)) {
          done = true;
          await task();
        }
        return query(text, values);
      };
      await retireWeek(hooked, week, longAgo());
    });

  it('what ends, or is sent again, while it copies is kept as well', async () => {
    const { found, end, wasLongAgo, week, events } = await oldWeek(32);
    for (const index of [0, 1]) {
      await end(index);
      await wasLongAgo(index);
    }
    await retireWith(week, /^LOCK TABLE ONLY finished/, async () => {
      await end(2);
      await replayEvent(bench.pool, events[0]?.eventId ?? '', null);
    });
    await dropExpired(bench.pool, 90);
    expect(await found()).toEqual({ events: [0, 2, 3, 4], finished: [2], attempts: [2] });
    expect(await leftovers()).toEqual([]);
  });

  it('what is sent again from the history while it copies is waiting, and nothing else', async () => {
    const { found, week, processId, deliveryOf, events } = await oldWeek(33);
    await settle(bench.pool, processId, [
      settlementOf(deliveryOf(0), { kind: 'finished', state: 'failed', reason: 'gone' }),
    ]);
    await retireWith(week, /^LOCK TABLE ONLY finished/, () => retryDelivery(bench.pool, deliveryOf(0).deliveryId));
    await dropExpired(bench.pool, 90);
    expect(await found()).toEqual({ events: [0, 1, 2, 3, 4], finished: [], attempts: [0] });
    expect(await bench.sql('SELECT 1 FROM waiting_deliveries WHERE event_id = $1', [events[0]?.eventId])).toHaveLength(
      1,
    );
  });

  it.each([
    ['before anything was copied', /^CREATE TRIGGER[^]*events/],
    ['before the exchange', /^LOCK TABLE ONLY finished/],
    ['between two exchanges', /^LOCK TABLE ONLY events/],
    ['within an exchange', /^ALTER TABLE events ATTACH/],
  ])('goes on after a crash %s', async (_name, statement) => {
    const { found, end, wasLongAgo, week } = await oldWeek(40);
    await end(0);
    await wasLongAgo(0);
    await end(1);
    await expect(retireWith(week, statement, () => Promise.reject(new Error('crash')))).rejects.toThrow('crash');
    await end(2);
    await dropExpired(bench.pool, 90);
    expect(await found()).toEqual({ events: [1, 2, 3, 4], finished: [1, 2], attempts: [1, 2] });
    expect(await leftovers()).toEqual([]);
    await bench.sql('DELETE FROM waiting_deliveries');
    await bench.sql("UPDATE finished_deliveries SET finished_at = '2020-01-01'");
    await dropExpired(bench.pool, 90);
    expect(await expired()).toEqual([]);
  });

  it('keeps in the default partitions what earlier versions moved there, for as long as it is needed', async () => {
    const account = await bench.newAccount();
    await bench.newDestination(account);
    const ms = Date.now() - 50 * WEEK_MS;
    const [waits, over] = [
      eventOf(account, { eventId: idAt(ms, '1') }),
      eventOf(account, { eventId: idAt(ms + 1, '2') }),
    ];
    await bench.accept(waits);
    await bench.accept(over);
    await bench.sql('DELETE FROM waiting_deliveries WHERE event_id = $1', [over.eventId]);
    await dropExpired(bench.pool, 90);
    expect(await bench.sql('SELECT event_id FROM events WHERE account_id = $1', [account.id])).toEqual([
      { event_id: waits.eventId },
    ]);
  });

  it('forgets idempotency keys once they are over', async () => {
    const account = await bench.newAccount();
    await bench.accept(eventOf(account, { externalId: 'old' }));
    await bench.accept(eventOf(account, { externalId: 'new' }));
    await bench.sql(
      `UPDATE idempotency_keys SET expires_at = now() - interval '2 hours' WHERE account_id = $1 AND external_id = 'old'`,
      [account.id],
    );
    await forgetExpiredKeys(bench.pool);
    expect(await bench.sql('SELECT external_id FROM idempotency_keys WHERE account_id = $1', [account.id])).toEqual([
      { external_id: 'new' },
    ]);
  });
});
