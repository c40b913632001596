import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimProbes, claimUrgent } from '../../src/delivery/queue/claim-ahead.js';
import { endRest, openCircuit, pauseDestination, recordSuccesses } from '../../src/delivery/queue/health.js';
import { release, settle } from '../../src/delivery/queue/settle.js';
import { retryDelivery } from '../../src/delivery/queue/retry.js';
import { forgetUrgent } from '../../src/delivery/queue/urgent.js';
import type { ClaimedDelivery, ClaimLimits } from '../../src/delivery/queue/claim.js';
import type { ReplayFilter } from '../../src/delivery/queue/replay-filter.js';
import { stepStatement } from '../../src/delivery/queue/replay-step.js';
import { claimOf, NIL, openQueueBench, settlementOf, type QueueBench, type TestAccount } from '../support/queue.js';

const URL_OF_ALL = 'https://receiver.example.com/hook';
const ALL_THAT_WAITS: ReplayFilter = {
  action: 'send',
  accountId: null,
  destinationId: null,
  state: 'waiting',
  reason: null,
  eventType: null,
  lastStatus: null,
  createdAfter: null,
  createdBefore: null,
  finishedAfter: null,
  finishedBefore: null,
  deliveryIds: null,
};

let bench: QueueBench;
let account: TestAccount;
let processId: string;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.sql('DELETE FROM waiting_deliveries');
  await bench.sql('DELETE FROM destination_health');
  await bench.sql('DELETE FROM urgent_deliveries');
  [account, processId] = [await bench.newAccount(), await bench.newProcess()];
});

const probes = async (more: Partial<ClaimLimits> = {}): Promise<ClaimedDelivery[]> =>
  (await claimProbes(bench.pool, claimOf(processId, more))).claimed;
const urgent = (more: Partial<ClaimLimits> = {}): Promise<ClaimedDelivery[]> =>
  claimUrgent(bench.pool, claimOf(processId, more));
const eventsOf = (claimed: readonly ClaimedDelivery[]): string[] => claimed.map(({ eventId }) => eventId);
const open = (destinationId: string): Promise<void> => openCircuit(bench.pool, destinationId, URL_OF_ALL, 0);
const probeIsDue = (): Promise<unknown> => bench.sql('UPDATE destination_health SET probe_at = now()');

/** They fail now, and are due again at once. */
async function fail(claimed: readonly ClaimedDelivery[]): Promise<void> {
  for (const delivery of claimed) {
    const again = settlementOf(delivery, { kind: 'again', inMs: 0, reason: 'server_error' });
    await settle(bench.pool, processId, [again]);
  }
}

describe('a destination with an open circuit', () => {
  it('is passed over by every claim, and its events are not handed over', async () => {
    const id = await bench.newDestination(account);
    await bench.fill(account, 3);
    await open(id);
    expect(await bench.claim(processId)).toEqual([]);
    await recordSuccesses(bench.pool, [id]);
    expect(await bench.claim(processId)).toHaveLength(3);
  });

  it('is probed with the oldest never attempted and the one attempted longest ago, in turns first', async () => {
    const id = await bench.newDestination(account);
    const [later, earlier, ...fresh] = await bench.fill(account, 6);
    for (const [event, secondsAgo] of [
      [earlier, 20],
      [later, 10],
    ]) {
      await bench.sql(
        `UPDATE waiting_deliveries SET attempted_at = now() - $2::int * interval '1 second', lease_number = 1
         WHERE event_id = $1`,
        [event, secondsAgo],
      );
    }
    await open(id);
    const first = await probes();
    expect(eventsOf(first)).toEqual([fresh[0], earlier]);
    expect(first.map(({ cause }) => cause)).toEqual(['probe', 'probe']);
    expect(await probes()).toEqual([]);
    await fail(first);
    await probeIsDue();
    expect(eventsOf(await probes())).toEqual([later, fresh[1]]);
  });

  it('is probed after 5, 10, 20, 40 and then every 60 seconds, and after a success from the beginning', async () => {
    const id = await bench.newDestination(account);
    await bench.fill(account, 1);
    const rests: number[] = [];
    for (let n = 0; n < 6; n++) {
      if (n === 5) await endRest(bench.pool, id, false);
      if (n === 0 || n === 5) await open(id);
      await probeIsDue();
      const { claimed, rests: byDestination } = await claimProbes(bench.pool, claimOf(processId));
      rests.push(Math.round(byDestination.get(id) ?? NaN));
      await fail(claimed);
    }
    expect(rests).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 10_000]);
  });

  it('is probed by one process, however many look at once', async () => {
    const id = await bench.newDestination(account, { max_concurrency: 100 });
    await bench.fill(account, 50);
    await open(id);
    const others = await Promise.all(Array.from({ length: 5 }, () => bench.newProcess()));
    const claimed = await Promise.all(others.map((other) => probes({ processId: other })));
    expect(claimed.flat()).toHaveLength(1);
    await probeIsDue();
    expect(await Promise.all(others.map((other) => probes({ processId: other })))).toHaveLength(5);
  });

  it('is probed with the head alone where it is ordered', async () => {
    const id = await bench.newDestination(account, { ordered: true });
    const [head] = await bench.fill(account, 3);
    await open(id);
    const [probe, ...more] = await probes();
    expect([probe?.eventId, more]).toEqual([head, []]);
    await probeIsDue();
    expect(await probes()).toEqual([]);
  });

  it('is not probed while it is paused, disabled, without room or token, or with nothing due', async () => {
    const id = await bench.newDestination(account);
    await open(id);
    expect(await probes()).toEqual([]);
    await bench.fill(account, 2);
    expect(await probes({ taken: new Map([[id, 16]]) })).toEqual([]);
    expect(await probes({ room: new Map([[id, 0]]) })).toEqual([]);
    expect(await probes({ processId: '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f' })).toEqual([]);
    await pauseDestination(bench.pool, id, URL_OF_ALL, 60_000);
    expect(await probes()).toEqual([]);
    await endRest(bench.pool, id, true);
    await open(id);
    await bench.sql(`UPDATE destinations SET enabled = false, disabled_reason = 'x' WHERE id = $1`, [id]);
    expect(await probes()).toEqual([]);
    await bench.sql('UPDATE destinations SET enabled = true, disabled_reason = NULL WHERE id = $1', [id]);
    expect(await probes()).toHaveLength(1);
  });

  it('finds one never attempted behind thousands that were, and one attempted behind thousands that were not', async () => {
    const id = await bench.newDestination(account);
    await bench.fill(account, 12_000);
    await bench.sql(
      `UPDATE waiting_deliveries SET attempted_at = now() - interval '1 hour', lease_number = 1
       WHERE acceptance < (SELECT max(acceptance) FROM waiting_deliveries)`,
    );
    await open(id);
    expect((await probes()).map(({ leaseNumber }) => leaseNumber)).toEqual([1, 2]);
    await bench.sql('UPDATE waiting_deliveries SET attempted_at = NULL, lease_number = 0, leased_by = NULL');
    await bench.sql(
      `UPDATE waiting_deliveries SET attempted_at = now(), lease_number = 1
       WHERE acceptance = (SELECT max(acceptance) FROM waiting_deliveries)`,
    );
    await probeIsDue();
    expect((await probes()).map(({ leaseNumber }) => leaseNumber)).toEqual([2, 1]);
  });
});

describe('what a person asks for', () => {
  /** A delivery of each of so many events of a destination that is paused and down, in order of acceptance. */
  async function stuck(count: number, more: Readonly<Record<string, unknown>> = {}) {
    const id = await bench.newDestination(account, more);
    await bench.fill(account, count);
    await open(id);
    await pauseDestination(bench.pool, id, URL_OF_ALL, 3_600_000);
    const rows = await bench.sql<{ delivery_id: string }>(
      'SELECT delivery_id FROM waiting_deliveries WHERE destination_id = $1 ORDER BY acceptance',
      [id],
    );
    return { id, deliveryIds: rows.map((row) => row.delivery_id) };
  }

  it('is claimed past a pause and an open circuit, once', async () => {
    const { deliveryIds } = await stuck(3);
    expect(await urgent()).toEqual([]);
    expect(await retryDelivery(bench.pool, deliveryIds[1] ?? '')).toBe(true);
    expect(await urgent()).toMatchObject([{ deliveryId: deliveryIds[1], cause: 'urgent' }]);
    expect(await urgent()).toEqual([]);
  });

  it('stays urgent when its lease is given back, not when it was attempted', async () => {
    const { deliveryIds } = await stuck(1);
    await retryDelivery(bench.pool, deliveryIds[0] ?? '');
    const claimed = await urgent();
    await forgetUrgent(bench.pool);
    await release(bench.pool, processId, claimed, 0);
    const again = await urgent();
    expect(again).toHaveLength(1);
    await fail(again);
    expect(await urgent()).toEqual([]);
    await forgetUrgent(bench.pool);
    expect(await bench.sql('SELECT 1 FROM urgent_deliveries')).toEqual([]);
  });

  it('keeps to max_concurrency and rate_limit', async () => {
    const { id, deliveryIds } = await stuck(5, { max_concurrency: 4 });
    for (const deliveryId of deliveryIds) await retryDelivery(bench.pool, deliveryId);
    expect(await urgent({ room: new Map([[id, 0]]) })).toEqual([]);
    expect(await urgent({ taken: new Map([[id, 2]]) })).toHaveLength(2);
    // One waits in memory for the next place.
    expect(await urgent({ taken: new Map([[id, 4]]) })).toHaveLength(1);
    expect(await urgent()).toHaveLength(2);
  });

  it('is not claimed by a process without a share', async () => {
    const { deliveryIds } = await stuck(1, { max_concurrency: 1 });
    await retryDelivery(bench.pool, deliveryIds[0] ?? '');
    const claimed = await Promise.all([0, 1].map((processIndex) => urgent({ processCount: 2, processIndex })));
    expect(claimed.flat()).toHaveLength(1);
  });

  it('in bulk sends one ahead, once for each destination and operation', async () => {
    await stuck(6);
    const clock = async (): Promise<Date> => {
      const [row] = await bench.sql<{ now: Date }>('SELECT clock_timestamp() AS now');
      return row?.now ?? new Date(0);
    };
    const operate = async (startedAt: Date): Promise<void> => {
      let cursorId: string | null = NIL;
      while (cursorId !== null) {
        const finishedBy = new Date(startedAt.getTime() + 3_600_000);
        const { text, values } = stepStatement(ALL_THAT_WAITS, { finishedBy, startedAt, cursorId, size: 2 });
        const [row] = await bench.sql<{ last_id: string | null }>(text, values);
        cursorId = row?.last_id ?? null;
      }
    };
    const startedAt = await clock();
    await operate(startedAt);
    expect(await bench.sql('SELECT 1 FROM urgent_deliveries')).toHaveLength(1);
    const ahead = await urgent();
    expect(ahead).toHaveLength(1);
    await fail(ahead);
    await operate(startedAt);
    expect(await urgent()).toEqual([]);
    await operate(await clock());
    expect(await urgent()).toHaveLength(1);
  });

  it('has to be at its turn where the destination is ordered', async () => {
    const { deliveryIds } = await stuck(2, { ordered: true });
    const [head = '', next = ''] = deliveryIds;
    expect(await retryDelivery(bench.pool, next)).toBe(false);
    expect(await retryDelivery(bench.pool, head)).toBe(true);
    expect(await urgent()).toMatchObject([{ deliveryId: head }]);
    expect(await retryDelivery(bench.pool, next)).toBe(false);
  });
});

it('a pause or a circuit of the URL that a destination had before is not its own', async () => {
  const id = await bench.newDestination(account);
  await bench.sql(`UPDATE destinations SET url = 'https://moved.example.com/' WHERE id = $1`, [id]);
  await open(id);
  await pauseDestination(bench.pool, id, URL_OF_ALL, 60_000);
  expect(await bench.sql('SELECT 1 FROM destination_health')).toEqual([]);
});
