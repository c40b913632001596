import { afterAll, beforeAll, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.js';
import { GITHUB_PAYLOADS, ODD_PAYLOADS, type Payload, queryBytes } from '../support/payloads.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.js';
import { type Delivery, newDestination, newSender, push } from '../support/sender.js';

/** What real senders send, and what JSON allows, through the whole product by every method at once. */
const BODY_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
const MAX_URL_BYTES = 8_192;
const SENDERS = 16;
const WAIT_MS = 200_000;
const TEST_MS = 300_000;

let app: App;
const receivers = new Map<string, Receiver>();

beforeAll(async () => {
  app = await startApp();
  for (const method of [...BODY_METHODS, 'GET']) receivers.set(method, await startReceiver());
});
afterAll(async () => {
  await app.stop();
  await Promise.all([...receivers.values()].map((receiver) => receiver.close()));
});

const receiverOf = (method: string): Receiver => {
  const receiver = receivers.get(method);
  if (!receiver) throw new Error(`no receiver for ${method}`);
  return receiver;
};

it.each([
  ['GitHub’s webhooks', GITHUB_PAYLOADS],
  ['odd but valid JSON', ODD_PAYLOADS],
])('%s arrive byte by byte, and by GET parameter by parameter', { timeout: TEST_MS }, async (_what, payloads) => {
  const sender = await newSender(app);
  for (const [http_method, { url }] of receivers) {
    await newDestination(app, sender, `${url}/in?own=1`, { http_method, max_concurrency: 64 });
  }
  for (const receiver of receivers.values()) receiver.clear();
  const sent = await pushAll(payloads, (text) => push(app, sender, text));

  for (const method of BODY_METHODS) {
    const requests = await receiverOf(method).waitFor(payloads.length, WAIT_MS);
    expect(requests).toHaveLength(payloads.length);
    for (const request of requests) {
      const payload = payloadOf(request, sent);
      expect(request.method).toBe(method);
      // Not by toEqual: a difference in a megabyte is nothing to print.
      expect(request.body.equals(Buffer.from(payload.text))).toBe(true);
    }
    expect(new Set(requests.map((request) => request.header('webhook-id'))).size).toBe(payloads.length);
  }

  const get = receiverOf('GET');
  const base = `${get.url}/in?own=1&`.length;
  const fitting = payloads.filter(({ parameters }) => base + queryBytes(parameters) <= MAX_URL_BYTES);
  const requests = await get.waitFor(fitting.length, WAIT_MS);
  for (const request of requests) {
    const { parameters } = payloadOf(request, sent);
    expect([...new URLSearchParams(request.query)]).toEqual([['own', '1'], ...parameters]);
  }
  const tooLong = async (): Promise<number> => (await failed(sender.accountId)).length;
  await expect.poll(tooLong, { timeout: WAIT_MS }).toBe(payloads.length - fitting.length);
  expect(requests).toHaveLength(fitting.length);
  expect(new Set((await failed(sender.accountId)).map(({ reason }) => reason))).toEqual(new Set(['url_too_long']));
});

/** Several at a time; returns each payload by the id of its event. */
async function pushAll(
  payloads: readonly Payload[],
  send: (text: string) => Promise<string>,
): Promise<Map<string, Payload>> {
  const sent = new Map<string, Payload>();
  const queue = payloads.values();
  const work = async (): Promise<void> => {
    for (const payload of queue) sent.set(await send(payload.text), payload);
  };
  await Promise.all(Array.from({ length: SENDERS }, work));
  return sent;
}

function payloadOf(request: ReceivedRequest, sent: ReadonlyMap<string, Payload>): Payload {
  const payload = sent.get(request.header('webhook-id') ?? '');
  if (!payload) throw new Error('Something came that was not sent');
  return payload;
}

async function failed(accountId: string): Promise<Delivery[]> {
  const found: Delivery[] = [];
  let path: string | null = `/api/deliveries/?account_id=${accountId}&state=failed&page_size=100`;
  while (path !== null) {
    const { body }: { body: { next: string | null; results: Delivery[] } } = await app.get(path);
    found.push(...body.results);
    path = body.next;
  }
  return found;
}
