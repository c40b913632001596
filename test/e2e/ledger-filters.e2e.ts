import { afterAll, beforeAll, expect, it } from 'vitest';
import { boundTo, newSender, type Sender, startWithReceiver, until } from '../support/ledger.js';
import { refusedUrl } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';
import type { paths } from '../support/api-schema.js';
import { ok } from '../support/typed-client.js';

let api: TestApi;
let stop: () => Promise<void>;
let sender: Sender;
let eventId: string;
let bad: string;
let refused: string;

beforeAll(async () => {
  const started = await startWithReceiver();
  ({ api, stop } = started);
  started.receiver.answer(({ url }) => ({ status: url === '/bad' ? 503 : 200 }));
  sender = await newSender(api);
  await sender.destination(`${started.receiver.url}/good`);
  bad = await sender.destination(`${started.receiver.url}/bad`, { retry_schedule: [3600] });
  refused = await sender.destination(await refusedUrl(), { retry_schedule: [] });
  await sender.push('{"n":0}');
  eventId = (await sender.push('{"n":1}', { 'CL-X-EVENT-ID': 'order-1' })).body.event_id;
  await until(
    () => api.admin.get('/api/deliveries/'),
    ({ body }) => body.results.every((row: { attempts: number }) => row.attempts === 1),
  );
});
afterAll(() => stop());

type QueryOf<Path extends 'deliveries' | 'deliveries/{id}/attempts'> =
  paths[`/api/${Path}`]['get']['parameters']['query'];

const destinationsOf = async (query: QueryOf<'deliveries'>): Promise<string[]> =>
  (await ok(api.admin.typed.GET('/api/deliveries', { params: { query } }))).results.map((row) => row.destination_id);

it('finds deliveries by the code of their last error, waiting and finished', async () => {
  expect(await destinationsOf({ error_code: 'server_error' })).toEqual([bad, bad]);
  expect(await destinationsOf({ error_code: 'connection_refused' })).toEqual([refused, refused]);
  expect(await destinationsOf({ error_code: 'connection_refused', state: 'retrying' })).toEqual([]);
  expect(await destinationsOf({ error_code: 'gone' })).toEqual([]);
  expect((await api.admin.get('/api/deliveries/?error_code=nope')).status).toBe(400);
});

it('finds deliveries and events by the id of the sender, with and without its account', async () => {
  for (const more of [{}, { account_id: sender.accountId }, { event_id: eventId }]) {
    expect(await destinationsOf({ external_id: 'order-1', ...more })).toHaveLength(3);
  }
  expect(await destinationsOf({ external_id: 'order-1', state: 'delivered' })).toHaveLength(1);
  expect(await destinationsOf({ external_id: 'order-2' })).toEqual([]);
  const events = await ok(api.admin.typed.GET('/api/events', { params: { query: { external_id: 'order-1' } } }));
  expect(events.results.map((row) => row.event_id)).toEqual([eventId]);
});

it('shows a stranger none of it', async () => {
  const stranger = await boundTo(api, (await newSender(api)).accountId);
  for (const path of [
    'deliveries/?external_id=order-1',
    'deliveries/?error_code=server_error',
    'events/?external_id=order-1',
  ]) {
    expect((await stranger.get(`/api/${path}`)).body.results, path).toEqual([]);
  }
  expect((await stranger.get(`/api/deliveries/?account_id=${sender.accountId}`)).body.results).toEqual([]);
  expect((await (await boundTo(api, sender.accountId)).get('/api/deliveries/')).body.results).toHaveLength(6);
});

it('finds attempts by status and error code', async () => {
  const { typed } = api.admin;
  const query = { destination_id: bad, page_size: 1 };
  const [delivery] = (await ok(typed.GET('/api/deliveries', { params: { query } }))).results;
  const path = { id: delivery?.id ?? '' };
  const numbersOf = async (query: QueryOf<'deliveries/{id}/attempts'>): Promise<number[]> =>
    (await ok(typed.GET('/api/deliveries/{id}/attempts', { params: { path, query } }))).results.map(
      (row) => row.number,
    );
  expect(await numbersOf({})).toEqual([1]);
  expect(await numbersOf({ status: 503, error_code: 'server_error' })).toEqual([1]);
  expect(await numbersOf({ status: 500 })).toEqual([]);
  expect(await numbersOf({ error_code: 'gone' })).toEqual([]);
});
