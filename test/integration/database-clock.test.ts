import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoginThrottle } from '../../src/accounts/login-throttle.service.js';
import { ReceiveBudget } from '../../src/data-handler/receive-budget.js';
import { createDataSource } from '../../src/database/data-source.js';
import type { Incarnation } from '../../src/delivery/engine/incarnation.js';
import { bringForward } from '../../src/delivery/queue/bring-forward.js';
import { settle } from '../../src/delivery/queue/settle.js';
import { startIncarnation } from '../support/incarnations.js';
import { eventOf, openQueueBench, settlementOf, type QueueBench, type TestAccount } from '../support/queue.js';

/**
 * PostgreSQL's clock is set while the service runs. Rows can't tell that from having been written at another time, so
 * it is done by moving what they say: `hours` ahead of the clock is a clock that was set back by so much.
 */
const WAIT_MS = 100_000;

let bench: QueueBench;
let account: TestAccount;
let incarnations: Incarnation[];
beforeEach(async () => {
  bench = await openQueueBench();
  account = await bench.newAccount();
  incarnations = [];
});
afterEach(async () => {
  for (const incarnation of incarnations) await incarnation.stop();
  await bench.close();
});

async function moveRows(hours: number): Promise<void> {
  const by = `make_interval(hours => ${hours})`;
  await bench.sql(`UPDATE processes SET seen_at = seen_at + ${by}`);
  await bench.sql(`UPDATE waiting_deliveries SET due_at = due_at + ${by}, created_at = created_at + ${by}`);
  await bench.sql(`UPDATE receive_budgets SET refilled_at = refilled_at + ${by}`);
  await bench.sql(`UPDATE login_throttles SET full_at = full_at + ${by}`);
}

async function start(): Promise<Incarnation> {
  const incarnation = await startIncarnation(bench);
  incarnations.push(incarnation);
  return incarnation;
}

describe.each([
  ['set back', 1],
  ['set forward', -1],
])('a clock that is %s by an hour', (_how, hours) => {
  it('takes the leases of who died before, and those of nobody who lives', async () => {
    await bench.newDestination(account);
    const living = [(await start()).id, (await start()).id].toSorted();
    const dead = await bench.newProcess();
    await bench.fill(account, 2);
    const [lost, kept] = [
      await bench.claim(dead, { maxDeliveries: 1 }),
      await bench.claim(living[0] ?? '', { maxDeliveries: 1 }),
    ];
    expect([lost.length, kept.length]).toEqual([1, 1]);
    await moveRows(hours);
    const processes = bench.sql.bind(null, 'SELECT process_id AS id FROM processes ORDER BY process_id');
    await expect.poll(processes, { timeout: WAIT_MS }).toHaveLength(2);
    expect((await processes()).map((row) => row['id'])).toEqual(living);
    // Leases are returned by a statement of their own, after who held them was taken off the list.
    const leases = bench.sql.bind(null, 'SELECT delivery_id, leased_by FROM waiting_deliveries ORDER BY leased_by');
    await expect.poll(leases).toEqual([
      { delivery_id: kept[0]?.deliveryId, leased_by: living[0] },
      { delivery_id: lost[0]?.deliveryId, leased_by: null },
    ]);
  });

  it('lets an account send on at its rate', async () => {
    const budget = () => new ReceiveBudget(bench.pool, account.id, 10);
    const first = budget();
    await first.charge(10);
    await moveRows(hours);
    await expect.poll(() => budget().take(), { interval: 300 }).toBeNull();
  });

  it('locks nobody out of the panel for longer than their guesses would', async () => {
    const source = await createDataSource(bench.databaseUrl).initialize();
    try {
      const throttle = new LoginThrottle(source);
      await throttle.take('192.0.2.1', 'ada@example.com');
      await moveRows(hours);
      expect(await throttle.take('192.0.2.1', 'ada@example.com')).toMatchObject({ waitSeconds: 0 });
    } finally {
      await source.destroy();
    }
  });
});

describe('a clock that is set back', () => {
  it('puts off first attempts no longer than until it is noticed, and retries by as much as it was set back', async () => {
    await bench.newDestination(account);
    const processId = await bench.newProcess();
    await bench.fill(account, 2);
    const [first, second] = await bench.claim(processId);
    if (!first || !second) throw new Error('nothing claimed');
    const again = { kind: 'again', inMs: 5_000, reason: 'server_error' } as const;
    await settle(bench.pool, processId, [settlementOf(first, again)]);
    await bench.sql('UPDATE waiting_deliveries SET leased_by = NULL WHERE delivery_id = $1', [second.deliveryId]);
    await moveRows(1);
    await bench.accept(eventOf(account));
    expect(await bench.claim(processId)).toHaveLength(1);
    expect(await bringForward(bench.pool)).toBe(1);
    expect((await bench.claim(processId)).map((delivery) => delivery.deliveryId)).toEqual([second.deliveryId]);
    expect(await bringForward(bench.pool)).toBe(0);
  });
});
