import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { nowUs } from '../harness/clock.js';
import { serveCommands } from '../harness/commands.js';
import { header, HttpReader } from '../measure/http-reader.js';
import { ArrivedRecords } from '../measure/records.js';

/**
 * The receiving end of every destination: N ports, on each the paths `/<destination>`. It remembers which event came
 * to which destination, when, and how often.
 */
export type Mode =
  | { readonly kind: 'fast' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** That share of all requests is answered with 500, or another status. */
  | { readonly kind: 'failing'; readonly share: number; readonly status?: number }
  | { readonly kind: 'hung' }
  /** Each request needs a connection of its own. */
  | { readonly kind: 'closing' }
  /** The first request for an event fails, all others succeed. */
  | { readonly kind: 'first-fails' };

export interface ListenOptions {
  readonly ports: number;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export type ReceiverCommands = {
  /** With a certificate: https. */
  listen: (options: ListenOptions) => Promise<number[]>;
  /** Forgets all that came. */
  reset: (nothing: null) => void;
  setMode: (change: { destinations: readonly number[]; mode: Mode }) => void;
  /** Distinct deliveries answered with 2xx, and all requests seen. */
  counts: (nothing: null) => { delivered: number; requests: number };
  save: (file: string) => Promise<void>;
};

interface Arrival {
  seen: number;
  ok: number;
  firstOkUs: number;
}

const OK = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const OK_AND_CLOSE = Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');
const FAST: Mode = { kind: 'fast' };

const servers: Server[] = [];
const modes = new Map<number, Mode>();
let arrivals = new Map<number, Map<string, Arrival>>();
let delivered = 0;
let requests = 0;

function onRequest(socket: Socket, head: string): void {
  const destination = Number(head.slice(head.indexOf('/') + 1, head.indexOf(' ', head.indexOf('/'))));
  const eventId = header(head, 'webhook-id');
  if (eventId === null || !Number.isInteger(destination)) throw new Error(`not a request of ours: ${head}`);
  requests++;
  const arrival = arrivalOf(destination, eventId);
  arrival.seen++;
  const mode = modes.get(destination) ?? FAST;
  if (mode.kind === 'hung') return;
  if (mode.kind === 'slow') {
    setTimeout(() => answer(socket, arrival), mode.delayMs);
    return;
  }
  const fails =
    (mode.kind === 'failing' && Math.random() < mode.share) || (mode.kind === 'first-fails' && arrival.seen === 1);
  if (fails) refuse(socket, (mode.kind === 'failing' && mode.status) || 500);
  else answer(socket, arrival, mode.kind === 'closing');
}

function arrivalOf(destination: number, eventId: string): Arrival {
  let ofDestination = arrivals.get(destination);
  if (!ofDestination) {
    ofDestination = new Map();
    arrivals.set(destination, ofDestination);
  }
  let arrival = ofDestination.get(eventId);
  if (!arrival) {
    arrival = { seen: 0, ok: 0, firstOkUs: 0 };
    ofDestination.set(eventId, arrival);
  }
  return arrival;
}

function answer(socket: Socket, arrival: Arrival, isLast = false): void {
  if (++arrival.ok === 1) {
    arrival.firstOkUs = nowUs();
    delivered++;
  }
  if (isLast) socket.end(OK_AND_CLOSE);
  else socket.write(OK);
}

function refuse(socket: Socket, status: number): void {
  socket.write(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`);
}

function listen({ tls }: ListenOptions): Promise<number> {
  const serve = (socket: Socket): void => {
    const reader = new HttpReader(({ head }) => onRequest(socket, head));
    socket.on('data', (chunk) => reader.read(chunk));
    socket.on('error', () => socket.destroy());
  };
  const server = tls ? createSecureServer({ noDelay: true, ...tls }, serve) : createServer({ noDelay: true }, serve);
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

const commands: ReceiverCommands = {
  listen: (options) => Promise.all(Array.from({ length: options.ports }, () => listen(options))),
  reset: () => {
    arrivals = new Map();
    delivered = 0;
    requests = 0;
  },
  setMode: ({ destinations, mode }) => {
    for (const destination of destinations) modes.set(destination, mode);
  },
  counts: () => ({ delivered, requests }),
  save: async (file) => {
    const records = new ArrivedRecords();
    for (const [destination, ofDestination] of arrivals) {
      for (const [eventId, arrival] of ofDestination) records.add({ eventId, destination, ...arrival });
    }
    await records.save(file);
  },
};

serveCommands(commands);
