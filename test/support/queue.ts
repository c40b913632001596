import type { QueryResultRow } from 'pg';
import { createHash, randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { HotPool } from '../../src/database/hot-pool.js';
import { claim, type ClaimRequest, type DueDelivery } from '../../src/delivery/queue/claim.js';
import { enqueue, type EnqueueResult, type Grant, type IncomingEvent } from '../../src/delivery/queue/enqueue.js';
import { register } from '../../src/delivery/queue/lease.js';
import type { Settlement, Verdict } from '../../src/delivery/queue/settle.js';
import { createTestDatabase } from './database.js';

export const NIL = '00000000-0000-0000-0000-000000000000';

export interface TestAccount {
  readonly id: string;
  readonly tokenHash: Buffer;
}

/** A database of its own with the means to fill it: what the queue's statements need, row by row. */
export interface QueueBench {
  readonly pool: HotPool;
  readonly databaseUrl: string;
  sql: <Row extends QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;
  newAccount(): Promise<TestAccount>;
  /** Another valid token of the account. */
  newToken(account: TestAccount, expiresInMs?: number): Promise<Buffer>;
  newDestination(account: TestAccount, more?: Readonly<Record<string, unknown>>): Promise<string>;
  newProcess(): Promise<string>;
  accept(event: IncomingEvent, processId?: string, grants?: readonly Grant[]): Promise<EnqueueResult>;
  /** So many events for all destinations of the account; returns their ids in order of acceptance. */
  fill(account: TestAccount, count: number): Promise<string[]>;
  claim(processId: string, more?: Partial<ClaimRequest>): Promise<DueDelivery[]>;
  close(): Promise<void>;
}

export async function openQueueBench(): Promise<QueueBench> {
  const database = await createTestDatabase();
  const pool = new HotPool(database.url, 8);
  const sql: QueueBench['sql'] = (text, values) => pool.run(text, values);
  const bench: QueueBench = {
    pool,
    databaseUrl: database.url,
    sql,
    newAccount: async () => {
      const account = { id: uuidv7(), tokenHash: randomBytes(32) };
      await sql('INSERT INTO accounts (account_id, email, account_name) VALUES ($1, $2, $3)', [
        account.id,
        `${account.id}@example.com`,
        'Test',
      ]);
      await insertToken(bench, account.id, account.tokenHash, null);
      return account;
    },
    newToken: async (account, expiresInMs = 3_600_000) => {
      const tokenHash = randomBytes(32);
      await insertToken(bench, account.id, tokenHash, expiresInMs);
      return tokenHash;
    },
    newDestination: (account, more = {}) => insertDestination(bench, account, more),
    newProcess: async () => {
      const id = uuidv7();
      await register(pool, id, 'all');
      return id;
    },
    accept: async (event, processId = NIL, grants = []) => {
      const [result] = await enqueue(pool, processId, [event], grants);
      if (!result) throw new Error('no result');
      return result;
    },
    fill: async (account, count) => {
      const ids: string[] = [];
      while (ids.length < count) {
        const batch = Array.from({ length: Math.min(500, count - ids.length) }, () => eventOf(account));
        await enqueue(pool, NIL, batch, []);
        ids.push(...batch.map((event) => event.eventId));
      }
      return ids;
    },
    claim: async (processId, more) => (await claim(pool, claimOf(processId, more))).claimed,
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
  return bench;
}

export function eventOf(account: TestAccount, more: Partial<IncomingEvent> = {}): IncomingEvent {
  const payload = more.payload ?? Buffer.from('{"a":1}');
  return {
    eventId: uuidv7(),
    tokenHash: account.tokenHash,
    externalId: null,
    eventType: null,
    contentType: 'application/json',
    payload,
    payloadHash: createHash('sha256').update(payload).digest(),
    ...more,
  };
}

export function claimOf(processId: string, more: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    processId,
    afterDestinationId: NIL,
    maxDestinations: 500,
    maxDeliveries: 200,
    processCount: 1,
    processIndex: 0,
    taken: new Map(),
    room: new Map(),
    crowdedAccounts: [],
    ...more,
  };
}

/** An attempt that ended as the verdict says. */
export function settlementOf(
  delivery: { deliveryId: string; leaseNumber: number },
  verdict: Verdict,
  more: Partial<Settlement['attempt']> = {},
): Settlement {
  const delivered = verdict.kind === 'finished' && verdict.state === 'delivered';
  return {
    deliveryId: delivery.deliveryId,
    leaseNumber: delivery.leaseNumber,
    url: 'https://as-it-was.example.com/',
    httpMethod: 'POST',
    verdict,
    attempt: {
      startedAt: new Date(),
      method: 'POST',
      url: 'https://as-it-was.example.com/',
      requestHeaders: '[["X-A","1"]]',
      status: delivered ? 200 : 500,
      responseHeaders: '[["content-type","text/plain"]]',
      responseBody: Buffer.from('answer'),
      address: '203.0.113.7',
      timings: '{"total":1}',
      errorCode: delivered ? null : 'server_error',
      message: 'as it was',
      remarks: null,
      ...more,
    },
  };
}

async function insertToken(bench: QueueBench, accountId: string, hash: Buffer, expiresInMs: number | null) {
  await bench.sql(
    `INSERT INTO account_tokens (token_hash, account_id, hint, expires_at)
     VALUES ($1, $2, 'dpt_…test', now() + $3::float8 * interval '1 millisecond')`,
    [hash, accountId, expiresInMs],
  );
}

async function insertDestination(
  { sql }: QueueBench,
  account: TestAccount,
  more: Readonly<Record<string, unknown>>,
): Promise<string> {
  const row: Record<string, unknown> = {
    id: uuidv7(),
    account_id: account.id,
    url: 'https://receiver.example.com/hook',
    http_method: 'POST',
    headers: '[]',
    retry_schedule: [5, 30],
    ...(more['enabled'] === false && { disabled_reason: 'for the test' }),
    ...more,
  };
  const names = Object.keys(row);
  await sql(
    `INSERT INTO destinations (${names.join(', ')}) VALUES (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
    Object.values(row),
  );
  return String(row['id']);
}
