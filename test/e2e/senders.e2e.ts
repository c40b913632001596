import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSender, type Sender, startWithReceiver } from '../support/ledger.js';
import type { Receiver } from '../support/receiver.js';
import type { TestApi } from '../support/start-api.js';

/** Senders as they are: byte order marks, half-closed connections, JSON that is not quite JSON. */
const MARK = '\ufeff';
const NDJSON = { 'Content-Type': 'application/x-ndjson' };

let api: TestApi;
let receiver: Receiver;
let stop: () => Promise<void>;
let sender: Sender;

beforeAll(async () => {
  ({ api, receiver, stop } = await startWithReceiver());
  sender = await newSender(api);
});
afterAll(() => stop());

const payloadOf = async (eventId: string): Promise<string> => {
  const rows = await api.sql<{ payload: Buffer }>('SELECT payload FROM events WHERE event_id = $1', [eventId]);
  return rows[0]?.payload.toString('utf8') ?? '(none)';
};

describe('a byte order mark', () => {
  it('before the JSON is no part of it: stored and sent are the bytes after it, and signed', async () => {
    const id = await sender.destination(`${receiver.url}/marked`);
    const { secret } = (await api.admin.get(`/api/destinations/${id}/signing-secret/`)).body;
    const { status, body } = await sender.push(`${MARK}{"a" : 1.0}`);
    expect(status).toBe(202);
    expect(await payloadOf(body.event_id)).toBe('{"a" : 1.0}');
    const all = await receiver.waitFor((requests) => requests.some(({ url }) => url === '/marked'));
    const got = all.find(({ url }) => url === '/marked');
    expect(got?.body.toString('hex')).toBe(Buffer.from('{"a" : 1.0}').toString('hex'));
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
    const headers = Object.fromEntries(names.map((name) => [name, got?.header(name) ?? '']));
    expect(new Webhook(secret).verify(got?.body.toString() ?? '', headers)).toEqual({ a: 1 });
  });

  it('makes no other data of what is sent again with the same id', async () => {
    const first = await sender.push(`${MARK}{"b":1}`, { 'CL-X-EVENT-ID': 'marked' });
    expect(await sender.push('{"b":1}', { 'CL-X-EVENT-ID': 'marked' })).toMatchObject({
      status: 202,
      body: first.body,
    });
  });

  it('may begin a batch, and each line of one', async () => {
    const array = await sender.batch(`${MARK}[{"a":1}, {"a":2}]`);
    expect(array.body).toMatchObject({ accepted: 2, refused: 0 });
    const lines = await sender.batch(`${MARK}{"a":1}\r\n${MARK} {"a":2}\n${MARK}\n{"a":3}`, NDJSON);
    expect(lines.body).toMatchObject({ accepted: 3, refused: 0 });
    const ids: { event_id: string }[] = lines.body.results;
    expect(await Promise.all(ids.map(({ event_id }) => payloadOf(event_id)))).toEqual([
      '{"a":1}',
      '{"a":2}',
      '{"a":3}',
    ]);
  });

  it('in other places is no white space', async () => {
    for (const [text, offset] of [
      [`${MARK}${MARK}{}`, 3],
      [`{}${MARK}`, 2],
      [`{${MARK}}`, 1],
    ] as const) {
      const { status, body } = await sender.push(text);
      expect([status, body.offset]).toEqual([400, offset]);
      expect(body.detail).toContain('U+FEFF');
    }
  });

  it('before what the management API reads is passed over', async () => {
    const body = `${MARK}{"email":"marked@example.com","account_name":"Marked"}`;
    expect((await api.admin.post('/api/accounts/', body)).status).toBe(201);
  });
});

describe('data in another encoding', () => {
  it.each([
    ['UTF-16LE with a mark', Buffer.from(`${MARK}{"a":1}`, 'utf16le'), 'UTF-16 (little endian)'],
    ['UTF-16LE', Buffer.from('[{"a":1}]', 'utf16le'), 'UTF-16 (little endian)'],
    ['UTF-16BE', Buffer.from(`${MARK}[1]`, 'utf16le').swap16(), 'UTF-16 (big endian)'],
  ])('%s is refused with its name', async (_what, bytes, name) => {
    const expected = { status: 400, body: { error: 'Invalid Data', offset: 0, detail: expect.stringContaining(name) } };
    expect(await sender.push(bytes)).toMatchObject(expected);
    expect(await sender.batch(bytes)).toMatchObject(expected);
    const lines = await sender.batch(bytes, NDJSON);
    expect(lines.body.results[0]).toMatchObject({ status: 400, detail: expect.stringContaining(name) });
  });
});

describe('JSON that is broken', () => {
  it('is answered with what is wrong and where, in bytes and as editors count', async () => {
    const { status, body } = await sender.push('{\n  "größe": 5,\n}');
    expect(status).toBe(400);
    expect(body).toEqual({
      type: '/docs/problems/invalid_data',
      title: 'Invalid Data',
      status: 400,
      code: 'invalid_data',
      error: 'Invalid Data',
      detail: 'A comma must not stand before the closing "}".',
      offset: 16,
      line: 2,
      column: 13,
    });
  });

  it('is answered with the item that it is in, for a batch that is an array', async () => {
    const { status, body } = await sender.batch('[{"a":1},\n {"b" 2}]');
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: 'Invalid Data', index: 1, offset: 16, line: 2, column: 7 });
    expect(body.detail).toBe('Expected ":" after the name of a member, found "2".');
    expect((await sender.batch('{"a":1}')).body.detail).toBe('A JSON array is expected, not an object.');
  });

  it('is answered for each line of a batch, by its place in the whole', async () => {
    const { status, body } = await sender.batch('{"a":1}\n{"b":nul}\n"text"\n', NDJSON);
    expect(status).toBe(207);
    expect(body.results.slice(1)).toEqual([
      {
        index: 1,
        status: 400,
        code: 'invalid_data',
        error: 'Invalid Data',
        detail: 'Expected a value, found "n".',
        offset: 13,
      },
      {
        index: 2,
        status: 400,
        code: 'invalid_data',
        error: 'Invalid Data',
        detail: 'A JSON object or array is expected, not a string.',
        offset: 18,
      },
    ]);
  });

  it('of the management API, too', async () => {
    const { status, body } = await api.admin.post('/api/accounts/', "{'email': 1}");
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_json', offset: 1, line: 1, column: 2 });
    expect(body.detail).toContain('straight double quotes');
  });

  it('shows nothing of itself but one character, in the answer and in the log', async () => {
    const answers = [
      await sender.push('{"password": hunter2}'),
      await sender.push('{"password": "hunter2'),
      await sender.batch('[{"password": hunter2}]'),
      await sender.batch('{"password": hunter2}', NDJSON),
      await api.admin.post('/api/accounts/', '{"password": hunter2}'),
    ];
    for (const { status, body } of answers) {
      expect([400, 207]).toContain(status);
      expect(JSON.stringify(body)).not.toContain('hunter');
    }
    expect(api.app.output()).not.toContain('hunter');
  });
});

/** One connection on which bytes are written by hand, and whose sending side can be closed alone. */
class HalfOpen {
  received = '';
  readonly ended: Promise<string>;
  private readonly socket: Socket;

  constructor() {
    const { hostname, port } = new URL(api.url);
    this.socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    this.socket.setEncoding('utf8').on('data', (text: string) => (this.received += text));
    this.ended = new Promise((resolve, reject) => {
      this.socket.on('end', () => resolve(this.received)).on('error', reject);
    });
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** FIN, and all that comes back until the other side ends, too. */
  finish(text = ''): Promise<string> {
    this.socket.end(text);
    return this.ended;
  }

  /** The same, and then away with the whole connection, as of a process that is killed. */
  async finishAndReset(text: string): Promise<void> {
    this.ended.catch(() => undefined);
    await new Promise<void>((resolve) => this.socket.end(text, () => resolve()));
    this.socket.resetAndDestroy();
  }
}

const request = (path: string, body: string, headers: Record<string, string> = {}, method = 'POST'): string => {
  const all = {
    Host: 'x',
    'CL-X-TOKEN': sender.token,
    Authorization: `Bearer ${api.adminKey}`,
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
};

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => Number(code));

describe('a sender that closes its side after the request', () => {
  it.each<[what: string, bytes: () => string, status: number]>([
    ['receiving', () => request('/server/incoming_data/', '{"half":1}'), 202],
    ['and asked to close', () => request('/server/incoming_data/', '{"half":1}', { Connection: 'close' }), 202],
    ['a line break after the body', () => `${request('/server/incoming_data/', '{"half":1}')}\n`, 202],
    ['Prefer: wait', () => request('/server/incoming_data/', '{"half":1}', { Prefer: 'wait=20' }), 200],
    ['a batch', () => request('/server/incoming_data/batch/', '[{"half":1}]'), 207],
    ['wrong data', () => request('/server/incoming_data/', '{"half":}'), 400],
    ['too much', () => request('/server/incoming_data/', `["${'x'.repeat(2_000_000)}"]`), 413],
    ['the management API', () => request('/api/accounts/', '', {}, 'GET'), 200],
    ['health', () => request('/health/live', '', {}, 'GET'), 200],
    ['a body that is not whole', () => request('/server/incoming_data/', '{"half"', { 'Content-Length': '100' }), 400],
    ['a head that is not whole', () => 'POST /server/incoming_data/ HTTP/1.1\r\nHost: x\r\n', 400],
  ])('is answered: %s', async (_what, bytes, status) => {
    const text = await new HalfOpen().finish(bytes());
    expect(statusesIn(text)).toEqual([status]);
  });

  it('gets the answers to all requests that it sent ahead', async () => {
    const one = request('/server/incoming_data/', '{"half":2}');
    expect(statusesIn(await new HalfOpen().finish(one + one + request('/api/accounts/', '', {}, 'GET')))).toEqual([
      202, 202, 200,
    ]);
  });

  it('gets the answer to what was whole before something that is no HTTP', async () => {
    const connection = new HalfOpen();
    const text = await connection.finish(`${request('/server/incoming_data/', '{"half":3}')}nonsense`);
    expect(statusesIn(text)).toEqual([202]);
  });

  it('has its idle connection closed', async () => {
    const connection = new HalfOpen();
    connection.write(request('/health/live', '', {}, 'GET'));
    await expect.poll(() => statusesIn(connection.received)).toEqual([200]);
    expect(statusesIn(await connection.finish())).toEqual([200]);
  });

  it.skipIf(process.platform !== 'linux')('and is gone altogether costs no connection', async () => {
    const before = await openConnections();
    for (let round = 0; round < 50; round++) {
      const connection = new HalfOpen();
      await connection.finishAndReset(request('/server/incoming_data/', '{"half":4}', { Prefer: 'wait=1' }));
    }
    await expect.poll(openConnections, { timeout: 30_000 }).toBeLessThanOrEqual(before + 1);
  });
});

/** Of the service's port, those that it has not closed: established, or closed by the other side only. */
async function openConnections(): Promise<number> {
  const port = Number(new URL(api.url).port).toString(16).toUpperCase().padStart(4, '0');
  const table = await readFile('/proc/net/tcp', 'utf8');
  return table.split('\n').filter((line) => new RegExp(`^ *\\d+: [0-9A-F]{8}:${port} \\S+ (?:01|08) `).test(line))
    .length;
}
