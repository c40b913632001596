import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HotPool } from '../../src/database/hot-pool.js';
import type { ClaimedDelivery } from '../../src/delivery/queue/claim.js';
import { beat, reap, reapSilent, returnOrphans } from '../../src/delivery/queue/lease.js';
import { retryDelivery } from '../../src/delivery/queue/retry.js';
import { settle, type Verdict } from '../../src/delivery/queue/settle.js';
import { openQueueBench, settlementOf, type QueueBench, type TestAccount } from '../support/queue.js';

let bench: QueueBench;
let account: TestAccount;
let destinationId: string;
let processId: string;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.sql('DELETE FROM waiting_deliveries');
  await bench.sql('DELETE FROM processes');
  account = await bench.newAccount();
  destinationId = await bench.newDestination(account, { max_concurrency: 1000 });
  processId = await bench.newProcess();
});

const DELIVERED: Verdict = { kind: 'finished', state: 'delivered', reason: null };
const FAILED: Verdict = { kind: 'finished', state: 'failed', reason: 'gone' };
const again = (inMs = 60_000): Verdict => ({ kind: 'again', inMs, reason: 'server_error' });

async function leased(count = 1): Promise<ClaimedDelivery[]> {
  await bench.fill(account, count);
  const claimed = await bench.claim(processId);
  expect(claimed).toHaveLength(count);
  return claimed;
}

async function oneLeased(): Promise<ClaimedDelivery> {
  const [delivery] = await leased();
  if (!delivery) throw new Error('nothing claimed');
  return delivery;
}

const waiting = () => bench.sql<Record<string, unknown>>('SELECT * FROM waiting_deliveries ORDER BY acceptance');
const finished = () =>
  bench.sql<Record<string, unknown>>('SELECT * FROM finished_deliveries WHERE account_id = $1 ORDER BY acceptance', [
    account.id,
  ]);
const attempts = (deliveryId: string) =>
  bench.sql<Record<string, unknown>>('SELECT * FROM attempts WHERE delivery_id = $1 ORDER BY number', [deliveryId]);
const makeDue = () => bench.sql('UPDATE waiting_deliveries SET due_at = now()');

describe('settling', () => {
  it('moves what is finished to the history, with its attempt', async () => {
    const delivery = await oneLeased();
    await settle(bench.pool, processId, [settlementOf(delivery, DELIVERED, { responseBody: Buffer.from([0, 255]) })]);
    expect(await waiting()).toEqual([]);
    expect(await finished()).toMatchObject([
      {
        delivery_id: delivery.deliveryId,
        destination_id: destinationId,
        url: 'https://as-it-was.example.com/',
        http_method: 'POST',
        state: 'delivered',
        reason: null,
        attempts: 1,
        lost_attempts: 0,
        last_status: 200,
      },
    ]);
    expect(await attempts(delivery.deliveryId)).toMatchObject([
      {
        number: 1,
        status: 200,
        request_headers: [['X-A', '1']],
        response_headers: [['content-type', 'text/plain']],
        response_body: Buffer.from([0, 255]),
        remarks: null,
        timings: { total: 1 },
        error_code: null,
      },
    ]);
  });

  it('keeps what is out of the ordinary about an attempt', async () => {
    const [one, two] = [await oneLeased(), await oneLeased()];
    const remarks = '{"resent":true,"body_truncated":true,"body_size":20000}';
    await settle(bench.pool, processId, [
      settlementOf(one, DELIVERED, { remarks }),
      settlementOf(two, again(3_600_000), { remarks: '{"resent":true}' }),
    ]);
    const expected = { resent: true, body_truncated: true, body_size: 20_000 };
    expect(await attempts(one.deliveryId)).toMatchObject([{ remarks: expected }]);
    expect(await attempts(two.deliveryId)).toMatchObject([{ remarks: { resent: true } }]);
  });

  it('lets what failed wait for its next attempt, one place further in the schedule', async () => {
    const delivery = await oneLeased();
    await settle(bench.pool, processId, [settlementOf(delivery, again(3_600_000), { responseBody: null })]);
    const [row] = await waiting();
    expect(row).toMatchObject({
      leased_by: null,
      lease_number: 1,
      attempts: 1,
      schedule_position: 1,
      last_status: 500,
      last_error: 'server_error',
    });
    expect(Number(row?.['due_at']) - Date.now()).toBeGreaterThan(3_500_000);
    expect(await attempts(delivery.deliveryId)).toMatchObject([{ response_body: null, error_code: 'server_error' }]);
    await makeDue();
    const [second] = await bench.claim(processId);
    expect(second).toMatchObject({ leaseNumber: 2, schedulePosition: 1 });
    if (second) await settle(bench.pool, processId, [settlementOf(second, FAILED)]);
    expect(await finished()).toMatchObject([{ state: 'failed', reason: 'gone', attempts: 2 }]);
    expect((await attempts(delivery.deliveryId)).map((row) => row['number'])).toEqual([1, 2]);
  });

  it('settles a mixed batch at once, each with its own answer', async () => {
    const [one, two, three] = await leased(3);
    if (!one || !two || !three) throw new Error('too few');
    await settle(bench.pool, processId, [
      settlementOf(one, DELIVERED, { responseBody: Buffer.from('first') }),
      settlementOf(two, again(), { responseBody: null }),
      settlementOf(three, FAILED, { responseBody: Buffer.from('third ü') }),
    ]);
    const states = new Map((await finished()).map((row) => [row['delivery_id'], row['state']]));
    expect([one, two, three].map((d) => states.get(d.deliveryId))).toEqual(['delivered', undefined, 'failed']);
    const bodies = await Promise.all([one, two, three].map(async (d) => (await attempts(d.deliveryId))[0]));
    expect(bodies.map((row) => row?.['response_body']?.toString() ?? null)).toEqual(['first', null, 'third ü']);
  });

  it('twice is the same as once', async () => {
    const [one, two] = await leased(2);
    if (!one || !two) throw new Error('too few');
    const batch = [settlementOf(one, DELIVERED), settlementOf(two, again())];
    await settle(bench.pool, processId, batch);
    const before = [await waiting(), await finished(), await attempts(two.deliveryId)];
    await settle(bench.pool, processId, batch);
    expect([await waiting(), await finished(), await attempts(two.deliveryId)]).toEqual(before);
  });

  it('leaves alone what another holds, or holds again', async () => {
    const delivery = await oneLeased();
    const other = await bench.newProcess();
    await settle(bench.pool, other, [settlementOf(delivery, DELIVERED)]);
    await settle(bench.pool, processId, [settlementOf({ ...delivery, leaseNumber: 2 }, DELIVERED)]);
    expect(await waiting()).toMatchObject([{ leased_by: processId, attempts: 0 }]);
    expect(await attempts(delivery.deliveryId)).toEqual([]);
    await reap(bench.pool, [processId]);
    const [taken] = await bench.claim(other);
    await settle(bench.pool, processId, [settlementOf(delivery, DELIVERED)]);
    expect(taken).toMatchObject({ deliveryId: delivery.deliveryId, leaseNumber: 2 });
    expect(await waiting()).toMatchObject([{ leased_by: other }]);
  });
});

describe('a process that died', () => {
  const silent = (id: string) =>
    bench.sql(`UPDATE processes SET seen_at = now() - interval '1 minute' WHERE process_id = $1`, [id]);

  it('loses its leases; the attempt counts as cut off and not in the schedule', async () => {
    const delivery = await oneLeased();
    await beat(bench.pool, processId);
    expect(await reapSilent(bench.pool)).toBe(0);
    await silent(processId);
    expect(await reapSilent(bench.pool)).toBe(1);
    expect(await reapSilent(bench.pool)).toBe(0);
    expect(await waiting()).toMatchObject([
      { leased_by: null, attempts: 0, lost_attempts: 1, schedule_position: 0, last_error: 'interrupted' },
    ]);
    expect(await attempts(delivery.deliveryId)).toMatchObject([{ number: 1, error_code: 'interrupted', status: null }]);
    const other = await bench.newProcess();
    expect(await bench.claim(other)).toMatchObject([{ leaseNumber: 2, schedulePosition: 0 }]);
  });

  it('is told by its next beat', async () => {
    expect(await beat(bench.pool, processId)).toMatchObject({ processCount: 1, processIndex: 0 });
    await reap(bench.pool, [processId]);
    expect(await beat(bench.pool, processId)).toBeNull();
  });

  it('makes a delivery fail after so many, as one that kills its process', async () => {
    const delivery = await oneLeased();
    await bench.sql('UPDATE waiting_deliveries SET lost_attempts = 19');
    await reap(bench.pool, [processId]);
    expect(await waiting()).toEqual([]);
    expect(await finished()).toMatchObject([
      { state: 'failed', reason: 'interrupted', lost_attempts: 20, url: 'https://receiver.example.com/hook' },
    ]);
    expect(await attempts(delivery.deliveryId)).toMatchObject([{ error_code: 'interrupted' }]);
    expect(await retryDelivery(bench.pool, delivery.deliveryId)).toBe(true);
    expect(await waiting()).toMatchObject([{ lost_attempts: 0 }]);
  });

  it('leaves no orphans: what it was given in its last moment goes back too', async () => {
    await leased(2);
    await bench.sql('DELETE FROM processes');
    expect(await returnOrphans(bench.pool)).toBe(2);
    expect(await returnOrphans(bench.pool)).toBe(0);
    expect(await waiting()).toMatchObject([{ leased_by: null }, { leased_by: null }]);
  });

  it('leaves the others their share', async () => {
    const others = [await bench.newProcess(), await bench.newProcess()];
    await silent(processId);
    for (const id of others) await beat(bench.pool, id);
    await reapSilent(bench.pool);
    const places = await Promise.all(others.map((id) => beat(bench.pool, id)));
    expect(places.map((place) => place?.processCount)).toEqual([2, 2]);
    expect(places.map((place) => place?.processIndex)).toEqual([0, 1]);
  });
});

describe('retry', () => {
  it('brings a failed delivery back with its whole schedule before it, its attempts kept', async () => {
    const delivery = await oneLeased();
    await settle(bench.pool, processId, [settlementOf(delivery, FAILED)]);
    expect(await retryDelivery(bench.pool, delivery.deliveryId)).toBe(true);
    expect(await finished()).toEqual([]);
    const [claimed] = await bench.claim(processId);
    expect(claimed).toMatchObject({ deliveryId: delivery.deliveryId, leaseNumber: 2, schedulePosition: 0 });
    expect(await attempts(delivery.deliveryId)).toHaveLength(1);
  });

  it('brings a waiting one forward', async () => {
    const delivery = await oneLeased();
    await settle(bench.pool, processId, [settlementOf(delivery, again(3_600_000))]);
    expect(await retryDelivery(bench.pool, delivery.deliveryId)).toBe(true);
    expect(await bench.claim(processId)).toMatchObject([{ leaseNumber: 2, schedulePosition: 0 }]);
  });

  it('is refused for what is delivered, skipped, under way, held, or has lost its destination or payload', async () => {
    const [delivered, underWay, failed, noPayload] = await leased(4);
    if (!delivered || !underWay || !failed || !noPayload) throw new Error('too few');
    await settle(bench.pool, processId, [
      settlementOf(delivered, DELIVERED),
      settlementOf(failed, FAILED),
      settlementOf(noPayload, FAILED),
    ]);
    expect(await retryDelivery(bench.pool, delivered.deliveryId)).toBe(false);
    expect(await retryDelivery(bench.pool, underWay.deliveryId)).toBe(false);
    await bench.sql('DELETE FROM events WHERE event_id = $1', [noPayload.eventId]);
    expect(await retryDelivery(bench.pool, noPayload.deliveryId)).toBe(false);
    await settle(bench.pool, processId, [settlementOf(underWay, again())]);
    await bench.sql(`UPDATE destinations SET enabled = false, disabled_reason = 'x' WHERE id = $1`, [destinationId]);
    expect(await retryDelivery(bench.pool, underWay.deliveryId)).toBe(false);
    await bench.sql('DELETE FROM destinations WHERE id = $1', [destinationId]);
    expect(await retryDelivery(bench.pool, failed.deliveryId)).toBe(false);
  });

  it('asked for twice at once happens once', async () => {
    const delivery = await oneLeased();
    await settle(bench.pool, processId, [settlementOf(delivery, FAILED)]);
    await Promise.all(Array.from({ length: 5 }, () => retryDelivery(bench.pool, delivery.deliveryId)));
    expect(await waiting()).toHaveLength(1);
    expect(await finished()).toEqual([]);
  });
});

describe('a plan made when little waited', () => {
  it('still takes what is settled by its key, when much waits', async () => {
    const one = new HotPool(bench.databaseUrl, 1);
    const settleOn = (deliveries: readonly ClaimedDelivery[]) =>
      settle(
        one,
        processId,
        deliveries.map((delivery) => settlementOf(delivery, DELIVERED)),
      );
    const readRows = async (): Promise<number> => {
      const { rows } = await one.pool.query<{ n: number }>(
        `SELECT (seq_tup_read + idx_tup_fetch)::int AS n FROM pg_stat_xact_user_tables
         WHERE relname = 'waiting_deliveries'`,
      );
      return rows[0]?.n ?? -1;
    };
    try {
      const few = await leased(5);
      await bench.sql('VACUUM ANALYZE waiting_deliveries');
      await settleOn(few.slice(0, 1));
      const many = await leased(100);
      await bench.fill(account, 10_000);
      await one.pool.query('BEGIN');
      await settleOn(many.slice(0, 10));
      // Ten twice and a few, not ten thousand.
      expect(await readRows()).toBeLessThan(100);
      await one.pool.query('COMMIT');
    } finally {
      await one.end();
    }
    expect(await finished()).toHaveLength(11);
  });
});
