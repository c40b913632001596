import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type App, startApp } from '../support/app.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, type Sender, untilState } from '../support/sender.js';

/** What a destination is spared, held over two processes. */
const WAIT_MS = 90_000;

let app: App;
let receiver: Receiver;
let sender: Sender;

beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp({ env: { PROCESSES: '2' } }), startReceiver()]);
  await untilProcessesKnowEachOther();
});
afterAll(async () => {
  await app.stop();
  await receiver.close();
});
beforeEach(async () => {
  sender = await newSender(app);
  receiver.clear();
  receiver.answer({ status: 200 });
});

/** Each share of a limit is learnt with the heartbeat after the last process came. */
async function untilProcessesKnowEachOther(): Promise<void> {
  const client = new Client(app.databaseUrl ?? '');
  await client.connect();
  const know = async (): Promise<void> => {
    const { rows } = await client.query(
      'SELECT count(*)::int AS processes, min(seen_at) > max(started_at) AS met FROM processes',
    );
    expect(rows).toEqual([{ processes: 2, met: true }]);
  };
  await vi.waitFor(know, { timeout: WAIT_MS, interval: 100 });
  await client.end();
}

const pushMany = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => push(app, sender, JSON.stringify({ n }))));

const numbers = (): number[] => receiver.requests.map(({ body }) => (JSON.parse(body.toString()) as { n: number }).n);

describe('max_concurrency', () => {
  it.each([1, 3])('of %d is never exceeded, and used', async (max_concurrency) => {
    let [running, most] = [0, 0];
    receiver.answer(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running--;
      return { status: 200 };
    });
    await newDestination(app, sender, receiver.url, { max_concurrency });
    await pushMany(40);
    await receiver.waitFor(40, WAIT_MS);
    expect(most).toBeLessThanOrEqual(max_concurrency);
    expect(most).toBeGreaterThanOrEqual(Math.min(2, max_concurrency));
  });
});

it('rate_limit is held: no more than one second’s worth at once, then at its pace', async () => {
  await newDestination(app, sender, receiver.url, { rate_limit: 5 });
  // Before the first can go: to count from its arrival would be shorter when that is noticed late.
  const startedMs = Date.now();
  await pushMany(25);
  await receiver.waitFor(25, WAIT_MS);
  // 20 of them at 5 a second.
  expect((receiver.requests.at(-1)?.receivedAtMs ?? 0) - startedMs).toBeGreaterThan(3_500);
});

describe('ordered', () => {
  const pushInOrder = async (count: number): Promise<string[]> => {
    const events: string[] = [];
    for (let n = 0; n < count; n++) events.push(await push(app, sender, JSON.stringify({ n })));
    return events;
  };

  it('goes one at a time in order of acceptance, over failures', async () => {
    let [running, most, failures] = [0, 0, 0];
    const delivered: number[] = [];
    receiver.answer(async ({ body }) => {
      const { n } = JSON.parse(body.toString()) as { n: number };
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 10));
      running--;
      if (n === 3 && ++failures <= 2) return { status: 500 };
      delivered.push(n);
      return { status: 200 };
    });
    await newDestination(app, sender, receiver.url, { ordered: true, retry_schedule: [1, 1, 1] });
    const events = await pushInOrder(10);
    await untilState(app, events.at(-1) ?? '', 'delivered');
    expect(most).toBe(1);
    expect(delivered).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(numbers()).toEqual([0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('lets the next go when one has failed for good', async () => {
    receiver.answer(({ body }) => ({ status: body.toString() === '{"n":1}' ? 500 : 200 }));
    await newDestination(app, sender, receiver.url, { ordered: true, retry_schedule: [1] });
    const events = await pushInOrder(4);
    await receiver.waitFor(5, WAIT_MS);
    expect(numbers()).toEqual([0, 1, 1, 2, 3]);
    await untilState(app, events[1] ?? '', 'failed');
  });
});

describe('a destination that is down', () => {
  it('is asked by a probe now and then, slows no other, and gets all when it is back', async () => {
    const other = await startReceiver();
    const otherId = await newDestination(app, sender, other.url);
    const id = await newDestination(app, sender, receiver.url, { max_concurrency: 1, retry_schedule: [1, 1, 1, 1] });
    receiver.answer({ status: 500 });
    const events = await pushMany(60);
    await app.waitForLog((line) => line['destination_id'] === id && String(line.msg).startsWith('circuit opened'));
    const asked = receiver.requests.length;
    expect(asked).toBeLessThan(20);
    // Not of the last one: by the time all have arrived at the other, that may be a probe.
    const openedAtMs = receiver.requests[asked - 1]?.receivedAtMs ?? 0;
    await other.waitFor(60, WAIT_MS);
    receiver.answer({ status: 200 });
    await receiver.waitFor(asked + 1, WAIT_MS);
    const probeAtMs = receiver.requests[asked]?.receivedAtMs ?? 0;
    expect(probeAtMs - openedAtMs).toBeGreaterThan(3_500);
    const waiting = async (): Promise<number> => {
      const path = `/api/deliveries/?destination_id=${id}&state=delivered&page_size=100`;
      return (await app.get<{ results: unknown[] }>(path)).body.results.length;
    };
    await expect.poll(waiting, { timeout: WAIT_MS, interval: 200 }).toBe(events.length);
    expect(app.logs().filter((line) => line['destination_id'] === otherId && line['status'] !== 200)).toEqual([]);
    await other.close();
  });
});
