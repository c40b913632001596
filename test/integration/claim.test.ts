import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claim } from '../../src/delivery/queue/claim.js';
import { pauseDestination } from '../../src/delivery/queue/health.js';
import { release, settle } from '../../src/delivery/queue/settle.js';
import { claimOf, NIL, openQueueBench, settlementOf, type QueueBench } from '../support/queue.js';

const URL_OF_ALL = 'https://receiver.example.com/hook';

let bench: QueueBench;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());

/** Only what this test made: the bench is shared. */
const emptyQueue = () => bench.sql('DELETE FROM waiting_deliveries');

describe('a claim', () => {
  it('leases what is due, with number and place in the schedule', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    const destinationId = await bench.newDestination(account);
    const [due, later] = await bench.fill(account, 2);
    await bench.sql(`UPDATE waiting_deliveries SET due_at = now() + interval '1 hour' WHERE event_id = $1`, [later]);
    const processId = await bench.newProcess();
    expect(await bench.claim(processId)).toEqual([
      {
        cause: 'due',
        deliveryId: expect.any(String),
        eventId: due,
        accountId: account.id,
        destinationId,
        destinationVersion: 1,
        leaseNumber: 1,
        schedulePosition: 0,
        room: 16,
      },
    ]);
    expect(await bench.claim(processId)).toEqual([]);
  });

  it('is given nothing when the process is not on the list', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    await bench.newDestination(account);
    await bench.fill(account, 1);
    expect(await bench.claim('0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f')).toEqual([]);
    expect(await bench.claim(await bench.newProcess())).toHaveLength(1);
  });

  it('never gives one delivery to two', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    for (let i = 0; i < 5; i++) await bench.newDestination(account, { max_concurrency: 1000 });
    await bench.fill(account, 100);
    const processes = await Promise.all(Array.from({ length: 4 }, () => bench.newProcess()));
    const claimed = await Promise.all(
      processes.flatMap((processId) => Array.from({ length: 5 }, () => bench.claim(processId, { maxDeliveries: 40 }))),
    );
    const ids = claimed.flat().map((delivery) => delivery.deliveryId);
    expect(new Set(ids).size).toBe(ids.length);
    // What a neighbour had just locked was passed over, and is there for the next.
    while (ids.length < 500) {
      const more = await bench.claim(processes[0] ?? '');
      if (more.length === 0) break;
      ids.push(...more.map((delivery) => delivery.deliveryId));
    }
    expect(new Set(ids).size).toBe(500);
  });
});

describe('room', () => {
  it('is max_concurrency less what is in flight', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    const destinationId = await bench.newDestination(account, { max_concurrency: 7 });
    await bench.fill(account, 20);
    const processId = await bench.newProcess();
    const claimed = await bench.claim(processId, { taken: new Map([[destinationId, 3]]) });
    expect(claimed.map(({ room }) => room)).toEqual([4, 4, 4, 4]);
    expect(await bench.claim(processId, { taken: new Map([[destinationId, 7]]) })).toHaveLength(0);
    expect(await bench.claim(processId, { taken: new Map([[destinationId, 9]]) })).toHaveLength(0);
    expect(await bench.claim(processId, { room: new Map([[destinationId, 2]]) })).toHaveLength(2);
    expect(await bench.claim(processId, { room: new Map([[destinationId, 0]]) })).toHaveLength(0);
  });

  it.each([1, 2, 3, 7, 16])('of max_concurrency %i is shared out over the processes without a rest', async (limit) => {
    await emptyQueue();
    const account = await bench.newAccount();
    await bench.newDestination(account, { max_concurrency: limit });
    await bench.fill(account, 40);
    const shares: number[] = [];
    for (let index = 0; index < 5; index++) {
      shares.push((await bench.claim(await bench.newProcess(), { processCount: 5, processIndex: index })).length);
    }
    expect(shares.reduce((sum, share) => sum + share)).toBe(limit);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
  });

  it('of a rate-limited destination is one until its tokens are known', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    const destinationId = await bench.newDestination(account, { rate_limit: 50 });
    await bench.fill(account, 10);
    const processId = await bench.newProcess();
    expect(await bench.claim(processId)).toHaveLength(1);
    expect(await bench.claim(processId, { room: new Map([[destinationId, 5]]) })).toHaveLength(5);
  });
});

describe('turns', () => {
  it('pass a hung destination with ten thousand waiting', async () => {
    await emptyQueue();
    const crowded = await bench.newAccount();
    const hung = await bench.newDestination(crowded, { max_concurrency: 16 });
    await bench.fill(crowded, 10_000);
    const account = await bench.newAccount();
    const others = [await bench.newDestination(account), await bench.newDestination(account)];
    await bench.fill(account, 3);
    const processId = await bench.newProcess();
    const taken = new Map([[hung, 16]]);
    const { claimed, lastDestinationId } = await claim(bench.pool, claimOf(processId, { taken }));
    expect(new Set(claimed.map((delivery) => delivery.destinationId))).toEqual(new Set(others));
    expect(claimed).toHaveLength(6);
    expect(lastDestinationId).toBeNull();
  });

  it('pass accounts that hold all they may', async () => {
    await emptyQueue();
    const [crowded, account] = [await bench.newAccount(), await bench.newAccount()];
    await bench.newDestination(crowded);
    const other = await bench.newDestination(account);
    await Promise.all([bench.fill(crowded, 3), bench.fill(account, 3)]);
    const processId = await bench.newProcess();
    const claimed = await bench.claim(processId, { crowdedAccounts: [crowded.id] });
    expect(claimed.map((delivery) => delivery.destinationId)).toEqual([other, other, other]);
    expect(await bench.claim(processId)).toHaveLength(3);
  });

  it('go on after the last destination when a claim was full, until the round is complete', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    const destinations: string[] = [];
    for (let i = 0; i < 7; i++) destinations.push(await bench.newDestination(account, { max_concurrency: 4 }));
    await bench.fill(account, 4);
    const processId = await bench.newProcess();
    const seen: string[] = [];
    let afterDestinationId: string | null = null;
    for (let turn = 0; turn < 7; turn++) {
      const request = claimOf(processId, { maxDeliveries: 8, ...(afterDestinationId && { afterDestinationId }) });
      const { claimed, lastDestinationId } = await claim(bench.pool, request);
      seen.push(...claimed.map((delivery) => delivery.destinationId));
      afterDestinationId = lastDestinationId;
      if (lastDestinationId === null) break;
    }
    expect(new Set(seen)).toEqual(new Set(destinations));
    expect(seen).toHaveLength(28);
    expect(afterDestinationId).toBeNull();
  });

  it('look at no more destinations than asked for', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    const destinations: string[] = [];
    for (let i = 0; i < 5; i++) destinations.push(await bench.newDestination(account));
    await bench.fill(account, 1);
    const processId = await bench.newProcess();
    const first = await claim(bench.pool, claimOf(processId, { maxDestinations: 3 }));
    expect(first.claimed.map((delivery) => delivery.destinationId).toSorted()).toEqual(destinations.slice(0, 3));
    expect(first.lastDestinationId).toBe(destinations[2]);
    const afterDestinationId = first.lastDestinationId ?? '';
    const rest = await claim(bench.pool, claimOf(processId, { maxDestinations: 3, afterDestinationId }));
    expect(rest.claimed.map((delivery) => delivery.destinationId).toSorted()).toEqual(destinations.slice(3));
    expect(rest.lastDestinationId).toBeNull();
  });

  it('pass over who is disabled, paused or deleted', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    const disabled = await bench.newDestination(account);
    const paused = await bench.newDestination(account);
    const deleted = await bench.newDestination(account);
    const free = await bench.newDestination(account);
    await bench.fill(account, 1);
    await bench.sql(`UPDATE destinations SET enabled = false, disabled_reason = 'x' WHERE id = $1`, [disabled]);
    await pauseDestination(bench.pool, paused, URL_OF_ALL, 60_000);
    await bench.sql('DELETE FROM destinations WHERE id = $1', [deleted]);
    const processId = await bench.newProcess();
    expect((await bench.claim(processId)).map((delivery) => delivery.destinationId)).toEqual([free]);
    await bench.sql(`UPDATE destinations SET enabled = true, disabled_reason = NULL WHERE id = $1`, [disabled]);
    await bench.sql(`UPDATE destination_health SET paused_until = now() WHERE destination_id = $1`, [paused]);
    const both = (await bench.claim(processId)).map((delivery) => delivery.destinationId);
    expect(both.toSorted()).toEqual([disabled, paused].toSorted());
  });
});

describe('an ordered destination', () => {
  it('gives its oldest only, and the next when that is finished', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    await bench.newDestination(account, { ordered: true });
    const events = await bench.fill(account, 4);
    const processId = await bench.newProcess();
    for (const [index, eventId] of events.entries()) {
      const [head, ...more] = await bench.claim(processId);
      expect(more).toEqual([]);
      expect(head?.eventId).toBe(eventId);
      expect(await bench.claim(await bench.newProcess())).toEqual([]);
      if (!head) continue;
      const state = index % 2 ? 'failed' : 'delivered';
      await settle(bench.pool, processId, [settlementOf(head, { kind: 'finished', state, reason: null })]);
    }
  });

  it('waits for the retry of its oldest', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    await bench.newDestination(account, { ordered: true });
    const [first] = await bench.fill(account, 3);
    const processId = await bench.newProcess();
    const [head] = await bench.claim(processId);
    if (!head) throw new Error('nothing claimed');
    const again = settlementOf(head, { kind: 'again', inMs: 3_600_000, reason: 'server_error' });
    await settle(bench.pool, processId, [again]);
    expect(await bench.claim(processId)).toEqual([]);
    await bench.sql('UPDATE waiting_deliveries SET due_at = now() WHERE delivery_id = $1', [head.deliveryId]);
    expect(await bench.claim(processId)).toMatchObject([{ eventId: first, leaseNumber: 2, schedulePosition: 1 }]);
  });

  it('never gives two at once to claims that run side by side, and none of them deadlocks', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    const destinations: string[] = [];
    for (let i = 0; i < 8; i++) destinations.push(await bench.newDestination(account, { ordered: true }));
    await bench.fill(account, 6);
    const processes = await Promise.all(Array.from({ length: 4 }, () => bench.newProcess()));
    const finished = new Map(destinations.map((id) => [id, [] as string[]]));
    const finishedInAll = () => [...finished.values()].flat().length;
    const starts = [NIL, ...destinations.slice(0, -1)];
    const work = async (processId: string, start: number): Promise<void> => {
      // Each begins its round elsewhere, so that they meet the same destinations in another order.
      // A round finds nothing where the others hold what it looks at, so it is done when all is done.
      for (let round = 0; round < 1_000 && finishedInAll() < 48; round++) {
        const afterDestinationId = starts[(start + round) % starts.length] ?? NIL;
        for (const delivery of await bench.claim(processId, { afterDestinationId })) {
          finished.get(delivery.destinationId)?.push(delivery.eventId);
          const done = settlementOf(delivery, { kind: 'finished', state: 'delivered', reason: null });
          await settle(bench.pool, processId, [done]);
        }
      }
    };
    await Promise.all(processes.map((processId, index) => work(processId, index * 2)));
    const order = await bench.sql<{ destination_id: string; events: string[] }>(
      'SELECT destination_id, array_agg(event_id::text ORDER BY acceptance) AS events FROM finished_deliveries WHERE account_id = $1 GROUP BY 1',
      [account.id],
    );
    expect(order.flatMap((row) => row.events)).toHaveLength(48);
    for (const row of order) expect(finished.get(row.destination_id)).toEqual(row.events);
  });

  it('is claimed by two at once without one waiting for the other', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    await bench.newDestination(account, { ordered: true });
    const [head] = await bench.fill(account, 2);
    const processId = await bench.newProcess();
    const held = await bench.pool.pool.connect();
    try {
      await held.query('BEGIN');
      await held.query('SELECT 1 FROM waiting_deliveries WHERE event_id = $1 FOR UPDATE', [head]);
      await expect(bench.claim(processId)).resolves.toEqual([]);
    } finally {
      await held.query('ROLLBACK');
      held.release();
    }
    expect(await bench.claim(processId)).toMatchObject([{ eventId: head }]);
  });
});

describe('release', () => {
  it('gives a lease back unused, and only to who holds it', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    await bench.newDestination(account);
    await bench.fill(account, 1);
    const [mine, other] = [await bench.newProcess(), await bench.newProcess()];
    const [lease] = await bench.claim(mine);
    if (!lease) throw new Error('nothing claimed');
    await release(bench.pool, other, [lease], 0);
    await release(bench.pool, mine, [{ ...lease, leaseNumber: 2 }], 0);
    expect(await bench.claim(other)).toEqual([]);
    await release(bench.pool, mine, [lease], 3_600_000);
    expect(await bench.claim(other)).toEqual([]);
    await bench.sql('UPDATE waiting_deliveries SET due_at = now()');
    expect(await bench.claim(other)).toMatchObject([{ deliveryId: lease.deliveryId, leaseNumber: 1 }]);
  });
});

describe('a plan made when little waited', () => {
  it('still looks at what it takes only, when much waits', async () => {
    await emptyQueue();
    const account = await bench.newAccount();
    await bench.newDestination(account, { max_concurrency: 200 });
    await bench.fill(account, 3_000);
    await bench.sql('UPDATE waiting_deliveries SET leased_by = gen_random_uuid()');
    // The planner now knows that next to nothing is without a lease, and that is what its plan is made for.
    await bench.sql('VACUUM ANALYZE waiting_deliveries');
    await bench.fill(account, 20_000);
    const processId = await bench.newProcess();
    const readRows = async (): Promise<number> => {
      await bench.sql('SELECT pg_stat_force_next_flush()');
      const [row] = await bench.sql<{ read: number }>(
        `SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_user_tables WHERE relname = 'waiting_deliveries'`,
      );
      return row?.read ?? 0;
    };
    const before = await readRows();
    expect(await bench.claim(processId)).toHaveLength(200);
    await expect.poll(readRows, { timeout: 30_000 }).toBeGreaterThan(before);
    // Each is found by its turn and taken by its key, and a few more for the turns: not once more for each other one.
    expect((await readRows()) - before).toBeLessThan(20_000);
  });
});
