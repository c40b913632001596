import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReceivedRequest } from './received-request.js';

export interface ReceiverOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly delayMs?: number;
  /** Called for every request once its body is here; returns the status to answer with. */
  readonly onRequest: (request: ReceivedRequest) => number;
}

export interface Receiver {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Cuts off what is under way. */
  close(): Promise<void>;
}

/** A destination on this machine, to look at what arrives. Rejects when it can't listen. */
export async function startReceiver({ host, port, delayMs = 0, onRequest }: ReceiverOptions): Promise<Receiver> {
  let received = 0;
  const server = createServer({ maxHeaderSize: 65_536 }, (request, response) => {
    receive(request, ++received)
      .then(async (whole) => {
        const status = onRequest(whole);
        if (delayMs > 0) await sleep(delayMs);
        answer(response, status);
      })
      // The sender went away: there is nothing to show and nobody to answer.
      .catch(() => response.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const listeningOn = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listeningOn}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function receive(request: IncomingMessage, number: number): Promise<ReceivedRequest> {
  const body = await buffer(request);
  const { rawHeaders } = request;
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  );
  const { method = '', url = '', socket } = request;
  return { number, at: new Date(), method, url, headers, body, from: socket.remoteAddress ?? '?' };
}

function answer(response: ServerResponse, status: number): void {
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, hasBody ? { 'Content-Type': 'application/json' } : {});
  response.end(hasBody ? `${JSON.stringify({ received: status < 300 })}\n` : undefined);
}
