import { v7 as uuidv7 } from 'uuid';
import { hashCredential, newCredential } from '../../src/common/credential.js';
import type { Answer, ApiClient } from './api-client.js';
import { type Receiver, startReceiver } from './receiver.js';
import { startApi, type TestApi } from './start-api.js';
import { ok, type Schemas } from './typed-client.js';

/** An account with its token, as the tests of receiving and of the ledger need it. */
export interface Sender {
  readonly accountId: string;
  readonly token: string;
  /** Creates a destination of the account; returns its id. */
  destination(url: string, more?: Partial<Schemas['DestinationInput']>): Promise<string>;
  /** Sends data as it is (text, bytes) or as JSON. */
  push(body: unknown, headers?: Record<string, string>): Promise<Answer>;
  batch(body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

let emails = 0;

export async function newSender(api: TestApi): Promise<Sender> {
  const { typed } = api.admin;
  const input = { email: `sender${++emails}-${process.pid}@example.com`, account_name: 'Sender' };
  const account = await ok(typed.POST('/api/accounts', { body: input }));
  const { account_id: accountId, app_secret_token: token } = account;
  const caller = api.as('');
  return {
    accountId,
    token,
    destination: async (url, more = {}) => {
      const created = await ok(
        typed.POST('/api/accounts/{account_id}/destinations', {
          params: { path: { account_id: accountId } },
          body: { url, http_method: 'POST', headers: { 'X-Test': 'yes' }, ...more },
        }),
      );
      return created.id;
    },
    push: (body, headers = {}) => caller.post('/server/incoming_data/', body, { 'CL-X-TOKEN': token, ...headers }),
    batch: (body, headers = {}) =>
      caller.post('/server/incoming_data/batch/', body, { 'CL-X-TOKEN': token, ...headers }),
  };
}

/** The product with one receiver. */
export async function startWithReceiver(
  env: Record<string, string> = {},
): Promise<{ api: TestApi; receiver: Receiver; stop: () => Promise<void> }> {
  const [api, receiver] = await Promise.all([startApi(env), startReceiver()]);
  return {
    api,
    receiver,
    stop: async () => {
      await api.stop();
      await receiver.close();
    },
  };
}
/** Asks again until `done` says so; fails after `timeoutMs` with the last answer. */
export async function until(
  ask: () => Promise<Answer>,
  done: (answer: Answer) => boolean,
  timeoutMs = 60_000,
): Promise<Answer> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (done(answer)) return answer;
    if (Date.now() > endMs) throw new Error(`still: ${answer.status} ${JSON.stringify(answer.body)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface NewKey {
  /** Null: an admin key. */
  readonly accountId: string | null;
  readonly readOnly?: boolean;
  readonly revoked?: boolean;
}

/** A new API key, as the command line makes it. */
export async function newKey(api: TestApi, { accountId, readOnly = false, revoked = false }: NewKey): Promise<string> {
  const key = newCredential('dpk_');
  await api.sql(
    `INSERT INTO api_keys (api_key_id, name, key_hash, hint, account_id, read_only, revoked_at)
     VALUES ($1, 'test', $2, '', $3, $4, CASE WHEN $5 THEN now() END)`,
    [uuidv7(), hashCredential('dpk_', key), accountId, readOnly, revoked],
  );
  return key;
}

/** A caller with an API key that is bound to the account. */
export async function boundTo(api: TestApi, accountId: string): Promise<ApiClient> {
  return api.as(await newKey(api, { accountId }));
}

type Sql = (text: string, values?: unknown[]) => Promise<unknown>;

interface Finished {
  readonly accountId: string;
  readonly destinationId: string;
  readonly count: number;
  readonly state?: string;
  readonly reason?: string | null;
  /** When the events were accepted; now when left out. */
  readonly atMs?: number;
}

/** So many finished deliveries with their events, written to the ledger directly; returns the events' ids. */
export async function fillFinished(
  sql: Sql,
  { accountId, destinationId, count, state = 'failed', reason = 'server_error', atMs = Date.now() }: Finished,
): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const part = Array.from({ length: Math.min(10_000, count - ids.length) }, () => uuidv7({ msecs: atMs }));
    await sql(
      `WITH event AS (
         INSERT INTO events (event_id, account_id, content_type, payload, received_at)
         SELECT id, $2, 'application/json', convert_to('{"id":"' || id || '"}', 'UTF8'), $3
         FROM unnest($1::uuid[]) AS id RETURNING *
       )
       INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, url, http_method,
                                        state, reason, attempts, lost_attempts, lease_number, last_status, created_at)
       SELECT (left(event_id::text, 18) || substr(gen_random_uuid()::text, 19))::uuid, event_id, account_id, $4,
              nextval('acceptance_order'), 'http://as-it-was.example.com/', 'POST', $5, $6, 3, 0, 3, 500, received_at
       FROM event`,
      [part, accountId, new Date(atMs), destinationId, state, reason],
    );
    ids.push(...part);
  }
  return ids;
}
