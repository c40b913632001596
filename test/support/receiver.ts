import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/** One request as it came over the wire. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, untouched. */
  readonly url: string;
  /** What stands behind `?`, untouched; empty when there is none. */
  readonly query: string;
  /** Name, value, name, value: in order, with duplicates. */
  readonly rawHeaders: string[];
  readonly body: Buffer;
  readonly receivedAtMs: number;
  /** The TCP connection, counted from 1. */
  readonly connection: number;
  /** All values of a header, in order, by its name in any case. */
  values(name: string): string[];
  /** The only value of a header; throws when there are several, undefined when there is none. */
  header(name: string): string | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: Buffer | string;
  readonly delayMs?: number;
}

/** Answers by hand; for misbehaviour. */
export interface RawAnswer {
  readonly raw: (request: IncomingMessage, response: ServerResponse) => void;
}

/** What to answer to the nth request (from 1). */
export type Answerer = (request: ReceivedRequest, number: number) => Answer | RawAnswer | Promise<Answer | RawAnswer>;

export interface ReceiverOptions {
  readonly host?: string;
  readonly port?: number;
  /** Serves https with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly answer?: Answerer | Answer | RawAnswer;
}

export interface Receiver {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly requests: ReceivedRequest[];
  /** Connections accepted so far. */
  readonly connections: number;
  /** From now on. The default is 200 with a short JSON body. */
  answer(how: Answerer | Answer | RawAnswer): void;
  /** Waits for so many requests in all, or until the predicate holds; fails after `timeoutMs` saying what arrived. */
  waitFor(wanted: number | ((requests: ReceivedRequest[]) => boolean), timeoutMs?: number): Promise<ReceivedRequest[]>;
  /** Forgets what was received. */
  clear(): void;
  close(): Promise<void>;
}

const DEFAULT_ANSWER: Answer = { headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
const WAIT_MS = 60_000;

/** A real HTTP server that records what arrives and answers as it is told. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const host = options.host ?? '127.0.0.1';
  const receiver = new RecordingReceiver(options);
  await receiver.listen(options.port ?? 0, host);
  return receiver;
}

class RecordingReceiver implements Receiver {
  readonly requests: ReceivedRequest[] = [];
  connections = 0;
  url = '';
  port = 0;
  private how: Answerer | Answer | RawAnswer;
  private readonly numbers = new WeakMap<object, number>();
  private readonly sockets = new Set<Socket>();
  private readonly waiters = new Set<() => void>();
  private readonly server;

  constructor(private readonly options: ReceiverOptions) {
    this.how = options.answer ?? DEFAULT_ANSWER;
    const handle = (request: IncomingMessage, response: ServerResponse): void => void this.receive(request, response);
    // Who keeps a connection is the sender, however long it is stopped between two requests.
    const settings = { maxHeaderSize: 65_536, keepAliveTimeout: 120_000 };
    this.server = options.tls
      ? createSecureServer({ ...settings, ...options.tls }, handle)
      : createServer(settings, handle);
    this.server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.numbers.set(socket, ++this.connections);
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => {});
    });
  }

  async listen(port: number, host: string): Promise<void> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    this.port = portOf(this.server.address());
    this.url = `${this.options.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${this.port}`;
  }

  answer(how: Answerer | Answer | RawAnswer): void {
    this.how = how;
  }

  clear(): void {
    this.requests.length = 0;
  }

  async waitFor(
    wanted: number | ((requests: ReceivedRequest[]) => boolean),
    timeoutMs = WAIT_MS,
  ): Promise<ReceivedRequest[]> {
    const holds = typeof wanted === 'number' ? () => this.requests.length >= wanted : () => wanted(this.requests);
    if (holds()) return this.requests;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters.delete(check);
        const last = this.requests
          .slice(-20)
          .map(({ method, url, body }) => `${method} ${url.slice(0, 200)} (${body.length} bytes)`);
        const what = `${this.requests.length} requests had arrived, the last: ${last.join(', ') || 'none'}`;
        reject(new Error(`After ${timeoutMs} ms ${what}`));
      }, timeoutMs);
      const check = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.waiters.delete(check);
        resolve();
      };
      this.waiters.add(check);
    });
    return this.requests;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (!this.server.listening) return;
    this.server.close();
    await once(this.server, 'close');
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return; // cut off by the sender
    }
    const received = record(request, Buffer.concat(chunks), this.numbers.get(request.socket) ?? 0);
    const number = this.requests.push(received);
    for (const check of this.waiters) check();
    const answer = typeof this.how === 'function' ? await this.how(received, number) : this.how;
    if ('raw' in answer) answer.raw(request, response);
    else await respond(response, answer);
  }
}

/** An answer given by hand, with Node's own request and response. */
export function raw(answer: RawAnswer['raw']): RawAnswer {
  return { raw: answer };
}

function record(request: IncomingMessage, body: Buffer, connection: number): ReceivedRequest {
  const { rawHeaders, url = '' } = request;
  const values = (name: string): string[] =>
    rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name.toLowerCase());
  const mark = url.indexOf('?');
  return {
    method: request.method ?? '',
    url,
    query: mark < 0 ? '' : url.slice(mark + 1),
    rawHeaders,
    body,
    receivedAtMs: Date.now(),
    connection,
    values,
    header: (name) => {
      const all = values(name);
      if (all.length > 1) throw new Error(`${name} came ${all.length} times`);
      return all[0];
    },
  };
}

async function respond(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer.delayMs) await new Promise((resolve) => setTimeout(resolve, answer.delayMs));
  response.writeHead(answer.status ?? 200, answer.headers);
  response.end(answer.body);
}

/** Ways to misbehave, each after the request has come in whole. */
export const misbehave = {
  /** RST instead of an answer. */
  reset: raw((request) => void request.socket.resetAndDestroy()),
  /** FIN instead of an answer. */
  closeWithoutAnswer: raw((request) => void request.socket.destroy()),
  hangBeforeHeaders: raw(() => {}),
  hangInHeaders: raw((request) => void request.socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/pl')),
  hangAfterHeaders: raw((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('begun');
  }),
  /** Closes after half of the promised body. */
  cutBody: raw((request) => {
    request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly half');
  }),
  /** Closes in the middle of a chunked body. */
  cutChunks: raw((request) => {
    request.socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n9\r\nonly half\r\n');
  }),
  /** Agrees to a change of protocol nobody asked for. */
  upgrade: raw((request) => {
    request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
  }),
  invalidHttp: raw((request) => void request.socket.end('SSH-2.0-OpenSSH_9.6\r\n')),
  hugeHeaders: raw((_request, response) => {
    response.writeHead(200, { 'x-huge': 'h'.repeat(100_000) });
    response.end();
  }),
  /** One byte at a time, for ever. */
  drip: (intervalMs: number): RawAnswer =>
    raw((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const timer = setInterval(() => response.write('.'), intervalMs);
      response.on('close', () => clearInterval(timer));
    }),
  /** So many bytes of the letter x, as fast as they are taken. */
  hugeBody: (bytes: number, status = 200): RawAnswer =>
    raw((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/plain', 'content-length': String(bytes) });
      const chunk = Buffer.alloc(65_536, 'x');
      let left = bytes;
      const more = (): void => {
        while (left > 0) {
          const piece = left < chunk.length ? chunk.subarray(0, left) : chunk;
          left -= piece.length;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    }),
  /** So many zeros, packed a thousandfold. */
  gzipBomb: (bytes: number): RawAnswer => {
    const packed = gzipSync(Buffer.alloc(bytes), { level: 9 });
    return raw((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' });
      response.end(packed);
    });
  },
};

/** The URL of a port on which nothing listens. */
export async function refusedUrl(): Promise<string> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}/`;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port');
  return address.port;
}
