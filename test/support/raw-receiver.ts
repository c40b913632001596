import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';

/** One request as it came, and on which connection (from 1). */
export interface RawRequest {
  readonly head: string;
  readonly body: string;
  readonly connection: number;
}

export interface RawReceiver {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly RawRequest[];
  readonly connections: number;
  close(): Promise<void>;
}

/** Answers by hand, every byte of it, once a request has come whole; `number` counts requests from 1. */
export type RawHandler = (socket: Socket, number: number, connection: number) => void;

interface RawOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly host?: string;
  readonly port?: number;
  /** Called for each connection, before anything is read of it. */
  readonly onConnection?: (socket: Socket) => void;
}

/** A server on plain sockets (or TLS) that does nothing by itself but cut what comes into requests. */
export async function startRawReceiver(handle: RawHandler, options: RawOptions = {}): Promise<RawReceiver> {
  const { tls, host = '127.0.0.1', port = 0, onConnection } = options;
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const serve = (socket: Socket): void => {
    const connection = ++connections;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    onConnection?.(socket);
    let held = '';
    socket.on('data', (bytes: Buffer) => {
      held += bytes.toString('latin1');
      for (let request = firstRequest(held); request !== null; request = firstRequest(held)) {
        held = held.slice(request.length);
        const number = requests.push({ head: request.head, body: request.body, connection });
        handle(socket, number, connection);
      }
    });
  };
  // Whether and when a connection ends is the handler's to say.
  const server = tls ? createSecureServer(tls, serve) : createServer({ allowHalfOpen: true }, serve);
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${bound}`,
    port: bound,
    requests,
    get connections() {
      return connections;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function firstRequest(text: string): { head: string; body: string; length: number } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = text.slice(0, end);
  const bodyLength = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const length = end + 4 + bodyLength;
  return text.length < length ? null : { head, body: text.slice(end + 4, length), length };
}
