import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/api-client.js';
import { fillFinished, newSender, type Sender, startWithReceiver, until } from '../support/ledger.js';
import type { Receiver } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';

/** Conditional requests (RFC 9110, section 13) over every resource there is. */
let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;
let sender: Sender;
let destinationId: string;
let deliveryId: string;
const paths: Record<string, string> = {};

const etagOf = (answer: Answer): string => String(answer.headers.get('etag'));
const tag = async (path: string): Promise<string> => etagOf(await api.admin.get(path));
const statuses = (answers: readonly Answer[]): number[] =>
  answers.map(({ status }) => status).toSorted((one, other) => one - other);

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver());
  sender = await newSender(api);
  destinationId = await sender.destination(`${receiver.url}/seen`);
  const { event_id: eventId } = (await sender.push('{"a": 1}')).body;
  const listed = await until(
    () => api.admin.get(`/api/deliveries/?event_id=${eventId}`),
    ({ body }) => body.results[0]?.state === 'delivered',
  );
  deliveryId = listed.body.results[0].id;
  const replay = (await api.admin.post('/api/replays/')).body.id;
  Object.assign(paths, {
    'an account': `/api/accounts/${sender.accountId}/`,
    'a destination': `/api/destinations/${destinationId}/`,
    'a signing secret': `/api/destinations/${destinationId}/signing-secret/`,
    'an event': `/api/events/${eventId}/`,
    'a payload': `/api/events/${eventId}/payload/`,
    'a delivery': `/api/deliveries/${deliveryId}/`,
    'the attempts of a delivery': `/api/deliveries/${deliveryId}/attempts/`,
    'a replay': `/api/replays/${replay}/`,
    accounts: '/api/accounts/',
    destinations: '/api/destinations/',
    'the destinations of an account': `/api/accounts/${sender.accountId}/destinations/`,
    events: '/api/events/',
    deliveries: '/api/deliveries/',
    replays: '/api/replays/',
  });
});
afterAll(() => stop());

describe.each([
  'an account',
  'a destination',
  'a signing secret',
  'an event',
  'a payload',
  'a delivery',
  'the attempts of a delivery',
  'a replay',
  'accounts',
  'destinations',
  'the destinations of an account',
  'events',
  'deliveries',
  'replays',
])('%s', (name) => {
  it('has a strong entity tag that stays while it stays', async () => {
    const path = paths[name]!;
    const etag = await tag(path);
    expect(etag).toMatch(/^"[^"]+"$/);
    expect(await tag(path)).toBe(etag);
  });

  it('is 304 without a body for who has it, by GET and HEAD', async () => {
    const path = paths[name]!;
    const etag = await tag(path);
    for (const method of ['GET', 'HEAD']) {
      for (const known of [etag, `W/${etag}`, '*', `"x", ${etag}`]) {
        const answer = await api.admin.send(method, path, undefined, { 'If-None-Match': known });
        expect(answer, known).toMatchObject({ status: 304, body: undefined });
        expect(etagOf(answer)).toBe(etag);
      }
      expect((await api.admin.send(method, path, undefined, { 'If-None-Match': '"x"' })).status).toBe(200);
    }
  });

  it('has a HEAD that answers as GET without its body', async () => {
    const path = paths[name]!;
    const [got, head] = [await api.admin.get(path), await api.admin.send('HEAD', path)];
    expect(head).toMatchObject({ status: 200, body: undefined });
    for (const header of ['etag', 'content-type', 'content-length', 'cache-control']) {
      expect(head.headers.get(header), header).toBe(got.headers.get(header));
    }
  });

  it('says by OPTIONS and by 405 what is allowed', async () => {
    const path = paths[name]!;
    const options = await api.admin.send('OPTIONS', path);
    expect(options).toMatchObject({ status: 204, body: undefined });
    const allow = String(options.headers.get('allow'));
    expect(allow).toMatch(/GET, HEAD, OPTIONS/);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      if (allow.includes(method)) continue;
      const refused = await api.admin.send(method, path);
      expect(refused).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
      expect(refused.headers.get('allow')).toBe(allow);
    }
  });
});

it('a list has another tag once something in it has changed', async () => {
  const path = `/api/accounts/${sender.accountId}/destinations/`;
  const before = await tag(path);
  await api.admin.patch(`/api/destinations/${destinationId}/`, { description: 'changed' });
  expect(await api.admin.get(path, { 'If-None-Match': before })).toMatchObject({ status: 200 });
});

it('an entity tag is not given to who may not read', async () => {
  const answer = await api.as('').get(paths['an account']!, { 'If-None-Match': '*' });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('etag')).toBeNull();
});

describe('of five who act on the same version one wins:', () => {
  const five = (act: () => Promise<Answer>): Promise<Answer[]> => Promise.all(Array.from({ length: 5 }, act));

  it('rotating a token', async () => {
    const path = `/api/accounts/${(await newSender(api)).accountId}/`;
    const headers = { 'If-Match': await tag(path) };
    const answers = await five(() => api.admin.post(`${path}rotate-token/`, {}, headers));
    expect(statuses(answers)).toEqual([200, 412, 412, 412, 412]);
    expect(await tag(path)).toBe(etagOf(answers.find(({ status }) => status === 200)!));
  });

  it('rotating a signing secret, by its own tag', async () => {
    const path = `/api/destinations/${destinationId}/signing-secret/`;
    const headers = { 'If-Match': await tag(path) };
    const answers = await five(() => api.admin.post(`${path}rotate/`, {}, headers));
    expect(statuses(answers)).toEqual([200, 412, 412, 412, 412]);
    expect(await tag(path)).toBe(etagOf(answers.find(({ status }) => status === 200)!));
  });

  it('changing a destination', async () => {
    const path = `/api/destinations/${destinationId}/`;
    const headers = { 'If-Match': await tag(path) };
    let n = 0;
    const answers = await five(() => api.admin.patch(path, { description: `by ${++n}` }, headers));
    expect(statuses(answers)).toEqual([200, 412, 412, 412, 412]);
  });

  it('retrying a delivery', async () => {
    const held = await sender.destination(`${receiver.url}/held`, { rate_limit: 0.001 });
    const { accountId } = sender;
    const [eventId] = await fillFinished(api.sql, { accountId, destinationId: held, count: 1 });
    const { id } = (await api.admin.get(`/api/deliveries/?event_id=${eventId}`)).body.results[0];
    const path = `/api/deliveries/${id}/`;
    const headers = { 'If-Match': await tag(path) };
    const answers = await five(() => api.admin.post(`${path}retry/`, undefined, headers));
    expect(statuses(answers)).toEqual([202, 412, 412, 412, 412]);
  });

  it('starting a replay', async () => {
    const { id } = (await api.admin.post('/api/replays/', { pace: 1 })).body;
    const path = `/api/replays/${id}/`;
    const headers = { 'If-Match': await tag(path) };
    const answers = await five(() => api.admin.post(`${path}start/`, undefined, headers));
    expect(statuses(answers)).toEqual([200, 412, 412, 412, 412]);
  });
});

it.each(['pause', 'cancel'])('a replay that has moved on is not stopped by who has not seen it: %s', async (action) => {
  const { id } = (await api.admin.post('/api/replays/')).body;
  const path = `/api/replays/${id}/`;
  const stale = await tag(path);
  await api.admin.post(`${path}start/`);
  const refused = await api.admin.post(`${path}${action}/`, undefined, { 'If-Match': stale });
  expect(refused).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
});

it('a delivered one is a conflict, whatever its tag', async () => {
  const path = `/api/deliveries/${deliveryId}/`;
  const answer = await api.admin.post(`${path}retry/`, undefined, { 'If-Match': await tag(path) });
  expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
});
