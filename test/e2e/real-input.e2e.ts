import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toQueryParameters } from '../../src/delivery/push/query-parameters.js';
import { newSender, type Sender, startWithReceiver } from '../support/ledger.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';

/** What is received is what arrives: the real payloads of all GitHub webhooks, and what breaks those who re-serialise. */
const WAIT_MS = 100_000;
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;
const MIB = 1_048_576;
const MAX_URL_BYTES = 8_192;

interface Examples {
  readonly name: string;
  readonly examples: readonly unknown[];
}
const webhooks = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Examples[];

let api: TestApi;
let receivers: Map<string, Receiver>;
let stop: () => Promise<void>;
let sender: Sender;

beforeAll(async () => {
  const started = await startWithReceiver();
  ({ api, stop } = started);
  receivers = new Map();
  sender = await newSender(api);
  for (const method of METHODS) {
    const receiver = await startReceiver();
    receivers.set(method, receiver);
    await sender.destination(`${receiver.url}/in?own=1`, { http_method: method, max_concurrency: 8 });
  }
});
afterAll(async () => {
  for (const receiver of receivers.values()) await receiver.close();
  await stop();
});

interface Sent {
  readonly payload: Buffer;
  readonly type: string;
}

/** Pushes all and compares what every receiver got with what was sent. */
async function pushAndCompare(payloads: readonly Sent[]): Promise<void> {
  for (const receiver of receivers.values()) receiver.clear();
  const sent = new Map<string, Sent>();
  const waiting = [...payloads];
  const push = async (): Promise<void> => {
    for (let item = waiting.shift(); item; item = waiting.shift()) {
      const answer = await sender.push(item.payload, { 'CL-X-EVENT-TYPE': item.type });
      expect(answer).toMatchObject({ status: 202, body: { destinations: METHODS.length } });
      sent.set(String(answer.body.event_id), item);
    }
  };
  await Promise.all(Array.from({ length: 8 }, push));
  for (const [method, receiver] of receivers) {
    const expected = method === 'GET' ? [...sent.values()].filter(fitsUrl).length : payloads.length;
    const requests = await receiver.waitFor(expected, WAIT_MS);
    expect(requests).toHaveLength(expected);
    expect(new Set(requests.map((request) => request.header('webhook-id'))).size).toBe(expected);
    for (const request of requests) compare(method, request, sent.get(request.header('webhook-id') ?? ''));
  }
  await expectTooLongFailed([...sent].filter(([, item]) => !fitsUrl(item)).map(([eventId]) => eventId));
}

const queryOf = ({ payload }: Sent): string => {
  const parameters = toQueryParameters(payload.toString());
  return parameters === '' ? 'own=1' : `own=1&${parameters}`;
};
const fitsUrl = (item: Sent): boolean => `${receivers.get('GET')?.url}/in?${queryOf(item)}`.length <= MAX_URL_BYTES;

function compare(method: string, request: ReceivedRequest, item: Sent | undefined): void {
  if (!item) throw new Error('arrived without having been sent');
  expect(request.method).toBe(method);
  if (method === 'GET') {
    expect(request.query).toBe(queryOf(item));
    expectParameters(request, item);
  } else if (!request.body.equals(item.payload)) {
    throw new Error(`${item.type} by ${method}: ${request.body.length} bytes arrived of ${item.payload.length}`);
  }
}

/** Read by the platform's own parser, each parameter has the value that its path has in the payload. */
function expectParameters(request: ReceivedRequest, { payload }: Sent): void {
  const parsed: unknown = JSON.parse(payload.toString());
  const arrived = [...new URL(request.url, 'http://a').searchParams].slice(1);
  const expected = Array.isArray(parsed) ? [['data', payload.toString()]] : flatten('', parsed);
  // Numbers go as they were written, which parsing has lost: compared as numbers, -0 as 0.
  const plain = ([name, value]: string[]): unknown[] => [name, Number.isNaN(Number(value)) ? value : Number(value) + 0];
  expect(arrived.map(plain)).toEqual(expected.map(plain));
}

function flatten(name: string, value: unknown): string[][] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      flatten(`${name}[${typeof item === 'object' && item !== null ? index : ''}]`, item),
    );
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, member]) => flatten(name === '' ? key : `${name}[${key}]`, member));
  }
  if (value === null) return [[name, '']];
  return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
}

async function expectTooLongFailed(eventIds: readonly string[]): Promise<void> {
  const states = `SELECT count(*)::int AS n FROM finished_deliveries
     WHERE event_id = ANY ($1) AND http_method = 'GET' AND state = 'failed' AND reason = 'url_too_long'`;
  await expect.poll(async () => api.sql(states, [eventIds]), { timeout: WAIT_MS }).toEqual([{ n: eventIds.length }]);
}

it('every payload of every GitHub webhook arrives by every method as it was received', async () => {
  const payloads = webhooks.flatMap(({ name, examples }) =>
    examples.map((example, index) => ({
      type: name,
      // GitHub's own form, and one with line breaks and indentation.
      payload: Buffer.from(JSON.stringify(example, null, index % 2 ? 2 : 0)),
    })),
  );
  expect(payloads.length).toBeGreaterThan(150);
  await pushAndCompare(payloads);
});

it('what re-serialising would change arrives as it was received', async () => {
  const texts = [
    '{"beyond":9007199254740993,"far":123456789012345678901234567890,"fraction":0.1000000000000000055511151231257827}',
    '{"one":1.0,"exponent":1E+2,"minus":-0,"small":1e-7}',
    '{"a":1,"b":2,"a":3}',
    '{"a":{"x":1,"x":[]},"a":{"x":"last"}}',
    '  {\r\n\t"odd" :\n\n"spacing" , "x":[ 1,2 ,\t3]\r}  \n',
    '{"face":"\u{1f600}","flag":"\u{1f1e9}\u{1f1ea}","last":"\u{10ffff}"}',
    '{"escaped":"\\ud83d\\ude00\\u00e9\\/\\b","quote":"\\"\\\\"}',
    '{"__proto__":{"a":1},"constructor":"x","":"empty name"}',
    '{"10":"a","2":"b","1":"c"}',
    '{}',
    '[]',
    '[{}]',
    '{"empty":{},"none":[],"x":1}',
    '[1.0,"\u{1f680}",null,{"a":[true,false]}]',
  ];
  const parseable = texts.filter((text) => !/"a":.*"a":|__proto__|"10"/.test(text));
  await pushAndCompare(parseable.map((text) => ({ type: 'odd', payload: Buffer.from(text) })));
  // Where the platform's parser has another idea of order or duplicates only bytes and the raw query are compared.
  for (const text of texts.filter((candidate) => !parseable.includes(candidate))) {
    for (const receiver of receivers.values()) receiver.clear();
    await sender.push(text);
    for (const [method, receiver] of receivers) {
      const [request] = await receiver.waitFor(1, WAIT_MS);
      if (method === 'GET') expect(request?.query).toBe(queryOf({ type: '', payload: Buffer.from(text) }));
      else expect(request?.body.toString()).toBe(text);
    }
  }
});

it('bodies of 1 MiB arrive whole, and as GET fail with their reason', async () => {
  const filled = (head: string, fill: string, tail: string): Buffer => {
    const room = MIB - Buffer.byteLength(head) - Buffer.byteLength(tail);
    const count = Math.floor(room / Buffer.byteLength(fill));
    return Buffer.from(head + fill.repeat(count) + ' '.repeat(room - count * Buffer.byteLength(fill)) + tail);
  };
  const payloads = [
    filled('{"a":"', 'x', '"}'),
    filled('{"faces":"', '\u{1f600}', '"}'),
    filled('[', '[],', '[]]'),
    filled('{"n":[', '12345678901234567890,', '1]}'),
  ];
  expect(payloads.map((payload) => payload.length)).toEqual([MIB, MIB, MIB, MIB]);
  await pushAndCompare(payloads.map((payload) => ({ type: 'large', payload })));
});
