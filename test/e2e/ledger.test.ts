import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, runMain, startApp } from '../support/app.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { type Delivery, newDestination, newSender, push, type Sender, untilState } from '../support/sender.js';

/** Events, deliveries and attempts as they can be read, over one small history. */
const ENCRYPTION_KEY = randomBytes(32).toString('base64');
const PAYLOAD = ' {"big":12345678901234567890, "big":1.0} ';
const TYPES = ['order.created', 'order.paid', null] as const;

let app: App;
let receiver: Receiver;
let own: Sender;
let other: Sender;
let ownKey: string;
let destinationId: string;
/** In order of acceptance. */
const events: string[] = [];
let othersEvent: string;

beforeAll(async () => {
  [app, receiver] = await Promise.all([startApp({ env: { ENCRYPTION_KEY } }), startReceiver()]);
  own = await newSender(app);
  other = await newSender(app);
  const headers = { Authorization: 'Bearer s3cret', 'X-Open': ['a', 'b'] };
  destinationId = await newDestination(app, own, receiver.url, { headers, retry_schedule: [] });
  await newDestination(app, other, receiver.url);
  receiver.answer(({ body }) =>
    body.includes('fail') ? { status: 500, headers: { 'x-why': 'x' }, body: 'y'.repeat(20_000) } : { status: 201 },
  );
  for (let n = 0; n < 7; n++) {
    const type = TYPES[n % 3];
    const headers = { ...(type && { 'CL-X-EVENT-TYPE': type }), 'CL-X-EVENT-ID': `event-${n}` };
    events.push(await push(app, own, n === 5 ? '{"fail":true}' : PAYLOAD, headers));
  }
  othersEvent = await push(app, other);
  for (const [n, event] of events.entries()) await untilState(app, event, n === 5 ? 'failed' : 'delivered');
  await untilState(app, othersEvent, 'delivered');
  const env = { DATABASE_URL: app.databaseUrl, ENCRYPTION_KEY };
  ownKey = (await runMain(['api-key', 'create', '--account', own.accountId], env)).stdout.trim();
});
afterAll(async () => {
  await app.stop();
  await receiver.close();
});

interface Page<Item> {
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: Item[];
}

async function list<Item>(path: string, apiKey?: string): Promise<Page<Item>> {
  const { status, body } = await app.get<Page<Item>>(path, apiKey === undefined ? {} : { apiKey });
  expect(status).toBe(200);
  return body;
}

const pathOf = (link: string | null): string => {
  const { pathname, search } = new URL(link ?? 'about:blank');
  return pathname + search;
};

it.each(['events', 'deliveries'])('a list of %s is read by cursor, newest first, there and back', async (name) => {
  const idsOf = (page: Page<{ event_id: string }>): string[] => page.results.map(({ event_id }) => event_id);
  const first = await list<{ event_id: string }>(`/api/${name}/?account_id=${own.accountId}&page_size=3`);
  const second = await list<{ event_id: string }>(pathOf(first.next));
  const third = await list<{ event_id: string }>(pathOf(second.next));
  expect([first, second, third].flatMap(idsOf)).toEqual(events.toReversed());
  expect([first.previous, third.next]).toEqual([null, null]);
  expect(idsOf(await list(pathOf(third.previous)))).toEqual(idsOf(second));
  expect(Object.keys(first).toSorted((a, b) => a.localeCompare(b))).toEqual(['next', 'previous', 'results']);
});

it.each<[query: () => string, expected: number[]]>([
  [() => 'event_type=order.paid', [4, 1]],
  [() => `account_id=${other.accountId}`, []],
  [() => 'created_before=2020-01-01T00:00:00Z', []],
  [() => 'created_after=2020-01-01T00:00:00Z', [6, 5, 4, 3, 2, 1, 0]],
  [() => 'state=failed', [5]],
  [() => 'state=pending', []],
  [() => 'last_status=201', [6, 4, 3, 2, 1, 0]],
  [() => 'reason=server_error', [5]],
  [() => `event_id=${events[2]}`, [2]],
  [() => `destination_id=${destinationId}&event_type=order.created`, [6, 3, 0]],
])('deliveries are filtered: %s', async (query, expected) => {
  const { results } = await list<Delivery>(`/api/deliveries/?${query()}`, ownKey);
  expect(results.map(({ event_id }) => events.indexOf(event_id))).toEqual(expected);
});

it.each(['page=1', 'state=lost', 'created_after=yesterday', 'cursor=x', 'page_size=101', 'event_id=1'])(
  'an unknown or wrong parameter is 400: %s',
  async (query) => {
    const { status, body } = await app.get(`/api/deliveries/?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'unknown_parameter',
      errors: { [query.split('=')[0] ?? '']: [expect.any(String)] },
    });
  },
);

it('an event is read with its payload as it was received', async () => {
  const path = `/api/events/${events[1]}/`;
  expect((await app.get(path)).body).toEqual({
    event_id: events[1],
    external_id: 'event-1',
    account_id: own.accountId,
    event_type: 'order.paid',
    content_type: 'application/json',
    size: PAYLOAD.length,
    received_at: expect.any(String),
  });
  const response = await fetch(`${app.url}${path}payload/`, { headers: { Authorization: `Bearer ${app.apiKey}` } });
  expect(await response.text()).toBe(PAYLOAD);
  expect(response.headers.get('content-type')).toBe('application/json');
});

it('an attempt tells what was sent, secrets masked, and what came back, cut at 16 KiB', async () => {
  const [delivery] = (await list<Delivery>('/api/deliveries/?state=failed')).results;
  const { results } = await list<{ response_body: string }>(`/api/deliveries/${delivery?.id}/attempts/`);
  expect(results).toEqual([
    expect.objectContaining({
      id: `${delivery?.id}:1`,
      delivery_id: delivery?.id,
      number: 1,
      method: 'POST',
      url: `${receiver.url}/`,
      request_headers: expect.objectContaining({ Authorization: '********', 'X-Open': ['a', 'b'] }),
      status: 500,
      response_headers: expect.objectContaining({ 'x-why': 'x' }),
      address: '127.0.0.1',
      timings: expect.objectContaining({ total: expect.any(Number) }),
      error_code: 'server_error',
      message: expect.stringContaining('500'),
    }),
  ]);
  // Not by a matcher: a difference would print it all.
  expect(results[0]?.response_body.length).toBe(16_384);
  expect(JSON.stringify(results)).not.toContain('s3cret');
});

it('an attempt by GET tells the whole URL that was asked', async () => {
  const sender = await newSender(app);
  await newDestination(app, sender, `${receiver.url}/in?own=1`, { http_method: 'GET' });
  const delivery = await untilState(app, await push(app, sender, '{"a":"x y"}'), 'delivered');
  const { results } = await list(`/api/deliveries/${delivery.id}/attempts/`);
  expect(results).toMatchObject([{ method: 'GET', url: `${receiver.url}/in?own=1&a=x%20y` }]);
});

describe('a key that is bound to an account', () => {
  it('sees its own only', async () => {
    const seen = await list<{ account_id: string }>('/api/events/', ownKey);
    expect(new Set(seen.results.map(({ account_id }) => account_id))).toEqual(new Set([own.accountId]));
    expect((await list(`/api/events/?account_id=${other.accountId}`, ownKey)).results).toEqual([]);
    expect((await list('/api/deliveries/', ownKey)).results).toHaveLength(events.length);
  });

  it('finds nothing of another', async () => {
    const { id } = (await list<Delivery>(`/api/deliveries/?event_id=${othersEvent}`)).results[0] ?? { id: '' };
    const paths = [
      `events/${othersEvent}`,
      `events/${othersEvent}/payload`,
      `deliveries/${id}`,
      `deliveries/${id}/attempts`,
    ];
    for (const path of paths) expect(await app.get(`/api/${path}/`, { apiKey: ownKey })).toMatchObject({ status: 404 });
    const retry = await app.post(`/api/deliveries/${id}/retry/`, undefined, { apiKey: ownKey });
    expect(retry).toMatchObject({ status: 404 });
    expect(await app.get('/api/events/', { apiKey: null })).toMatchObject({ status: 401 });
  });
});
