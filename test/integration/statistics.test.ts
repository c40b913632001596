import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { readBacklog } from '../../src/delivery/statistics/backlog.js';
import { StatisticsService } from '../../src/delivery/statistics/statistics.service.js';
import { TrafficRecorder } from '../../src/delivery/statistics/traffic-recorder.js';
import { forgetOldTraffic } from '../../src/delivery/statistics/traffic-table.js';
import { HotPool } from '../../src/database/hot-pool.js';
import { openCircuit, recordFailures, recordSuccesses } from '../../src/delivery/queue/health.js';
import { ExplainingPool } from '../support/explaining-pool.js';
import { openQueueBench, type QueueBench, settlementOf, type TestAccount } from '../support/queue.js';

let bench: QueueBench;
let statistics: StatisticsService;
let account: TestAccount;

beforeAll(async () => {
  bench = await openQueueBench();
  statistics = new StatisticsService(bench.pool);
  account = await bench.newAccount();
});
afterAll(() => bench.close());

const delivered = { kind: 'finished', state: 'delivered', reason: null } as const;
const again = { kind: 'again', inMs: 1000, reason: 'server_error' } as const;
const failed = { kind: 'finished', state: 'failed', reason: 'timed_out' } as const;

function settled(recorder: TrafficRecorder, destinationId: string, verdict: Parameters<typeof settlementOf>[1]): void {
  const lease = { deliveryId: uuidv7({ msecs: Date.now() - 100 }), leaseNumber: 1 };
  const errorCode = verdict.reason;
  recorder.settled({ ...lease, accountId: account.id, destinationId }, settlementOf(lease, verdict, { errorCode }));
}

describe('traffic', () => {
  it('is counted for everything, by account and by destination, by processes together', async () => {
    const [one, other] = [uuidv7(), uuidv7()];
    const recorders = [new TrafficRecorder(bench.pool), new TrafficRecorder(bench.pool)];
    for (const recorder of recorders) {
      const delivery = { deliveryId: uuidv7(), accountId: account.id, destinationVersion: 1, leased: true };
      recorder.accepted([
        { kind: 'accepted', accountId: account.id, deliveries: [{ ...delivery, destinationId: one }] },
        { kind: 'accepted', accountId: account.id, deliveries: [] },
        { kind: 'duplicate', accountId: account.id },
      ]);
      settled(recorder, one, again);
      settled(recorder, one, delivered);
      settled(recorder, other, failed);
    }
    await Promise.all(recorders.map((recorder) => recorder.stop()));
    const sums = async (scopeId: string | null) => (await statistics.traffic(scopeId, '1h')).total;
    const both = { accepted: 4, delivered: 2, failed: 2, refused: 0, server_error: 2, no_answer: 2, not_sent: 0 };
    expect(await sums(null)).toMatchObject(both);
    expect(await sums(account.id)).toMatchObject(both);
    expect(await sums(one)).toMatchObject({ accepted: 2, delivered: 2, failed: 0, server_error: 2, no_answer: 0 });
    expect(await sums(other)).toMatchObject({ accepted: 0, delivered: 0, failed: 2, no_answer: 2, p50: null });
    const { p50, p95 } = await sums(one);
    expect(p50).toBeGreaterThan(80);
    expect(p95).toBeLessThan(2000);
  });

  it.each([
    ['1h', 60, 60],
    ['24h', 144, 600],
    ['7d', 168, 3600],
  ] as const)('of %s has %i points, the last one of now', async (span, count, seconds) => {
    const beforeMs = Date.now();
    const { points, total } = await statistics.traffic(null, span);
    expect(points).toHaveLength(count);
    const times = points.map(({ beginsAt }) => Date.parse(beginsAt));
    expect(new Set(times.slice(1).map((ms, index) => ms - (times[index] ?? 0)))).toEqual(new Set([seconds * 1000]));
    expect(times.at(-1)).toBeGreaterThan(beforeMs - seconds * 1000);
    expect(total.accepted).toBe(4);
  });

  it('that could not be written is written the next time', async () => {
    const id = uuidv7();
    const broken = new HotPool(bench.databaseUrl.replace(/\/[^/]*$/, '/nowhere'), 1);
    const recorder = new TrafficRecorder(broken);
    settled(recorder, id, delivered);
    await recorder.stop();
    settled(recorder, id, delivered);
    Reflect.set(recorder, 'pool', bench.pool);
    await recorder.stop();
    await broken.end();
    expect((await statistics.traffic(id, '1h')).total.delivered).toBe(2);
  });

  it('of thousands of destinations is written some hundred at a time, what was counted first before the rest', async () => {
    const ids = Array.from({ length: 1_100 }, () => uuidv7());
    const written = async () => {
      const found = 'SELECT scope_id FROM traffic WHERE seconds = 60 AND scope_id = ANY ($1)';
      const rows = await bench.sql<{ scope_id: string }>(found, [ids]);
      return ids.filter((id) => rows.some((row) => row.scope_id === id));
    };
    const allDelivered = async () => (await statistics.traffic(null, '1h')).total.delivered;
    const before = await allDelivered();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const recorder = new TrafficRecorder(bench.pool);
      const second = async () => {
        vi.advanceTimersByTime(1_000);
        await Reflect.get(recorder, 'flushing');
      };
      recorder.start();
      for (const id of ids) settled(recorder, id, delivered);
      await second();
      // Beside everything and the account, which has a part of its own in each.
      expect(await written()).toEqual(ids.slice(0, 498));
      expect(await allDelivered()).toBe(before + ids.length);
      settled(recorder, ids[0] ?? '', delivered);
      await second();
      expect(await written()).toEqual(ids.slice(0, 2 * 498));
      expect(await allDelivered()).toBe(before + ids.length + 1);
      await recorder.stop();
    } finally {
      vi.useRealTimers();
    }
    expect(await written()).toEqual(ids);
    expect((await statistics.traffic(ids[0] ?? '', '1h')).total.delivered).toBe(2);
  });

  it('is kept for hours in minutes, for days in ten minutes, and for RETENTION_DAYS in hours', async () => {
    const id = uuidv7();
    await bench.sql(
      `INSERT INTO traffic
       SELECT $1, seconds, now() - days * interval '1 day', 1, 1, 0, 0, 0, 0, 0, '{}'
       FROM unnest(ARRAY[60, 600, 3600]) AS seconds, unnest(ARRAY[0, 1, 29, 31]) AS days`,
      [id],
    );
    await forgetOldTraffic(bench.pool, 30);
    const rows = await bench.sql<{ seconds: number; count: number }>(
      'SELECT seconds, count(*) AS count FROM traffic WHERE scope_id = $1 GROUP BY seconds ORDER BY seconds',
      [id],
    );
    expect(rows).toEqual([
      { seconds: 60, count: 1 },
      { seconds: 600, count: 2 },
      { seconds: 3600, count: 3 },
    ]);
  });
});

describe('what waits', () => {
  it('is told apart from what is held, by indexes alone', async () => {
    const empty = await readBacklog(bench.pool);
    expect(empty).toMatchObject({ waiting: 0, held: 0, oldestAcceptedAt: null, workers: 0 });
    const [busy, quiet] = [await bench.newAccount(), await bench.newAccount()];
    await bench.newDestination(busy);
    await bench.newDestination(quiet, { enabled: false });
    await bench.fill(quiet, 700);
    await bench.fill(busy, 300);
    await bench.sql('VACUUM ANALYZE waiting_deliveries');
    const pool = new ExplainingPool(bench.databaseUrl);
    await bench.newProcess();
    const backlog = await readBacklog(pool);
    expect(pool.plans[0]?.scanned).not.toContain('waiting_deliveries');
    await pool.end();
    expect(backlog).toMatchObject({ waiting: 300, held: 700, workers: 1 });
    const [oldest] = await bench.sql<{ at: Date }>(
      'SELECT min(created_at) AS at FROM waiting_deliveries WHERE account_id = $1',
      [busy.id],
    );
    expect(backlog.oldestAcceptedAt).toEqual(oldest?.at);
  });
});

describe('a destination', () => {
  const report = { errorCode: 'server_error', status: 503, deliveryId: uuidv7(), closesCircuit: false };

  it('is in trouble from its first failure to its next success', async () => {
    const id = await bench.newDestination(account);
    const troubled = async () => (await statistics.troubled(50)).destinations.find((found) => found.id === id);
    expect(await troubled()).toBeUndefined();
    await recordFailures(bench.pool, new Map([[id, { ...report, failures: 2 }]]));
    await openCircuit(bench.pool, id, 'https://receiver.example.com/hook', 60_000);
    await recordFailures(bench.pool, new Map([[id, { ...report, failures: 1 }]]));
    expect(await troubled()).toMatchObject({ enabled: true, health: { lastError: 'server_error', lastStatus: 503 } });
    const health = await statistics.health(id);
    expect(health).toMatchObject({ failures: 3, lastDeliveryId: report.deliveryId, pausedUntil: null });
    expect(health.probeAt?.getTime()).toBeGreaterThan(Date.now() + 30_000);
    await recordFailures(bench.pool, new Map([[id, { ...report, failures: 1, closesCircuit: true }]]));
    expect((await statistics.health(id)).probeAt).toBeNull();
    await recordSuccesses(bench.pool, [id]);
    expect(await troubled()).toBeUndefined();
    expect(await statistics.health(id)).toMatchObject({ failures: 0, lastError: null, failingSince: null });
  });

  it('that is disabled is in trouble, too; what fails comes first', async () => {
    const disabled = await bench.newDestination(account, { enabled: false });
    const failing = await bench.newDestination(account);
    await recordFailures(bench.pool, new Map([[failing, { ...report, failures: 0 }]]));
    const { destinations } = await statistics.troubled(50);
    const places = [failing, disabled].map((id) => destinations.findIndex((found) => found.id === id));
    expect(places[0]).toBe(0);
    expect(places[1]).toBeGreaterThan(0);
    expect(await statistics.health(failing)).toMatchObject({ failures: 0, failingSince: null });
  });
});
