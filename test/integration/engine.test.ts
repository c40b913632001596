import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { SecretBox } from '../../src/common/secret-box.js';
import { readSettings } from '../../src/config/read-settings.js';
import { DeliveryEngine } from '../../src/delivery/engine/delivery-engine.js';
import { AddressPolicy } from '../../src/delivery/push/address-policy.js';
import { Transport } from '../../src/delivery/push/transport.js';
import { DeliveryQueue } from '../../src/delivery/queue/delivery-queue.js';
import { TrafficRecorder } from '../../src/delivery/statistics/traffic-recorder.js';
import { claim } from '../../src/delivery/queue/claim.js';
import { enqueue } from '../../src/delivery/queue/enqueue.js';
import { eventOf, NIL, openQueueBench, type QueueBench, type TestAccount } from '../support/queue.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

/** The engine of one process over a real database and a real receiver, amid what goes wrong between two statements. */
const WAIT_MS = 60_000;
/** Less than until the next sweep. */
const SOON_MS = 15_000;
const BYTES = 1_000_000;

/** What is alive counts, not what has not been collected yet. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

let bench: QueueBench;
let receiver: Receiver;
let engine: DeliveryEngine;
let account: TestAccount;

beforeAll(async () => {
  [bench, receiver] = await Promise.all([openQueueBench(), startReceiver()]);
});
afterAll(async () => {
  await receiver.close();
  await bench.close();
});
beforeEach(async () => {
  receiver.clear();
  receiver.answer({ status: 200 });
  account = await bench.newAccount();
  const settings = {
    ...readSettings({ DATABASE_URL: bench.databaseUrl, ENCRYPTION_KEY: randomBytes(32).toString('base64') }),
    databaseUrl: bench.databaseUrl,
  };
  const transport = new Transport({ policy: new AddressPolicy(['127.0.0.0/8']) });
  engine = new DeliveryEngine(
    bench.pool,
    new DeliveryQueue(bench.pool),
    new SecretBox(settings.encryptionKeys),
    transport,
    settings,
    new TrafficRecorder(bench.pool),
  );
});
afterEach(async () => {
  const stopped = engine.stop(performance.now() + 1_000).then(() => true);
  // What waits for a timer while it stops, such as outcomes that are gathered, would wait for ever once timers are real.
  // No faster than real time passes, or the deadline for opening a connection would be over before the server answers.
  while (vi.isFakeTimers() && !(await Promise.race([stopped, sleep(10, false)]))) await vi.advanceTimersByTimeAsync(10);
  vi.useRealTimers();
  await stopped;
  await bench.sql('DELETE FROM waiting_deliveries');
});

const destination = (more: Record<string, unknown> = {}): Promise<string> =>
  bench.newDestination(account, { url: receiver.url, ...more });

/** No request is answered until what this returns is called. */
function holdAnswers(): () => void {
  let answerAll = (): void => undefined;
  const held = new Promise<void>((resolve) => (answerAll = resolve));
  receiver.answer(async () => {
    await held;
    return { status: 200 };
  });
  return answerAll;
}

/**
 * Timers stand still, and with them the poll that would find whatever was forgotten; call it before the engine starts.
 * What this returns lets a millisecond pass, up to less than until the poll.
 */
function withoutPoll(): () => Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let passedMs = 0;
  return async () => {
    passedMs++;
    expect(passedMs).toBeLessThan(900);
    await vi.advanceTimersByTimeAsync(1);
    // No faster than real time: what waits for PostgreSQL is to be done before the poll's turn comes.
    await sleep(1);
  };
}

async function expectDelivered(count: number): Promise<void> {
  const finished = `SELECT count(*)::int AS n FROM finished_deliveries WHERE account_id = $1 AND state = 'delivered'`;
  await expect.poll(() => bench.sql(finished, [account.id]), { timeout: WAIT_MS }).toEqual([{ n: count }]);
}

describe('a lease', () => {
  it('that could be neither used nor given back is found again', async () => {
    await destination();
    await bench.fill(account, 3);
    // As when the database goes away between the claim and what follows.
    await bench.sql(`
      ALTER TABLE events RENAME TO hidden_events;
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'away'; END $$;
      CREATE TRIGGER away BEFORE UPDATE ON waiting_deliveries FOR EACH ROW
        WHEN (NEW.leased_by IS NULL AND OLD.leased_by IS NOT NULL) EXECUTE FUNCTION refuse()`);
    await engine.start();
    const leased = 'SELECT count(*)::int AS n FROM waiting_deliveries WHERE leased_by IS NOT NULL';
    await expect.poll(() => bench.sql(leased), { timeout: WAIT_MS }).toEqual([{ n: 3 }]);
    await bench.sql('DROP FUNCTION refuse() CASCADE; ALTER TABLE hidden_events RENAME TO events');
    await expectDelivered(3);
  });
});

describe('a claim', () => {
  it('that was carried out although its answer got lost is found and started within seconds', async () => {
    await destination();
    await bench.fill(account, 3);
    const claiming = vi.spyOn(DeliveryQueue.prototype, 'claim');
    onTestFinished(() => claiming.mockRestore());
    claiming.mockImplementationOnce(async (request) => {
      await claim(bench.pool, request);
      throw new Error('the connection was lost');
    });
    await engine.start();
    await receiver.waitFor(3, SOON_MS);
    await expectDelivered(3);
    // Given back unused: it was no attempt.
    const numbers = await bench.sql(
      'SELECT DISTINCT lease_number AS n FROM finished_deliveries WHERE account_id = $1',
      [account.id],
    );
    expect(numbers).toEqual([{ n: 1 }]);
  });

  it('that takes long to load is not taken for lost', async () => {
    await destination();
    await bench.fill(account, 3);
    const [claiming, searching] = [
      vi.spyOn(DeliveryQueue.prototype, 'claim'),
      vi.spyOn(DeliveryQueue.prototype, 'leasesOf'),
    ];
    onTestFinished(() => [claiming, searching].forEach((spy) => spy.mockRestore()));
    // Then leases are searched for, several times.
    claiming.mockRejectedValueOnce(new Error('the connection was lost'));
    const blocker = await bench.pool.pool.connect();
    try {
      await blocker.query('BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE');
      await engine.start();
      const leased = 'SELECT count(*)::int AS n FROM waiting_deliveries WHERE leased_by IS NOT NULL';
      await expect.poll(() => bench.sql(leased), { timeout: WAIT_MS }).toEqual([{ n: 3 }]);
      searching.mockClear();
      await expect.poll(() => searching.mock.settledResults.length, { timeout: WAIT_MS }).toBeGreaterThan(0);
    } finally {
      await blocker.query('ROLLBACK');
      blocker.release();
    }
    await expect.poll(() => receiver.requests.length, { timeout: WAIT_MS }).toBeGreaterThanOrEqual(3);
    await engine.stop(performance.now() + 10_000);
    const ids = receiver.requests.map((request) => request.header('webhook-id'));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('handing over', () => {
  const MOST = 50;
  let accepted = 0;
  beforeEach(() => {
    accepted = 0;
  });

  /** Accepts an event; is it leased to this process from its first moment? */
  const isHandedOver = async (eventType: string | null = null): Promise<boolean> => {
    accepted++;
    const [result] = await engine.accept([eventOf(account, { eventType })]);
    if (result?.kind !== 'accepted') throw new Error(`not accepted: ${result?.kind}`);
    return result.deliveries.every(({ leased }) => leased);
  };
  const untilItIs = async (wanted: boolean, eventType?: string): Promise<void> => {
    while ((await isHandedOver(eventType)) !== wanted) expect(accepted).toBeLessThanOrEqual(MOST);
  };

  it('goes on when all that waited has been taken, and stops where more waits than may be taken', async () => {
    const answerAll = holdAnswers();
    await destination({ max_concurrency: MOST });
    await engine.start();
    // The first are claimed, because nobody knows yet where their token leads to. No attempt ends meanwhile.
    await untilItIs(true);
    expect(accepted).toBeGreaterThan(1);
    await untilItIs(false);
    expect([await isHandedOver(), await isHandedOver()]).toEqual([false, false]);
    answerAll();
    await expectDelivered(accepted);
    await expect.poll(isHandedOver).toBe(true);
    await expectDelivered(accepted);
  });

  it('claims nothing for a destination whose places are all taken, and goes on as soon as one is free', async () => {
    const passTime = withoutPoll();
    const answerAll = holdAnswers();
    await destination({ max_concurrency: 2 });
    await engine.start();
    for (let n = 0; n < 2; n++) await isHandedOver();
    await receiver.waitFor(2);
    const queries = vi.spyOn(bench.pool, 'queryRelaxed');
    onTestFinished(() => queries.mockRestore());
    for (let i = 0; i < 20; i++) expect(await isHandedOver()).toBe(false);
    // What began before may still have been under way, and have been called once more meanwhile.
    expect(queries.mock.calls.filter(([name]) => name === 'claim').length).toBeLessThanOrEqual(2);
    answerAll();
    while (receiver.requests.length < accepted) await passTime();
  });

  it('claims what was left in the table for places that then were not needed', async () => {
    withoutPoll();
    holdAnswers();
    const id = await destination({ max_concurrency: MOST, event_types: ['wanted', 'unwanted'] });
    await engine.start();
    await untilItIs(true, 'unwanted');
    await untilItIs(true, 'wanted');
    await bench.sql(`UPDATE destinations SET event_types = '{wanted}' WHERE id = $1`, [id]);
    const unwanted = Array.from({ length: MOST }, () => eventOf(account, { eventType: 'unwanted' }));
    const results = await engine.accept([...unwanted, eventOf(account, { eventType: 'wanted' })]);
    expect(results.at(-1)).toMatchObject({ deliveries: [{ leased: false }] });
    await receiver.waitFor(accepted + 1);
  });

  it('takes no place for a destination that does not want the type, and none for long for one that is gone', async () => {
    const [gone] = [await destination(), await destination({ event_types: ['wanted'] })];
    const enqueueing = vi.spyOn(DeliveryQueue.prototype, 'enqueue');
    onTestFinished(() => enqueueing.mockRestore());
    const placesFor = async (eventType: string): Promise<number> => {
      await isHandedOver(eventType);
      return enqueueing.mock.lastCall?.[2].length ?? NaN;
    };
    await engine.start();
    await untilItIs(true, 'wanted');
    await untilItIs(true, 'other');
    expect([await placesFor('wanted'), await placesFor('other')]).toEqual([2, 1]);
    await expectDelivered(
      accepted + enqueueing.mock.calls.filter(([, [event]]) => event?.eventType === 'wanted').length,
    );
    await bench.sql('DELETE FROM destinations WHERE id = $1', [gone]);
    expect([await placesFor('wanted'), await placesFor('other')]).toEqual([2, 1]);
    const nowMs = performance.now();
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.advanceTimersByTime(nowMs + 600_000);
    await isHandedOver('wanted');
    await isHandedOver('other');
    // Timers stay as they are until the engine has stopped: its clock must not go back.
    // Nothing is handed over before a heartbeat has come through, after such a time without one.
    await expect.poll(() => placesFor('wanted')).toBe(1);
    expect(await placesFor('other')).toBe(0);
  });

  it('claims what was left in the table for places whose acceptance failed', async () => {
    withoutPoll();
    holdAnswers();
    await destination({ max_concurrency: MOST });
    await engine.start();
    await untilItIs(true);
    await receiver.waitFor(accepted);
    const enqueueing = vi.spyOn(DeliveryQueue.prototype, 'enqueue');
    onTestFinished(() => enqueueing.mockRestore());
    let refuse = (): void => undefined;
    enqueueing.mockImplementationOnce(async () => {
      await new Promise<void>((resolve) => (refuse = resolve));
      throw new Error('away');
    });
    const refused = engine.accept(Array.from({ length: MOST }, () => eventOf(account)));
    expect(await isHandedOver()).toBe(false);
    refuse();
    await expect(refused).rejects.toThrow('away');
    await receiver.waitFor(accepted);
  });
});

describe('an ordered destination', () => {
  it('goes on with its next as soon as one has ended, whatever was claimed meanwhile', async () => {
    withoutPoll();
    const answerAll = holdAnswers();
    await destination({ ordered: true });
    await bench.fill(account, 2);
    await engine.start();
    await receiver.waitFor(1);
    const queries = vi.spyOn(bench.pool, 'queryRelaxed');
    onTestFinished(() => queries.mockRestore());
    engine.onUrgent();
    await expect.poll(() => queries.mock.calls.some(([name]) => name === 'claim')).toBe(true);
    await Promise.all(queries.mock.results.map(({ value }) => value as Promise<unknown>));
    answerAll();
    await receiver.waitFor(2);
  });
});

describe('memory', () => {
  it('holds no more payloads than it may, however many are due', async () => {
    const wrong: number[] = [];
    let arrived = 0;
    receiver.answer(({ body }) => {
      if (body.length !== BYTES) wrong.push(body.length);
      arrived++;
      // This process is the receiver, too: it keeps none.
      receiver.clear();
      return { status: 200, delayMs: 100 };
    });
    await destination({ max_concurrency: 500 });
    const payload = Buffer.alloc(BYTES, ' ')
      .fill('[', 0, 1)
      .fill(']', BYTES - 1);
    for (let i = 0; i < 40; i++) {
      await enqueue(
        bench.pool,
        NIL,
        Array.from({ length: 5 }, () => eventOf(account, { payload })),
        [],
      );
    }
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const watch = setInterval(() => {
      collectGarbage();
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 50);
    await engine.start();
    await expectDelivered(200);
    clearInterval(watch);
    // 64 MiB of payloads, as often as this process has each in its hands: from the database, to be sent, received.
    expect((most - before) / 1_048_576).toBeLessThan(200);
    expect({ arrived, wrong }).toEqual({ arrived: 200, wrong: [] });
  });
});

describe('Retry-After', () => {
  it.each([
    [1, 0],
    [4, 0],
    [4, 60],
  ])('is known to all before a place is free (max_concurrency %i, after %i delivered)', async (most, before) => {
    receiver.answer((_request, number) =>
      number <= before ? { status: 200 } : { status: 429, headers: { 'retry-after': '600' } },
    );
    const refusing = await destination({ max_concurrency: most });
    await bench.fill(account, 200);
    await bench.sql(`
      CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE INSERT ON destination_health FOR EACH ROW EXECUTE FUNCTION slow()`);
    try {
      await engine.start();
      const paused = 'SELECT 1 AS one FROM destination_health WHERE destination_id = $1 AND paused_until > now()';
      await expect.poll(() => bench.sql(paused, [refusing]), { timeout: WAIT_MS }).toEqual([{ one: 1 }]);
      const leased = 'SELECT count(*)::int AS n FROM waiting_deliveries WHERE leased_by IS NOT NULL';
      await expect.poll(() => bench.sql(leased), { timeout: WAIT_MS }).toEqual([{ n: 0 }]);
      expect(receiver.requests.length).toBeLessThanOrEqual(before + most);
    } finally {
      await bench.sql('DROP FUNCTION slow() CASCADE');
    }
  });
});
