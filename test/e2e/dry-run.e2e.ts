import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundTo, newSender, startWithReceiver } from '../support/ledger.js';
import type { Receiver } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';
import { ok, type Schemas } from '../support/typed-client.js';

let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver());
});
afterAll(() => stop());

/** More levels than the call stack holds. */
const DEEP = `{"event":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;

describe('a dry run', () => {
  it('shows for every destination what would be sent and why, and sends nothing', async () => {
    const sender = await newSender(api);
    const headers = { 'X-Api-Key': 'secret', 'X-Tag': ['a', 'b'] };
    const all = await sender.destination(`${receiver.url}/all?x=1`, { headers });
    const get = await sender.destination(`${receiver.url}/get`, { http_method: 'GET', event_types: ['order'] });
    const other = await sender.destination(`${receiver.url}/other`, { event_types: ['other'] });
    const off = await sender.destination(`${receiver.url}/off`, { enabled: false });
    const before = receiver.requests.length;
    const { destinations } = await ok(
      api.admin.typed.POST('/api/accounts/{account_id}/dry-run', {
        params: { path: { account_id: sender.accountId } },
        body: { event: { id: 4711, tags: ['x'] }, event_type: 'order' },
      }),
    );
    const results = new Map(destinations.map((item) => [item.destination_id, item]));
    expect(results.size).toBe(4);
    expect(results.get(all)).toMatchObject({
      outcome: 'sent',
      explanation: 'It wants events of every type.',
      request: {
        method: 'POST',
        url: `${receiver.url}/all?x=1`,
        headers: { 'X-Api-Key': '********', 'X-Tag': ['a', 'b'], 'Content-Type': 'application/json' },
        body: '{"id":4711,"tags":["x"]}',
      },
    });
    expect(results.get(get)).toMatchObject({
      outcome: 'sent',
      explanation: 'It wants events of type "order".',
      request: { method: 'GET', url: `${receiver.url}/get?id=4711&tags%5B%5D=x`, body: null },
    });
    expect(results.get(other)).toMatchObject({
      outcome: 'skipped',
      explanation: expect.stringContaining('"other" only'),
    });
    expect(results.get(off)).toMatchObject({ outcome: 'held', explanation: expect.stringContaining('disabled') });
    expect(receiver.requests.length).toBe(before);
    expect(await api.sql('SELECT 1 FROM events WHERE account_id = $1', [sender.accountId])).toEqual([]);
  });

  it('of one destination shows the very request that its test then makes', async () => {
    const sender = await newSender(api);
    const id = await sender.destination(`${receiver.url}/one`, { event_types: ['order'] });
    const event = { a: [1, { b: null }] };
    const test = (body?: Schemas['TestInput']) =>
      ok(api.admin.typed.POST('/api/destinations/{id}/test', { params: { path: { id } }, body }));
    const dry = (await test({ dry_run: true, event, event_type: 'order' })) as Schemas['DryRunBody'];
    expect(dry).toMatchObject({ destination_id: id, outcome: 'sent' });
    expect(await test({ dry_run: true, event })).toMatchObject({ outcome: 'skipped' });
    expect(receiver.requests.some((request) => request.url === '/one')).toBe(false);
    expect(await test({ event })).toMatchObject({ delivered: true, payload: JSON.stringify(event), status: 200 });
    const request = receiver.requests.find(({ url }) => url === '/one');
    expect(request?.body.toString()).toBe(dry.request?.body);
    const own = (name: string): boolean => !/^(webhook-|host$|connection$|content-length$)/i.test(name);
    const shown = Object.keys(dry.request?.headers ?? {}).filter(own);
    expect(request?.rawHeaders.filter((name, index) => index % 2 === 0 && own(name))).toEqual(shown);
    expect(await test()).toMatchObject({ payload: expect.stringContaining('data_pusher.test') });
  });

  it('refuses what is no event, and strangers', async () => {
    const [sender, stranger] = [await newSender(api), await newSender(api)];
    const id = await sender.destination(`${receiver.url}/refused`);
    const paths = [`/api/destinations/${id}/test/`, `/api/accounts/${sender.accountId}/dry-run/`];
    const other = await boundTo(api, stranger.accountId);
    for (const path of paths) {
      for (const body of [{ event: 5 }, { event: 'x' }, { event_type: '' }, { unknown: 1 }, [], DEEP]) {
        const answer = await api.admin.post(path, body);
        expect(answer.status, `${path} ${JSON.stringify(body).slice(0, 80)}`).toBe(400);
      }
      expect((await other.post(path, {})).status).toBe(404);
    }
    expect((await api.admin.post(paths[0] ?? '', { dry_run: 'yes' })).status).toBe(400);
    expect(receiver.requests.some((request) => request.url === '/refused')).toBe(false);
  });
});
