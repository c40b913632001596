import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensurePartitions, firstUuidOf, listPartitions } from '../../src/database/partitions.js';
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

const queryable = () => ({ query: (text: string, values?: unknown[]) => bench.pool.run(text, values) });
const names = async () => (await listPartitions(queryable())).map((partition) => partition.name).toSorted();
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
    await ensurePartitions(queryable(), ms);
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
    const reader = await bench.pool.pool.connect();
    try {
      await reader.query('BEGIN');
      await reader.query('SELECT 1 FROM events_default LIMIT 1');
      await expect(makePartitionsAhead(bench.pool)).rejects.toThrow(/lock timeout/);
    } finally {
      await reader.query('ROLLBACK');
      reader.release();
    }
    await makePartitionsAhead(bench.pool);
    expect(await names()).toContain(last);
  });
});

describe('retention', () => {
  it('drops what ended before its time, and keeps what still waits with payload and attempts', async () => {
    const account = await bench.newAccount();
    await bench.newDestination(account);
    const ms = Date.now() - 30 * WEEK_MS;
    await ensurePartitions(queryable(), ms);
    const [done, waits] = [
      eventOf(account, { eventId: idAt(ms, 'a') }),
      eventOf(account, { eventId: idAt(ms + 1, 'b') }),
    ];
    await bench.accept(done);
    await bench.accept(waits);
    const processId = await bench.newProcess();
    const settlements = (await bench.claim(processId)).map((delivery) =>
      settlementOf(
        delivery,
        delivery.eventId === done.eventId
          ? { kind: 'finished', state: 'delivered', reason: null }
          : { kind: 'again', inMs: 1000, reason: 'server_error' },
      ),
    );
    await settle(bench.pool, processId, settlements);
    await dropExpired(bench.pool, 90);
    const ended = (await listPartitions(queryable())).filter(({ endMs }) => endMs < Date.now() - 90 * 24 * 3_600_000);
    expect(ended).toEqual([]);
    const inOrder = 'SELECT event_id, payload, tableoid::regclass::text AS name FROM events WHERE account_id = $1';
    expect(await bench.sql(inOrder, [account.id])).toEqual([
      { event_id: waits.eventId, payload: waits.payload, name: 'events_default' },
    ]);
    expect(await bench.sql('SELECT 1 FROM finished_deliveries WHERE account_id = $1', [account.id])).toEqual([]);
    const kept = await bench.sql<{ event_id: string }>(
      'SELECT w.event_id FROM attempts JOIN waiting_deliveries w USING (delivery_id) WHERE account_id = $1',
      [account.id],
    );
    expect(kept).toEqual([{ event_id: waits.eventId }]);
    await bench.sql('DELETE FROM waiting_deliveries WHERE account_id = $1', [account.id]);
    await dropExpired(bench.pool, 90);
    expect(await bench.sql(inOrder, [account.id])).toEqual([]);
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
