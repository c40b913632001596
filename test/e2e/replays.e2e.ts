import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundTo, fillFinished, newSender, startWithReceiver, until } from '../support/ledger.js';
import type { Receiver } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';

let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver());
});
afterAll(() => stop());

const arrived = (path: string) => receiver.requests.filter((request) => request.url === path);
const idsAt = (path: string) => arrived(path).map((request) => String(request.header('webhook-id')));
const ended = (id: string) =>
  until(
    () => api.admin.get(`/api/replays/${id}/`),
    ({ body }) => body.state === 'finished',
  );
const HOUR_MS = 3_600_000;
/** More than could come to an end, at 20 a second, before it is paused or cancelled. */
const PACED = 2_000;

describe('a bulk replay', () => {
  it('counts first, then retries what failed, once each, and nothing else', async () => {
    const [sender, stranger] = [await newSender(api), await newSender(api)];
    const destinationId = await sender.destination(`${receiver.url}/bulk`);
    const gone = await sender.destination(`${receiver.url}/gone`);
    const foreign = await stranger.destination(`${receiver.url}/foreign`);
    const { accountId } = sender;
    const failed = await fillFinished(api.sql, { accountId, destinationId, count: 300 });
    await fillFinished(api.sql, { accountId, destinationId: gone, count: 5 });
    await fillFinished(api.sql, { accountId, destinationId, count: 20, state: 'delivered', reason: null });
    await fillFinished(api.sql, { accountId, destinationId, count: 20, reason: 'timed_out' });
    await fillFinished(api.sql, { accountId, destinationId, count: 20, atMs: Date.now() - 2 * HOUR_MS });
    await fillFinished(api.sql, { accountId: stranger.accountId, destinationId: foreign, count: 20 });
    await api.admin.delete(`/api/destinations/${gone}/`);
    const created = await api.admin.post('/api/replays/', {
      account_id: accountId,
      reason: 'server_error',
      created_after: new Date(Date.now() - HOUR_MS).toISOString(),
      pace: 2_000,
    });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`/api/replays/${created.body.id}/`);
    expect(created.body).toMatchObject({ state: 'counted', total: 305, total_is_exact: true, done: 0, pace: 2_000 });
    expect(created.body.filter).toMatchObject({ account_id: accountId, state: 'failed', reason: 'server_error' });
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(arrived('/bulk')).toEqual([]);
    expect((await api.admin.post(`/api/replays/${created.body.id}/start/`)).body.state).toBe('running');
    expect((await ended(created.body.id)).body).toMatchObject({ done: 300, skipped: 5, total: 305 });
    await receiver.waitFor(() => arrived('/bulk').length >= 300);
    expect(idsAt('/bulk').toSorted()).toEqual(failed.toSorted());
    expect(arrived('/foreign')).toEqual([]);
    const one = `SELECT count(*)::int AS deliveries, max(lease_number) AS lease FROM finished_deliveries WHERE event_id = $1`;
    await until(
      () => api.admin.get(`/api/deliveries/?event_id=${failed[0]}`),
      ({ body }) => body.results[0].state === 'delivered',
    );
    expect(await api.sql(one, [failed[0]])).toEqual([{ deliveries: 1, lease: 4 }]);
  });

  it('sends what was delivered anew, as new deliveries, once', async () => {
    const sender = await newSender(api);
    const destinationId = await sender.destination(`${receiver.url}/anew`);
    const { accountId } = sender;
    const ids = await fillFinished(api.sql, { accountId, destinationId, count: 50, state: 'delivered', reason: null });
    const { body } = await api.admin.post('/api/replays', { destination_id: destinationId, state: 'delivered' });
    await api.admin.post(`/api/replays/${body.id}/start`);
    expect((await ended(body.id)).body).toMatchObject({ done: 50, skipped: 0 });
    await receiver.waitFor(() => arrived('/anew').length >= 50);
    expect(idsAt('/anew').toSorted()).toEqual(ids.toSorted());
    const list = await until(
      () => api.admin.get(`/api/deliveries/?event_id=${ids[0]}&state=delivered`),
      ({ body: page }) => page.results.length === 2,
    );
    expect(new Set(list.body.results.map((row: { created_at: string }) => row.created_at)).size).toBe(1);
  });

  it('keeps its pace, can be paused, goes on, and is cancelled for good', async () => {
    const sender = await newSender(api);
    const destinationId = await sender.destination(`${receiver.url}/pace`);
    await fillFinished(api.sql, { accountId: sender.accountId, destinationId, count: PACED });
    const { id } = (await api.admin.post('/api/replays/', { destination_id: destinationId, pace: 20 })).body;
    const change = (name: string) => api.admin.post(`/api/replays/${id}/${name}/`);
    expect(await change('pause')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const startedMs = Date.now();
    expect((await change('start')).status).toBe(200);
    expect((await change('start')).status).toBe(409);
    await receiver.waitFor(() => arrived('/pace').length >= 40);
    const seconds = (Date.now() - startedMs) / 1000;
    expect(arrived('/pace').length / 20).toBeLessThan(seconds + 1.5);
    const paused = await change('pause');
    expect(paused.body).toMatchObject({ state: 'paused', total: PACED });
    // What was handed on arrives a little later, and nothing after it.
    await receiver.waitFor(() => arrived('/pace').length >= paused.body.done);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(arrived('/pace').length).toBe(paused.body.done);
    const before = await api.admin.get(`/api/replays/${id}/`);
    expect(before.body.done).toBe(paused.body.done);
    expect(
      (await api.admin.get(`/api/replays/${id}/`, { 'If-None-Match': String(before.headers.get('etag')) })).status,
    ).toBe(304);
    await change('start');
    await receiver.waitFor(() => arrived('/pace').length > paused.body.done);
    const cancelled = await change('cancel');
    expect(cancelled.body).toMatchObject({ state: 'cancelled', finished_at: expect.any(String) });
    expect((await change('start')).status).toBe(409);
    expect(cancelled.body.done).toBeLessThan(PACED);
  });

  it('takes the chosen ones only, cancels what waits, and brings forward what is to be retried', async () => {
    const sender = await newSender(api);
    const destinationId = await sender.destination(`${receiver.url}/chosen`, { enabled: false });
    for (let number = 0; number < 3; number++) await sender.push({ number });
    const path = `/api/deliveries/?destination_id=${destinationId}`;
    const ids = async (more: string) =>
      (await api.admin.get(path + more)).body.results.map(({ id }: { id: string }) => id) as string[];
    const held = await ids('&unfinished=true');
    expect(held).toHaveLength(3);
    const cancel = { action: 'cancel', state: 'held', destination_id: destinationId, delivery_ids: held.slice(0, 2) };
    const { id, total } = (await api.admin.post('/api/replays/', cancel)).body;
    expect(total).toBe(2);
    await api.admin.post(`/api/replays/${id}/start/`);
    expect((await ended(id)).body).toMatchObject({ action: 'cancel', done: 2, skipped: 0 });
    expect(await ids('&state=cancelled&reason=cancelled_by_person')).toEqual(held.slice(0, 2));
    expect(await api.admin.post(`/api/deliveries/${held[0]}/cancel/`)).toMatchObject({ status: 409 });
    expect(await ids('&finished_after=2026-01-01T00:00:00Z&unfinished=true')).toEqual([]);

    receiver.answer((request) => ({ status: request.url === '/chosen' ? 503 : 200 }));
    await api.admin.patch(`/api/destinations/${destinationId}/`, { enabled: true, retry_schedule: [3_600, 3_600] });
    await until(
      () => api.admin.get(`${path}&state=retrying`),
      ({ body }) => body.results.length === 1,
    );
    const before = arrived('/chosen').length;
    receiver.answer({ status: 200 });
    const { body } = await api.admin.post('/api/replays/', { state: 'retrying', destination_id: destinationId });
    await api.admin.post(`/api/replays/${body.id}/start/`);
    await receiver.waitFor(() => arrived('/chosen').length > before);
    expect((await ended(body.id)).body).toMatchObject({ done: 1, skipped: 0 });
  });

  it('is seen by its account only', async () => {
    const [sender, stranger] = [await newSender(api), await newSender(api)];
    const destinationId = await sender.destination(`${receiver.url}/scope`);
    await fillFinished(api.sql, { accountId: sender.accountId, destinationId, count: 3 });
    const [own, other] = [await boundTo(api, sender.accountId), await boundTo(api, stranger.accountId)];
    const { body } = await own.post('/api/replays/');
    expect(body).toMatchObject({ total: 3, filter: { account_id: sender.accountId } });
    expect((await other.post('/api/replays/', { destination_id: destinationId })).body.total).toBe(0);
    expect((await other.post('/api/replays/', { account_id: sender.accountId })).status).toBe(404);
    expect((await other.get(`/api/replays/${body.id}`)).status).toBe(404);
    for (const name of ['start', 'pause', 'cancel']) {
      expect((await other.post(`/api/replays/${body.id}/${name}`)).status).toBe(404);
    }
    const seen = (await own.get('/api/replays/?state=counted&page_size=1')).body;
    expect(seen).toMatchObject({ results: [{ id: body.id }], next: null });
    const all = (await api.admin.get('/api/replays/?page_size=2')).body;
    expect(all.results).toHaveLength(2);
    const next = new URL(all.next);
    expect((await api.admin.get(next.pathname + next.search)).body.results[0].id).not.toBe(all.results[1].id);
  });

  it('refuses what it does not understand', async () => {
    for (const body of [
      { state: 'held' },
      { pace: 0 },
      { pace: 'fast' },
      { account_id: 'x' },
      { created_after: 'yesterday' },
      { created_before: 5 },
      { reason: '' },
      { action: 'cancel', state: 'failed' },
      { state: 'waiting', finished_after: '2026-01-01T00:00:00Z' },
      { delivery_ids: [] },
      { unknown: 1 },
      [],
    ]) {
      expect(await api.admin.post('/api/replays/', body), JSON.stringify(body)).toMatchObject({ status: 400 });
    }
    expect((await api.admin.get('/api/replays/?state=nope')).status).toBe(400);
    expect((await api.admin.get('/api/replays/nope/')).status).toBe(404);
    expect((await api.admin.delete('/api/replays/')).headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
  });
});
