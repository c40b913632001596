import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool as DatabasePool } from 'pg';
import { Pool } from 'undici';
import { serveCommands } from '../harness/commands.js';

/**
 * The floor: the least script that accepts, commits in groups, posts with undici and settles in batches. No token, no
 * validation, no signature, no retry, no attempt kept, no log, no limit of memory: what any engine of this kind must
 * at least pay for.
 */
const DATABASE_URL = process.env['FLOOR_DATABASE_URL'] ?? '';
const TARGETS: readonly string[] = JSON.parse(process.env['FLOOR_TARGETS'] ?? '[]');
const CONNECTIONS = Number(process.env['FLOOR_CONNECTIONS'] ?? 64);
const MAX_ACCEPT_BATCH = 256;
const MAX_SETTLE_BATCH = 500;

const SCHEMA = `
CREATE TABLE floor_events (event_id uuid PRIMARY KEY, payload bytea NOT NULL);
CREATE TABLE floor_deliveries (event_id uuid, destination int, status int, PRIMARY KEY (event_id, destination))`;

const ACCEPT = `
WITH input AS (SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[]) AS i (event_id, payload_start, payload_length)),
     event AS (INSERT INTO floor_events
               SELECT event_id, substring($4::bytea FROM payload_start FOR payload_length) FROM input)
INSERT INTO floor_deliveries SELECT event_id, destination FROM input, generate_series(0, $5::int - 1) AS destination`;

const SETTLE = `
UPDATE floor_deliveries d SET status = o.status
FROM unnest($1::uuid[], $2::int[], $3::int[]) AS o (event_id, destination, status)
WHERE d.event_id = o.event_id AND d.destination = o.destination`;

interface Incoming {
  readonly eventId: string;
  readonly payload: Buffer;
  readonly response: ServerResponse;
}

interface Outcome {
  readonly eventId: string;
  readonly destination: number;
  readonly status: number;
}

const database = new DatabasePool({ connectionString: DATABASE_URL, max: 4 });
const targets = TARGETS.map((target) => {
  const { origin, pathname } = new URL(target);
  return { path: pathname, pool: new Pool(origin, { connections: CONNECTIONS, pipelining: 1 }) };
});

let incoming: Incoming[] = [];
let accepting = false;
let outcomes: Outcome[] = [];
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
    incoming.push({ eventId: eventIdNow(), payload, response });
    if (!accepting) void acceptAll();
  });
}

async function acceptAll(): Promise<void> {
  accepting = true;
  while (incoming.length > 0) {
    const batch = incoming.slice(0, MAX_ACCEPT_BATCH);
    incoming = incoming.slice(batch.length);
    const starts: number[] = [];
    let end = 1;
    for (const { payload } of batch) {
      starts.push(end);
      end += payload.length;
    }
    const payloads = batch.map((item) => item.payload);
    const [ids, lengths] = [batch.map((item) => item.eventId), payloads.map((payload) => payload.length)];
    const values = [ids, starts, lengths, Buffer.concat(payloads), targets.length];
    await database.query({ name: 'accept', text: ACCEPT, values });
    for (const { eventId, payload, response } of batch) {
      const body = `{"event_id":"${eventId}"}`;
      response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': body.length });
      response.end(body);
      for (let destination = 0; destination < targets.length; destination++) push(eventId, destination, payload);
    }
  }
  accepting = false;
}

function push(eventId: string, destination: number, payload: Buffer): void {
  const target = targets[destination];
  if (!target) return;
  unsettled++;
  let status = 0;
  target.pool.dispatch(
    {
      method: 'POST',
      path: target.path,
      headers: ['Content-Type', 'application/json', 'webhook-id', eventId],
      body: payload,
    },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, code) => {
        status = code;
      },
      onResponseData: () => undefined,
      onResponseEnd: () => onOutcome({ eventId, destination, status }),
      onResponseError: (_controller, error) => {
        throw error;
      },
    },
  );
}

function onOutcome(outcome: Outcome): void {
  outcomes.push(outcome);
  if (!settling) void settleAll();
}

async function settleAll(): Promise<void> {
  settling = true;
  await Promise.resolve();
  while (outcomes.length > 0) {
    const batch = outcomes.slice(0, MAX_SETTLE_BATCH);
    outcomes = outcomes.slice(batch.length);
    const ids = batch.map((item) => item.eventId);
    const values = [ids, batch.map((item) => item.destination), batch.map((item) => item.status)];
    await database.query({ name: 'settle', text: SETTLE, values });
    unsettled -= batch.length;
  }
  settling = false;
}

export type FloorCommands = { unsettled: (nothing: null) => number };

await database.query(SCHEMA);
const server = createServer({ keepAliveTimeout: 60_000 }, onRequest);
await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve));
const address = server.address();
const commands: FloorCommands = { unsettled: () => unsettled };
serveCommands(commands, typeof address === 'object' && address ? address.port : 0);
process.on('SIGTERM', () => process.exit(0));
