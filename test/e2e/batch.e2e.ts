import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSender, startWithReceiver } from '../support/ledger.js';
import type { Receiver } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';

let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver());
});
afterAll(() => stop());

const NDJSON = { 'Content-Type': 'application/x-ndjson' };

/** What was stored, in the order of the results. */
async function payloadsOf(results: { event_id?: string }[]): Promise<(string | undefined)[]> {
  const rows = await api.sql<{ event_id: string; text: string }>(
    `SELECT event_id, convert_from(payload, 'UTF8') AS text FROM events WHERE event_id = ANY ($1::uuid[])`,
    [results.map((result) => result.event_id).filter(Boolean)],
  );
  const texts = new Map(rows.map((row) => [row.event_id, row.text]));
  return results.map((result) => texts.get(result.event_id ?? ''));
}

describe('a batch', () => {
  it('stores and sends each item as its exact slice of an array', async () => {
    const sender = await newSender(api);
    await sender.destination(`${receiver.url}/slices`);
    const items = ['{"n" : 12345678901234567890,"n":1.0}', '[ "]},{" ]', '{"é":"💥\\u0000"}', '{}'];
    const answer = await sender.batch(` [ ${items.join(' ,\n')}\t] \n`);
    expect(answer.status).toBe(207);
    expect(answer.body).toMatchObject({ accepted: 4, refused: 0 });
    expect(answer.body.results[3]).toEqual({
      index: 3,
      status: 202,
      message: 'Data Received',
      event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      external_id: null,
      destinations: 1,
    });
    expect(await payloadsOf(answer.body.results)).toEqual(items);
    const sent = await receiver.waitFor(
      (requests) => requests.filter((request) => request.url === '/slices').length === items.length,
    );
    const bodies = sent.filter((request) => request.url === '/slices').map((request) => request.body.toString());
    expect(bodies.toSorted()).toEqual(items.toSorted());
    expect(sent[0]?.header('content-type')).toBe('application/json');
  });

  it.each(['application/x-ndjson', 'application/jsonl; charset=utf-8', 'Application/NDJSON'])(
    'takes lines as %s',
    async (type) => {
      const sender = await newSender(api);
      const answer = await sender.batch('{"a": 1}\r\n\n{"b":\n[2 ]', { 'Content-Type': type });
      expect(answer.status).toBe(207);
      expect(answer.body).toMatchObject({ accepted: 2, refused: 1 });
      expect(answer.body.results[1]).toEqual({
        index: 1,
        status: 400,
        code: 'invalid_data',
        error: 'Invalid Data',
        detail: expect.any(String),
        offset: expect.any(Number),
      });
      expect(await payloadsOf(answer.body.results)).toEqual(['{"a": 1}', undefined, '[2 ]']);
    },
  );

  it('is not all or nothing', async () => {
    const sender = await newSender(api);
    const deep = '['.repeat(65) + ']'.repeat(65);
    const answer = await sender.batch(`[{"a":1},5,null,"x",${deep},[]]`);
    expect(answer.body.results.map((result: { status: number }) => result.status)).toEqual([
      202, 400, 400, 400, 400, 202,
    ]);
  });

  it('may be empty', async () => {
    const sender = await newSender(api);
    expect((await sender.batch('[]')).body).toEqual({ accepted: 0, refused: 0, results: [] });
    expect((await sender.batch('\n', NDJSON)).body).toEqual({ accepted: 0, refused: 0, results: [] });
  });

  it('of ten thousand items takes a few commits', async () => {
    const sender = await newSender(api);
    await sender.destination(`${receiver.url}/many`, { enabled: false });
    const items = Array.from({ length: 10_000 }, (_, id) => ({ id }));
    const startedMs = Date.now();
    const answer = await sender.batch(items);
    expect(Date.now() - startedMs).toBeLessThan(60_000);
    expect(answer.body.accepted).toBe(10_000);
    const commits = 'SELECT DISTINCT e.xmin FROM events e WHERE account_id = $1';
    expect((await api.sql(commits, [sender.accountId])).length).toBeLessThanOrEqual(6);
    const inOrder = await api.sql<{ id: number }>(
      `SELECT (convert_from(e.payload, 'UTF8')::json ->> 'id')::int AS id
       FROM waiting_deliveries w JOIN events e USING (event_id) WHERE w.account_id = $1 ORDER BY w.acceptance`,
      [sender.accountId],
    );
    expect(inOrder.map((row) => row.id)).toEqual(items.map((item) => item.id));
    expect((await sender.batch(`[${'{},'.repeat(10_000)}{}]`)).status).toBe(413);
    expect((await sender.batch('{}\n'.repeat(10_001), NDJSON)).status).toBe(413);
  });
});

describe('an id', () => {
  it('of the batch makes sending it again safe', async () => {
    const sender = await newSender(api);
    await sender.destination(`${receiver.url}/again`, { enabled: false });
    const first = await sender.batch('[{"a":1},{"a":2}]', { 'CL-X-EVENT-ID': 'b1' });
    expect(first.body.results.map((result: { external_id: string }) => result.external_id)).toEqual(['b1:0', 'b1:1']);
    expect((await sender.batch('[{"a":1}, {"a":2}]', { 'Idempotency-Key': 'b1' })).body).toEqual(first.body);
    const changed = await sender.batch('[{"a":1},{"a":3},{"a":4}]', { 'CL-X-EVENT-ID': 'b1' });
    expect(changed.body).toMatchObject({
      accepted: 2,
      results: [first.body.results[0], { status: 422, code: 'idempotency_mismatch' }, { status: 202 }],
    });
    expect(await api.sql('SELECT 1 FROM events WHERE account_id = $1', [sender.accountId])).toHaveLength(3);
    expect(await sender.push('{"a":1}', { 'CL-X-EVENT-ID': 'b1:0' })).toMatchObject({
      status: 202,
      body: { event_id: first.body.results[0].event_id },
    });
  });

  it('of each item is read from the member that is named, duplicates within the batch too', async () => {
    const sender = await newSender(api);
    const ids = { 'CL-X-EVENT-ID-MEMBER': 'order', 'CL-X-EVENT-TYPE-MEMBER': 'type', 'CL-X-EVENT-TYPE': 'other' };
    const body = '[{"order":"o1"},{"order":7,"type":"t"},{"order":"o1"},{"order":"o1","b":1},{},{"order":1e30},[]]';
    const { results } = (await sender.batch(body, ids)).body;
    expect(results.map((result: { status: number }) => result.status)).toEqual([202, 202, 202, 422, 400, 400, 400]);
    expect(results[2]).toEqual({ ...results[0], index: 2 });
    expect(
      await api.sql('SELECT external_id, event_type FROM events WHERE account_id = $1 ORDER BY 1', [sender.accountId]),
    ).toEqual([
      { external_id: '7', event_type: 't' },
      { external_id: 'o1', event_type: 'other' },
    ]);
    expect((await sender.push('{"order":"o1"}', { 'CL-X-EVENT-ID': 'o1' })).body.event_id).toBe(results[0].event_id);
    expect((await sender.batch('[]', { ...ids, 'CL-X-EVENT-ID': 'b1' })).status).toBe(400);
    expect((await sender.batch('[]', { 'CL-X-EVENT-ID': 'b'.repeat(251) })).status).toBe(400);
  });

  it('is stored once when the same batch comes ten times at once', async () => {
    const sender = await newSender(api);
    const body = Array.from({ length: 300 }, (_, n) => ({ n: n % 100 }));
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => sender.batch(body, { 'CL-X-EVENT-ID-MEMBER': 'n' })),
    );
    for (const answer of answers) expect(answer.body).toEqual(answers[0]?.body);
    expect(await api.sql('SELECT 1 FROM events WHERE account_id = $1', [sender.accountId])).toHaveLength(100);
  });
});

describe('what is refused', () => {
  it('is refused in the order of single receiving', async () => {
    const sender = await newSender(api);
    const anyone = api.as('');
    const path = '/server/incoming_data/batch/';
    expect(await anyone.get(path)).toMatchObject({ status: 405, body: { error: 'Invalid Data' } });
    expect(await anyone.post(path, 'x', { 'Content-Type': 'text/plain' })).toMatchObject({
      status: 401,
      body: { error: 'Un Authenticate' },
    });
    expect((await sender.batch('[]', { 'Content-Type': 'text/plain' })).status).toBe(415);
    expect((await sender.push('{}', NDJSON)).status).toBe(415);
    // Answered before the rest of it comes, which it never does.
    const headers = { 'CL-X-TOKEN': sender.token, 'Content-Type': 'application/json', 'Content-Length': 1_048_577 };
    const large = request(api.url + path, { method: 'POST', headers }).on('error', () => undefined);
    large.write('[');
    const [response] = (await once(large, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    large.destroy();
    for (const body of [
      '',
      '{}',
      '5',
      '[',
      '[{}',
      '[{},]',
      '[{}] x',
      '[{"a":nope}]',
      Buffer.from([0x5b, 0xff, 0x5d]),
    ]) {
      expect(await sender.batch(body), String(body)).toMatchObject({ status: 400, body: { error: 'Invalid Data' } });
    }
    expect(await api.sql('SELECT 1 FROM events WHERE account_id = $1', [sender.accountId])).toEqual([]);
  });

  it('is a token that is no longer valid, for the batch as a whole', async () => {
    const sender = await newSender(api);
    expect((await sender.batch('[{}]')).status).toBe(207);
    await api.admin.post(`/api/accounts/${sender.accountId}/rotate-token/`, { overlap_seconds: 0 });
    expect((await sender.batch('[{}]')).status).toBe(401);
    expect((await sender.batch('[')).status).toBe(401);
  });
});
