import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, type LogLine, startApp } from '../support/app.js';
import { type Answer, type Receiver, startReceiver } from '../support/receiver.js';
import { type Delivery, newDestination, newSender, push, type Sender, untilState } from '../support/sender.js';

/** What a person asks for goes now, past a pause and an open circuit, whichever of two processes has to do it. */
const WAIT_MS = 60_000;
const HOUR = { 'retry-after': '3600' };
/** Less than until the first probe. */
const SOON_MS = 4_000;

let app: App;
let receiver: Receiver;
let sender: Sender;

beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp({ env: { PROCESSES: '2' } }), startReceiver()]);
});
afterAll(async () => {
  await app.stop();
  await receiver.close();
});
beforeEach(async () => {
  sender = await newSender(app);
  receiver.clear();
});

const post = (path: string, body?: object) => app.post<Record<string, unknown>>(path, body);
const deliveryOf = async (eventId: string): Promise<Delivery> => {
  const { body } = await app.get<{ results: Delivery[] }>(`/api/deliveries/?event_id=${eventId}`);
  if (!body.results[0]) throw new Error('no delivery');
  return body.results[0];
};
const isBad = (body: Buffer): boolean => body.toString().includes('bad');

/** All that is bad fails with 500: the destination is down, with nothing but that having been attempted. */
async function bringDown(more: object = {}): Promise<string> {
  receiver.answer(({ body }): Answer => ({ status: isBad(body) ? 500 : 200 }));
  const id = await newDestination(app, sender, receiver.url, { retry_schedule: [3600, 3600], ...more });
  const isOpen = (line: LogLine): boolean =>
    line['destination_id'] === id && String(line.msg).startsWith('circuit opened');
  // One after the other: each that was not attempted by then is probed before what comes after it.
  for (let n = 0; n < 40 && !app.logs().some(isOpen); n++) {
    const eventId = await push(app, sender, '{"bad":true}');
    const isOver = async () => app.logs().some(isOpen) || (await deliveryOf(eventId)).attempts > 0;
    await expect.poll(isOver, { timeout: WAIT_MS }).toBe(true);
  }
  await app.waitForLog(isOpen);
  return id;
}

/** It asked to be left alone for an hour; returns the event that it answered so. */
async function bringToPause(more: object = {}): Promise<{ id: string; eventId: string }> {
  receiver.answer({ status: 503, headers: HOUR });
  const id = await newDestination(app, sender, receiver.url, { retry_schedule: [3600], ...more });
  const eventId = await push(app, sender);
  await untilState(app, eventId, 'retrying');
  receiver.answer({ status: 200 });
  return { id, eventId };
}

describe('a destination that is down', () => {
  it('gets what a person retries at once, and by its success all the rest', async () => {
    await bringDown();
    const [asked, other] = [await push(app, sender), await push(app, sender)];
    const askedAtMs = Date.now();
    const delivery = await deliveryOf(asked);
    const answer = await post(`/api/deliveries/${delivery.id}/retry/`);
    expect(answer.status).toBe(202);
    await untilState(app, asked, 'delivered', SOON_MS);
    await untilState(app, other, 'delivered', SOON_MS);
    expect(Date.now() - askedAtMs).toBeLessThan(SOON_MS);
  });

  it('gets a replayed event at once', async () => {
    await bringDown();
    const eventId = await push(app, sender);
    await untilState(app, eventId, 'pending');
    expect((await post(`/api/events/${eventId}/replay/`)).status).toBe(202);
    await receiver.waitFor((all) => all.some(({ body }) => !isBad(body)), SOON_MS);
  });

  it('is down no more when a test event was delivered', async () => {
    const id = await bringDown();
    const eventId = await push(app, sender);
    expect((await post(`/api/destinations/${id}/test/`, {})).body).toMatchObject({ delivered: true });
    await untilState(app, eventId, 'delivered', SOON_MS);
  });

  it('is down no more when its URL was changed, whatever still fails at the old one', async () => {
    const id = await bringDown();
    const eventId = await push(app, sender);
    const other = await startReceiver();
    const change = { url: `${other.url}/moved` };
    const { status } = await app.request('PATCH', `/api/destinations/${id}/`, { body: change });
    expect(status).toBe(200);
    await untilState(app, eventId, 'delivered', SOON_MS);
    await other.close();
  });

  it('keeps a good event back no longer than until a probe, however many bad ones came before', async () => {
    await bringDown();
    const { attempts } = await untilState(app, await push(app, sender), 'delivered', WAIT_MS);
    expect(attempts).toBe(1);
  });

  it('gets one of a bulk retry ahead, and the rest after its success', async () => {
    receiver.answer({ status: 500 });
    const id = await newDestination(app, sender, receiver.url, { retry_schedule: [] });
    const events = await Promise.all(Array.from({ length: 25 }, () => push(app, sender)));
    await app.waitForLog((line) => line['destination_id'] === id && String(line.msg).startsWith('circuit opened'));
    // What fails after an operation was made is not part of it.
    const underWay = `/api/deliveries/?destination_id=${id}&state=in_flight`;
    const countUnderWay = async () => (await app.get<{ results: unknown[] }>(underWay)).body.results.length;
    await expect.poll(countUnderWay, { timeout: WAIT_MS }).toBe(0);
    receiver.answer({ status: 200 });
    const { body } = await post('/api/replays/', { destination_id: id, state: 'failed', pace: 1_000 });
    expect(body['total']).toBeGreaterThanOrEqual(10);
    await post(`/api/replays/${String(body['id'])}/start/`);
    for (const eventId of events) await untilState(app, eventId, 'delivered', WAIT_MS);
  });
});

it('a test event waits for a place of max_concurrency, and gets the next', async () => {
  let [running, most] = [0, 0];
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  receiver.answer(async () => {
    most = Math.max(most, ++running);
    await answered;
    running--;
    return { status: 200 };
  });
  const id = await newDestination(app, sender, receiver.url, { max_concurrency: 2, timeout_ms: 60_000 });
  // Two processes with a place each.
  for (let n = 0; n < 6; n++) await push(app, sender);
  await receiver.waitFor(2, WAIT_MS);
  const tested = post(`/api/destinations/${id}/test/`, {});
  answer();
  expect((await tested).body).toMatchObject({ delivered: true });
  await receiver.waitFor(7, WAIT_MS);
  expect(most).toBeLessThanOrEqual(2);
});

describe('a destination that asked for a pause', () => {
  it('gets what a person retries at once, and by its success all the rest', async () => {
    const { eventId } = await bringToPause();
    const other = await push(app, sender);
    const { status, body } = await post(`/api/deliveries/${(await deliveryOf(eventId)).id}/retry/`);
    expect(status).toBe(202);
    if (body['state'] === 'retrying') {
      expect(Date.parse(String(body['next_attempt_at']))).toBeLessThan(Date.now() + 60_000);
    }
    await untilState(app, eventId, 'delivered', SOON_MS);
    await untilState(app, other, 'delivered', SOON_MS);
  });

  it('stays paused when what was retried fails', async () => {
    const { eventId } = await bringToPause();
    receiver.answer({ status: 500 });
    const other = await push(app, sender);
    await post(`/api/deliveries/${(await deliveryOf(eventId)).id}/retry/`);
    await receiver.waitFor(2, SOON_MS);
    const { next_attempt_at: next } = await untilState(app, eventId, 'retrying');
    expect(Date.parse(String(next))).toBeGreaterThan(Date.now() + 1_800_000);
    expect(await deliveryOf(other)).toMatchObject({ state: 'pending', attempts: 0 });
  });

  it('is refused what is not at its turn, and that says so', async () => {
    const { eventId } = await bringToPause({ ordered: true });
    const next = await deliveryOf(await push(app, sender));
    const refused = await post(`/api/deliveries/${next.id}/retry/`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'not_its_turn' } });
    expect((await post(`/api/deliveries/${(await deliveryOf(eventId)).id}/retry/`)).status).toBe(202);
    await untilState(app, next.event_id, 'delivered', SOON_MS);
  });
});
