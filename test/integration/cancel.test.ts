import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DELIVERY_FILTERS, type DeliveryRow, findDeliveries } from '../../src/delivery/ledger/find-deliveries.js';
import { parseLedgerQuery } from '../../src/delivery/ledger/ledger-query.js';
import {
  CANCEL_FOR_ACCOUNT,
  CANCEL_FOR_DESTINATION,
  cancelDelivery,
  cancelStep,
  noteLeftovers,
} from '../../src/delivery/queue/cancel.js';
import { countReplay } from '../../src/delivery/queue/replay-step.js';
import { retryDelivery } from '../../src/delivery/queue/retry.js';
import { settle } from '../../src/delivery/queue/settle.js';
import { readBacklog } from '../../src/delivery/statistics/backlog.js';
import { openQueueBench, settlementOf, type QueueBench, type TestAccount } from '../support/queue.js';

let bench: QueueBench;
let account: TestAccount;
let destinationId: string;
let kept: string;
let processId: string;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.sql('DELETE FROM waiting_deliveries');
  await bench.sql('DELETE FROM deleted_destinations');
  await bench.sql('DELETE FROM processes');
  account = await bench.newAccount();
  destinationId = await bench.newDestination(account, { max_concurrency: 1000 });
  kept = await bench.newDestination(account);
  processId = await bench.newProcess();
});

async function deleteDestination(id = destinationId): Promise<void> {
  await bench.sql(CANCEL_FOR_DESTINATION, [id]);
  await bench.sql('DELETE FROM destinations WHERE id = $1', [id]);
}

/** As many steps as it takes until nothing of a deleted destination waits. */
async function allSteps(): Promise<number> {
  for (let moved = 0, steps = 1; ; steps++) {
    await bench.sql('UPDATE deleted_destinations SET next_step_at = now()');
    const step = await cancelStep(bench.pool);
    moved += step.moved;
    const [left] = await bench.sql(
      `SELECT 1 FROM waiting_deliveries w JOIN deleted_destinations USING (destination_id) LIMIT 1`,
    );
    if (!left) return moved;
    if (steps > 2_000) throw new Error('no end');
  }
}

const list = async (query: Record<string, string>): Promise<DeliveryRow[]> => {
  const parsed = parseLedgerQuery({ page_size: '100', ...query }, DELIVERY_FILTERS);
  return (await findDeliveries(bench.pool, parsed, account.id)).rows;
};
const waiting = () => bench.sql<Record<string, unknown>>('SELECT * FROM waiting_deliveries ORDER BY acceptance');
const finished = (id = destinationId) =>
  bench.sql<Record<string, unknown>>('SELECT * FROM finished_deliveries WHERE destination_id = $1', [id]);

const filters: [string, Record<string, string>, number][] = [
  ['by the destination', {}, 3],
  ['by the state', { state: 'cancelled' }, 3],
  ['of what is finished', { unfinished: 'false' }, 3],
  ['of what is not finished', { unfinished: 'true' }, 0],
  ['by the state before', { state: 'pending' }, 0],
  ['by the reason', { reason: 'destination_deleted' }, 3],
  ['by a reason and another state', { reason: 'destination_deleted', state: 'failed' }, 0],
  ['by another reason', { reason: 'server_error' }, 0],
  ['by the time of the end', { finished_after: new Date(Date.now() - 60_000).toISOString() }, 3],
  ['by a time before the end', { finished_before: new Date(Date.now() - 60_000).toISOString() }, 0],
];

describe('what waits for a deleted destination', () => {
  it.each(filters)('reads as cancelled at once and after it was moved: listed %s', async (_name, query, count) => {
    await bench.fill(account, 3);
    await deleteDestination();
    const before = await list({ destination_id: destinationId, ...query });
    expect(before).toHaveLength(count);
    for (const row of before) {
      expect(row).toMatchObject({ state: 'cancelled', reason: 'destination_deleted', next_attempt_at: null });
      expect(row).toMatchObject({ url: 'https://receiver.example.com/hook', http_method: 'POST' });
      expect(row.finished_at).toBeInstanceOf(Date);
    }
    expect(await allSteps()).toBe(3);
    const after = await list({ destination_id: destinationId, ...query });
    const withoutTime = (rows: DeliveryRow[]) => rows.map((row) => ({ ...row, finished_at: null }));
    expect(withoutTime(after)).toEqual(withoutTime(before));
    expect(await waiting()).toHaveLength(3);
  });

  it('is neither claimed, nor sent again, nor cancelled once more, nor counted as waiting', async () => {
    await bench.fill(account, 2);
    const [row] = await list({ destination_id: destinationId });
    await deleteDestination();
    await bench.sql('DELETE FROM destinations WHERE id = $1', [kept]);
    expect(await bench.claim(processId)).toEqual([]);
    expect(await retryDelivery(bench.pool, row?.delivery_id ?? '')).toBe(false);
    expect(await cancelDelivery(bench.pool, row?.delivery_id ?? '')).toBe(false);
    expect(await readBacklog(bench.pool)).toMatchObject({ waiting: 0, held: 0 });
    const all = { reason: null, eventType: null, lastStatus: null, createdAfter: null, createdBefore: null };
    const more = { finishedAfter: null, finishedBefore: null, deliveryIds: null, accountId: null };
    const filter = { action: 'cancel', destinationId, state: 'waiting', ...all, ...more } as const;
    expect(await countReplay(bench.pool, filter, new Date(Date.now() + 60_000))).toMatchObject({ total: 0 });
  });

  it('is cancelled although the account is deleted, and only that', async () => {
    const stranger = await bench.newAccount();
    await bench.newDestination(stranger);
    await bench.fill(account, 3);
    await bench.fill(stranger, 1);
    await bench.sql(CANCEL_FOR_ACCOUNT, [account.id]);
    await bench.sql('DELETE FROM accounts WHERE account_id = $1', [account.id]);
    expect((await list({})).map((row) => row.state)).toEqual(Array.from({ length: 6 }, () => 'cancelled'));
    expect(await allSteps()).toBe(6);
    expect((await list({ state: 'cancelled' })).map((row) => row.url)).toHaveLength(6);
    expect(await waiting()).toMatchObject([{ account_id: stranger.id }]);
  });

  it('is cancelled although an attempt is under way, whose outcome is dropped', async () => {
    await bench.sql('DELETE FROM destinations WHERE id = $1', [kept]);
    await bench.fill(account, 1);
    const [one] = await bench.claim(processId);
    if (!one) throw new Error('nothing claimed');
    await deleteDestination();
    expect((await list({ destination_id: destinationId })).map((row) => row.state)).toEqual(['cancelled']);
    expect(await allSteps()).toBe(1);
    await settle(bench.pool, processId, [settlementOf(one, { kind: 'finished', state: 'delivered', reason: null })]);
    expect(await finished()).toMatchObject([{ delivery_id: one.deliveryId, state: 'cancelled', attempts: 0 }]);
    expect(await bench.sql('SELECT 1 FROM attempts WHERE delivery_id = $1', [one.deliveryId])).toEqual([]);
  });

  it('is found although the version before deleted the destination, or something was accepted at the same moment', async () => {
    await bench.fill(account, 2);
    await bench.sql('DELETE FROM destinations WHERE id = $1', [destinationId]);
    await noteLeftovers(bench.pool);
    await noteLeftovers(bench.pool);
    expect(await allSteps()).toBe(2);
    expect(await finished()).toMatchObject([{ state: 'cancelled' }, { state: 'cancelled' }]);
    expect(await waiting()).toMatchObject([{ destination_id: kept }, { destination_id: kept }]);
  });

  it('is remembered for ten minutes, and for as long as something waits', async () => {
    await deleteDestination();
    await allSteps();
    const remembered = () => bench.sql('SELECT 1 FROM deleted_destinations');
    expect(await remembered()).toHaveLength(1);
    await bench.sql("UPDATE deleted_destinations SET deleted_at = now() - interval '11 minutes'");
    await allSteps();
    expect(await remembered()).toEqual([]);
  });
});

it('a destination with 20,000 waiting is deleted by writing one row, and cancelled in steps that others go between', async () => {
  await bench.fill(account, 1);
  await bench.sql(
    `INSERT INTO waiting_deliveries (delivery_id, event_id, account_id, destination_id, acceptance)
     SELECT gen_random_uuid(), gen_random_uuid(), $1, $2, nextval('acceptance_order') FROM generate_series(1, 20000)`,
    [account.id, destinationId],
  );
  const written = await bench.sql(`${CANCEL_FOR_DESTINATION} RETURNING 1`, [destinationId]);
  expect(written).toHaveLength(1);
  await bench.sql('DELETE FROM destinations WHERE id = $1', [destinationId]);
  expect(await cancelStep(bench.pool)).toMatchObject({ moved: 2_000 });
  // While another process is at it, there is nothing to do.
  await bench.pool.transaction(async (query) => {
    await query('SELECT 1 FROM deleted_destinations FOR UPDATE');
    expect(await cancelStep(bench.pool)).toMatchObject({ moved: 0 });
  });
  expect(await list({ destination_id: destinationId, state: 'cancelled' })).toHaveLength(100);
  expect(await bench.claim(processId)).toMatchObject([{ destinationId: kept }]);
  expect(await allSteps()).toBe(18_001);
  expect(await waiting()).toMatchObject([{ destination_id: kept }]);
}, 60_000);
