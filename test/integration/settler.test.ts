import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/common/new-id.js';
import { Settler } from '../../src/delivery/engine/settler.js';
import { DeliveryQueue } from '../../src/delivery/queue/delivery-queue.js';
import { openQueueBench, settlementOf, type QueueBench } from '../support/queue.js';

let bench: QueueBench;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());

/** Of deliveries that are gone, so that nothing is written: what counts here is the statement. */
function settleMany(
  settler: Settler,
  count: number,
): { readonly settled: () => number; readonly all: Promise<void[]> } {
  let settled = 0;
  const processId = newId();
  const all = Array.from({ length: count }, async () => {
    const delivery = { deliveryId: newId(), leaseNumber: 1 };
    const done = { kind: 'finished', state: 'delivered', reason: null } as const;
    await settler.settle(processId, settlementOf(delivery, done), false);
    settled++;
  });
  return { settled: () => settled, all: Promise.all(all) };
}

describe('accepting', () => {
  it('is held back while more waits to be written down than one statement takes', async () => {
    const settler = new Settler(new DeliveryQueue(bench.pool), 60_000);
    const { settled, all } = settleMany(settler, 1_100);
    await settler.keepUp();
    expect(settled()).toBe(1_000);
    await all;
  });

  it('is not held back by what one statement takes', async () => {
    const settler = new Settler(new DeliveryQueue(bench.pool), 60_000);
    const { settled, all } = settleMany(settler, 500);
    await settler.keepUp();
    expect(settled()).toBe(0);
    await all;
  });

  it('is held back for a moment only when nothing can be written down', async () => {
    const settler = new Settler(new DeliveryQueue(bench.pool), 10);
    await bench.pool.transaction(async (query) => {
      await query('LOCK TABLE attempts');
      const { settled, all } = settleMany(settler, 1_100);
      await settler.keepUp();
      expect(settled()).toBe(0);
      await query('COMMIT');
      await all;
    });
  });
});
