import { afterAll, beforeAll, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { boundTo, newSender, startWithReceiver, until } from '../support/ledger.js';
import type { Receiver } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';
import { ok } from '../support/typed-client.js';

let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver());
});
afterAll(() => stop());

const replay = (eventId: string, destinationIds?: string[] | null) =>
  api.admin.typed.POST('/api/events/{event_id}/replay', {
    params: { path: { event_id: eventId } },
    ...(destinationIds !== undefined && { body: { destination_ids: destinationIds } }),
  });
const arrived = (path: string) => receiver.requests.filter((request) => request.url === path);

it('sends an event again to who is enabled and wants it, under the same webhook-id', async () => {
  const sender = await newSender(api);
  const wanting = await sender.destination(`${receiver.url}/wanting`, { event_types: ['a'] });
  await sender.destination(`${receiver.url}/other`, { event_types: ['b'] });
  await sender.destination(`${receiver.url}/off`, { enabled: false });
  const payload = '{"n": 12345678901234567890, "n":1.0}';
  const { event_id: eventId } = (await sender.push(payload, { 'CL-X-EVENT-TYPE': 'a' })).body;
  await receiver.waitFor(() => arrived('/wanting').length === 1);
  const { data: replayed, response } = await replay(eventId);
  expect(response.status).toBe(202);
  expect(replayed).toMatchObject({
    event_id: eventId,
    deliveries: [{ destination_id: wanting, event_id: eventId }],
  });
  await receiver.waitFor(() => arrived('/wanting').length === 2);
  const [first, second] = arrived('/wanting');
  expect(second?.header('webhook-id')).toBe(eventId);
  expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
  const { secret } = await ok(
    api.admin.typed.GET('/api/destinations/{id}/signing-secret', { params: { path: { id: wanting } } }),
  );
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const headers = Object.fromEntries(names.map((name) => [name, second?.header(name) ?? '']));
  expect(() => new Webhook(secret).verify(payload, headers)).not.toThrow();
  const list = await until(
    () => api.admin.get(`/api/deliveries/?event_id=${eventId}&state=delivered`),
    ({ body }) => body.results.length === 2,
  );
  expect(list.body.results.map((row: { id: string }) => row.id)).toContain(replayed?.deliveries[0]?.id);
});

it('sends it to the chosen destinations, whatever they want', async () => {
  const sender = await newSender(api);
  const other = await sender.destination(`${receiver.url}/chosen`, { event_types: ['b'] });
  const off = await sender.destination(`${receiver.url}/chosen-off`, { enabled: false });
  const { event_id: eventId } = (await sender.push('{"a":1}', { 'CL-X-EVENT-TYPE': 'a' })).body;
  const { deliveries } = await ok(replay(eventId, [other, off, other.toUpperCase()]));
  const states = new Map(deliveries.map((row) => [row.destination_id, row.state]));
  expect(states.size).toBe(2);
  expect(states.get(off)).toBe('held');
  await receiver.waitFor(() => arrived('/chosen').length === 1);
  expect((await ok(replay(eventId, null))).deliveries).toEqual([]);
});

it('refuses what can not be sent', async () => {
  const [sender, stranger] = [await newSender(api), await newSender(api)];
  await sender.destination(`${receiver.url}/refused`);
  const foreign = await stranger.destination(`${receiver.url}/foreign`);
  const { event_id: eventId } = (await sender.push('{}')).body;
  const path = `/api/events/${eventId}/replay/`;
  for (const body of [{ destination_ids: [foreign] }, { destination_ids: [] }, { destination_ids: ['x'] }, { x: 1 }]) {
    expect(await api.admin.post(path, body)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  }
  expect((await (await boundTo(api, stranger.accountId)).post(path)).status).toBe(404);
  expect((await api.admin.post('/api/events/0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f/replay/')).status).toBe(404);
  await until(
    () => api.admin.get(`/api/deliveries/?event_id=${eventId}&state=delivered`),
    ({ body }) => body.results.length === 1,
  );
  await api.sql('DELETE FROM events WHERE event_id = $1', [eventId]);
  expect(await api.admin.post(path)).toMatchObject({ status: 409, body: { code: 'conflict' } });
});
