import { connect } from 'node:net';
import { newSender, type Sender } from '../support/ledger.js';
import { closeOf, sendRaw } from '../support/raw-http.js';
import type { ReceivedRequest } from '../support/receiver.js';
import type { Attack, Seen } from './attack.js';
import { newPath, OUTSIDE, requestsTo } from './network.js';
import {
  countEvents,
  MAX_BODY_BYTES,
  plural,
  REQUEST_TIMEOUT_SECONDS,
  saveDestination,
  sendTest,
  type World,
} from './world.js';

const NOTHING_STORED = '0 events stored';

/** A request to receive data, up to and without what says how long its body is. */
function head({ token }: Sender): string {
  return `POST /server/incoming_data/ HTTP/1.1\r\nHost: a\r\nCL-X-TOKEN: ${token}\r\nContent-Type: application/json\r\n`;
}

function chunked(body: string): string {
  return `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

async function storedBy(world: World, sender: Sender): Promise<string> {
  return `${plural(await countEvents(world, sender), 'event')} stored`;
}

/** Sends what is made of the head of a request. */
async function receive(world: World, request: (head: string) => string): Promise<Seen> {
  const sender = await newSender(world.api);
  const { status } = await sendRaw(world.api.url, request(head(sender)));
  return { answer: String(status), effect: await storedBy(world, sender) };
}

/** Sends a body; `found` tells what of it arrives at the account's destination. */
async function passOn(world: World, body: Buffer, found: (body: Buffer) => string): Promise<Seen> {
  const { outside, port } = world.network;
  const path = newPath();
  const sender = await newSender(world.api);
  await sender.destination(`http://${OUTSIDE}:${port}${path}`);
  const { status } = await sender.push(body);
  if (status !== 202) {
    return { answer: String(status), effect: await storedBy(world, sender) };
  }
  await outside.waitFor(() => requestsTo(outside, path).length > 0);
  const [request] = requestsTo(outside, path);
  return { answer: String(status), effect: `the destination got ${found(request?.body ?? Buffer.alloc(0))}` };
}

/** Sends a body byte by byte for twice as long as a request may take, then its end. */
async function sendSlowly(world: World): Promise<Seen> {
  const sender = await newSender(world.api);
  const { hostname, port } = new URL(world.api.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  socket.write(`${head(sender)}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n`);
  const endMs = performance.now() + 2 * REQUEST_TIMEOUT_SECONDS * 1000;
  const timer = setInterval(() => {
    if (performance.now() < endMs) return socket.write('1\r\n \r\n');
    clearInterval(timer);
    return socket.write('1\r\n]\r\n0\r\n\r\n');
  }, 200);
  await closeOf(socket);
  clearInterval(timer);
  const effect = await storedBy(world, sender);
  return { answer: /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'no answer', effect };
}

/** Saves a destination with these headers and sends it a test event: the answer, and what came of it there. */
async function sendWith(world: World, headers: object): Promise<{ answer: string; requests: ReceivedRequest[] }> {
  const path = newPath();
  const { outside, port } = world.network;
  const sender = await newSender(world.api);
  const saved = await saveDestination(world, sender, `http://${OUTSIDE}:${port}${path}`, headers);
  const answer =
    saved.status === 201 ? (await sendTest(world, saved.body.id)).outcome : `${saved.status} when it is saved`;
  return { answer, requests: requestsTo(outside, path) };
}

async function asVirtualHost(world: World): Promise<Seen> {
  const { answer, requests } = await sendWith(world, { 'X-A': '1', Host: 'internal.example' });
  const isDeceived = requests.some((request) => request.values('host').includes('internal.example'));
  return { answer, effect: isDeceived ? 'the receiver was asked as internal.example' : 'no request as another host' };
}

/** A header whose value goes on behind a line break, as another header. */
async function withLineBreak(world: World): Promise<Seen> {
  const { answer, requests } = await sendWith(world, { 'X-A': '1\r\nX-Injected: 1' });
  const isDeceived = requests.some((request) => request.values('x-injected').length > 0);
  return { answer, effect: isDeceived ? 'the receiver got a header more' : 'no header more' };
}

const DEPTH = 20_000;

export const REQUESTS: readonly Attack[] = [
  {
    id: 'two-framings',
    item: 'Requests',
    attack: 'Two `Transfer-Encoding` fields, of which a proxy may take the one and we the other',
    guards: [
      {
        what: 'a request that may be read in two ways is refused',
        edits: [{ file: 'common/ambiguous-request.ts', find: 'if (wrong === null)', replace: 'if (true)' }],
      },
    ],
    withGuards: { answer: '400', effect: NOTHING_STORED },
    withoutGuards: { answer: '202', effect: '1 event stored' },
    carryOut: (world) =>
      receive(world, (head) => {
        const codings = 'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n';
        return `${head}${codings}Connection: close\r\n\r\n${chunked('{}')}`;
      }),
  },
  {
    id: 'body-without-length',
    item: 'Requests',
    attack: 'A body in chunks, larger than `MAX_BODY_BYTES`',
    guards: [
      {
        what: 'bytes are counted while they are read',
        edits: [
          {
            file: 'data-handler/receive.service.ts',
            find: 'readBody(message, this.settings.maxBodyBytes)',
            replace: 'readBody(message, Infinity)',
          },
        ],
      },
    ],
    withGuards: { answer: '413', effect: NOTHING_STORED },
    withoutGuards: { answer: '202', effect: '1 event stored' },
    carryOut: (world) =>
      receive(world, (head) => {
        const body = `["${'x'.repeat(MAX_BODY_BYTES)}"]`;
        return `${head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${chunked(body)}`;
      }),
  },
  {
    id: 'depth',
    item: 'Requests',
    attack: `JSON nested ${DEPTH} levels deep, for the parser of whoever gets it`,
    guards: [
      {
        what: 'no deeper than 64 levels',
        edits: [
          {
            file: 'data-handler/json-text.ts',
            find: 'if (closers.length === MAX_JSON_DEPTH)',
            replace: 'if (false)',
          },
        ],
      },
    ],
    withGuards: { answer: '400', effect: NOTHING_STORED },
    withoutGuards: { answer: '202', effect: `the destination got ${DEPTH} levels` },
    carryOut: (world) =>
      passOn(
        world,
        Buffer.from('['.repeat(DEPTH) + ']'.repeat(DEPTH)),
        (body) => `${body.toString('latin1').lastIndexOf('[') + 1} levels`,
      ),
  },
  {
    id: 'invalid-utf-8',
    item: 'Requests',
    attack: 'JSON with a byte that is no UTF-8, which two readers take for two texts',
    guards: [
      {
        what: 'the bytes must be UTF-8',
        edits: [{ file: 'data-handler/json-text.ts', find: 'if (!isUtf8(bytes))', replace: 'if (false)' }],
      },
    ],
    withGuards: { answer: '400', effect: NOTHING_STORED },
    withoutGuards: { answer: '202', effect: 'the destination got the byte ff' },
    carryOut: (world) =>
      passOn(world, Buffer.from('["\xff"]', 'latin1'), (body) => `the byte ${body.subarray(2, 3).toString('hex')}`),
  },
  {
    id: 'slow-body',
    item: 'Requests',
    attack: 'A body sent byte by byte, for longer than `REQUEST_TIMEOUT_SECONDS`',
    guards: [
      {
        what: 'one deadline for a whole request',
        edits: [{ file: 'common/http-surface.ts', find: 'requestTimeout: requestTimeoutMs,', replace: '' }],
      },
    ],
    withGuards: { answer: '408', effect: NOTHING_STORED },
    withoutGuards: { answer: '202', effect: '1 event stored' },
    carryOut: sendSlowly,
  },
  {
    id: 'forbidden-header',
    item: 'Requests',
    attack: 'A destination with a `Host` field, to be asked for another site of its server',
    guards: [
      {
        what: 'names that belong to the connection are refused when they are saved',
        edits: [{ file: 'destinations/header-rules.ts', find: '|host|', replace: '|' }],
      },
      {
        what: 'they are left out when a request is built',
        edits: [{ file: 'delivery/push/build-request.ts', find: "'host',", replace: '' }],
      },
      {
        what: 'no line of them is made',
        edits: [{ file: 'delivery/push/client/wire/header-line.ts', find: '|host|', replace: '|' }],
      },
    ],
    withGuards: { answer: '400 when it is saved', effect: 'no request as another host' },
    withoutGuards: { answer: 'delivered', effect: 'the receiver was asked as internal.example' },
    carryOut: asVirtualHost,
  },
  {
    id: 'line-break-in-header',
    item: 'Requests',
    attack: 'A header of a destination whose value goes on behind a line break, as a header of its own',
    guards: [
      {
        what: 'values are visible characters when they are saved',
        edits: [{ file: 'destinations/header-rules.ts', find: 'if (!FIELD_VALUE.test(value))', replace: 'if (false)' }],
      },
      {
        what: 'and again when their line is made',
        edits: [
          {
            file: 'delivery/push/client/wire/header-line.ts',
            find: 'if (NOT_IN_VALUE.test(value))',
            replace: 'if (false)',
          },
        ],
      },
    ],
    withGuards: { answer: '400 when it is saved', effect: 'no header more' },
    withoutGuards: { answer: 'delivered', effect: 'the receiver got a header more' },
    carryOut: withLineBreak,
  },
];
