import cluster, { type Worker } from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool as DatabasePool } from 'pg';
import { Pool } from 'undici';
import { serveCommands, type Call, type Reply } from '../harness/commands.js';
import { LeastStore, LedgerStore, type FloorEvent, type FloorOutcome, type FloorStore } from './floor-stores.js';

/**
 * The floor: the least script that accepts, commits in groups, posts with undici and settles in batches. No token, no
 * validation, no signature, no retry, no attempt kept, no log, no limit of memory: what any engine of this kind must
 * at least pay for. With `FLOOR_KEEPS=ledger` it checks, signs and keeps what the product does.
 */
const DATABASE_URL = process.env['FLOOR_DATABASE_URL'] ?? '';
const TARGETS: readonly string[] = JSON.parse(readFileSync(process.env['FLOOR_TARGETS_FILE'] ?? '', 'utf8'));
const CONNECTIONS = Number(process.env['FLOOR_CONNECTIONS'] ?? 64);
const PROCESSES = Number(process.env['FLOOR_PROCESSES'] ?? 1);
const ACCOUNTS = Number(process.env['FLOOR_ACCOUNTS'] ?? 1);
const MAX_ACCEPT_BATCH = 256;
const MAX_SETTLE_BATCH = 500;
const NOTHING = Buffer.alloc(0);

interface Incoming {
  readonly event: FloorEvent;
  readonly response: ServerResponse;
}

const database = new DatabasePool({ connectionString: DATABASE_URL, max: 4 });
const keepsLedger = process.env['FLOOR_KEEPS'] === 'ledger';
const store: FloorStore = keepsLedger
  ? new LedgerStore(database, TARGETS, ACCOUNTS)
  : new LeastStore(database, TARGETS);
const pools = new Map<string, Pool>();
const targets = TARGETS.map((target) => {
  const { origin, pathname } = new URL(target);
  const pool = pools.get(origin) ?? new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  pools.set(origin, pool);
  return { path: pathname, pool };
});

let incoming: Incoming[] = [];
let accepting = false;
let outcomes: FloorOutcome[] = [];
let settling = false;
let unsettled = 0;

/** Time-ordered (version 7), so that inserting stays local, as cheap as it can be made. */
function eventIdNow(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const payload = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    const token = keepsLedger ? String(request.headers['cl-x-token']) : '';
    incoming.push({ event: { eventId: eventIdNow(), payload, token }, response });
    if (!accepting) void acceptAll();
  });
}

async function acceptAll(): Promise<void> {
  accepting = true;
  while (incoming.length > 0) {
    const batch = incoming.slice(0, MAX_ACCEPT_BATCH);
    incoming = incoming.slice(batch.length);
    await store.accept(batch.map((item) => item.event));
    for (const { event, response } of batch) {
      const body = `{"event_id":"${event.eventId}"}`;
      response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': body.length });
      response.end(body);
      for (const destination of store.destinationsOf(event)) push(event, destination);
    }
  }
  accepting = false;
}

function push(event: FloorEvent, destination: number): void {
  const target = targets[destination];
  if (!target) return;
  unsettled++;
  const startedAtMs = Date.now();
  const requestHeaders = store.headersOf(event);
  const chunks: Buffer[] = [];
  let status = 0;
  let responseHeaders = {};
  target.pool.dispatch(
    { method: 'POST', path: target.path, headers: requestHeaders, body: event.payload },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, code, headers) => {
        status = code;
        responseHeaders = headers;
      },
      onResponseData: (_controller, chunk) => {
        if (keepsLedger) chunks.push(chunk);
      },
      onResponseEnd: () => {
        const [responseBody, endedAtMs] = [keepsLedger ? Buffer.concat(chunks) : NOTHING, Date.now()];
        onOutcome({
          event,
          destination,
          startedAtMs,
          endedAtMs,
          requestHeaders,
          status,
          responseHeaders,
          responseBody,
        });
      },
      onResponseError: (_controller, error) => {
        throw error;
      },
    },
  );
}

function onOutcome(outcome: FloorOutcome): void {
  outcomes.push(outcome);
  if (!settling) void settleAll();
}

async function settleAll(): Promise<void> {
  settling = true;
  await Promise.resolve();
  while (outcomes.length > 0) {
    const batch = outcomes.slice(0, MAX_SETTLE_BATCH);
    outcomes = outcomes.slice(batch.length);
    await store.settle(batch);
    unsettled -= batch.length;
  }
  settling = false;
}

export type FloorCommands = { unsettled: (nothing: null) => number };

async function serve(): Promise<void> {
  const server = createServer({ keepAliveTimeout: 60_000 }, onRequest);
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 });
  await once(server, 'listening');
  const address = server.address();
  const commands: FloorCommands = { unsettled: () => unsettled };
  serveCommands(commands, typeof address === 'object' && address ? address.port : 0);
}

/** Several processes that listen on one port. */
async function serveWithWorkers(): Promise<void> {
  const workers = Array.from({ length: PROCESSES }, () => cluster.fork());
  const [port = 0] = await Promise.all(workers.map(replyOf));
  const unsettledOf = async (worker: Worker): Promise<number> => {
    const reply = replyOf(worker);
    worker.send({ id: 1, command: 'unsettled', argument: null } satisfies Call);
    return reply;
  };
  serveCommands(
    { unsettled: async () => (await Promise.all(workers.map(unsettledOf))).reduce((sum, count) => sum + count, 0) },
    port,
  );
}

async function replyOf(worker: Worker): Promise<number> {
  const [reply] = (await once(worker, 'message')) as [Reply];
  return Number(reply.result);
}

if (cluster.isPrimary) await store.prepare();
await (cluster.isPrimary && PROCESSES > 1 ? serveWithWorkers() : serve());
process.on('SIGTERM', () => process.exit(0));
