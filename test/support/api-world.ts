import type { Operation } from './api-description.js';
import type { Known } from './api-arbitraries.js';
import type { Caller } from './api-requests.js';
import { fillFinished, newKey, newSender, type Sender } from './ledger.js';
import type { TestApi } from './start-api.js';
import { ok } from './typed-client.js';

/** What there is when an operation is tried out: two accounts with some of everything, and callers. */
export interface World {
  readonly known: Known;
  /** Of whom the bound key may learn nothing. */
  readonly strangerId: string;
  /** By the caller: its API key. */
  readonly keys: Readonly<Record<Caller, string | null>>;
  readonly token: string;
}

const LEDGER = ['replays', 'events', 'attempts', 'idempotency_keys', 'waiting_deliveries', 'finished_deliveries'];

/** Anew for each operation: what one did must not decide what another is tried on. */
export async function newWorld(api: TestApi, receiverUrl: string): Promise<World> {
  // Not by TRUNCATE, which makes every file of every partition anew: 150 ms.
  for (const name of ['accounts', 'api_keys', ...LEDGER]) await api.sql(`DELETE FROM ${name}`);
  const owner = await newSender(api);
  const stranger = await newSender(api);
  const ids = [...(await furnish(api, owner, receiverUrl)), ...(await furnish(api, stranger, receiverUrl))];
  const keys = {
    admin: await newKey(api, { accountId: null }),
    bound: await newKey(api, { accountId: owner.accountId }),
    readOnly: await newKey(api, { accountId: null, readOnly: true }),
    nobody: null,
  };
  return {
    known: { receiverUrl, ids, accountIds: [owner.accountId, stranger.accountId] },
    strangerId: stranger.accountId,
    keys,
    token: owner.token,
  };
}

/** Destinations, events of every outcome with their attempts, and replays; some of their ids. */
async function furnish(api: TestApi, sender: Sender, receiverUrl: string): Promise<string[]> {
  const { accountId } = sender;
  const destinationId = await sender.destination(receiverUrl);
  await sender.destination(receiverUrl, { http_method: 'GET', enabled: false, event_types: ['a'], rate_limit: 0.5 });
  const to = { accountId, destinationId };
  const failed = await fillFinished(api.sql, { ...to, count: 4 });
  await fillFinished(api.sql, { ...to, count: 2, state: 'delivered', reason: null });
  await fillFinished(api.sql, { ...to, count: 2, state: 'cancelled', reason: 'cancelled' });
  await api.sql(
    `INSERT INTO attempts (delivery_id, number, started_at, method, url, request_headers, status, response_headers,
                           response_body, address, timings, error_code, message)
     SELECT delivery_id, number, now(), 'POST', url, '[["X-A","b"],["X-A","c"]]', 500, '[["a","b"]]', body,
            '127.0.0.1', '{"total":1.5}', 'server_error', 'It failed'
     FROM finished_deliveries, (VALUES (1, 'no'::bytea), (2, '\\xff00'::bytea)) AS attempt (number, body)
     WHERE account_id = $1`,
    [accountId],
  );
  for (let n = 0; n < 6; n++) await sender.push(`{"n": ${n}}`);
  await sender.push('[1, {"a": 1}]', { 'CL-X-EVENT-ID': 'known', 'CL-X-EVENT-TYPE': 'a' });
  await sender.push('{"a": 1}', { 'Content-Type': 'application/ld+json; charset=utf-8' });
  const { typed } = api.admin;
  for (const isStarted of [false, true]) {
    const { id } = await ok(typed.POST('/api/replays', { body: { account_id: accountId } }));
    if (isStarted) await ok(typed.POST('/api/replays/{id}/start', { params: { path: { id } } }));
  }
  return [accountId, destinationId, ...failed.slice(0, 2)];
}

/** Where the ids of a path are found: by its second segment. */
const SOURCES: Readonly<Record<string, string>> = {
  accounts: 'SELECT account_id AS id FROM accounts',
  destinations: 'SELECT id FROM destinations',
  events: 'SELECT event_id AS id FROM events',
  deliveries: 'SELECT delivery_id AS id FROM finished_deliveries UNION ALL SELECT delivery_id FROM waiting_deliveries',
  replays: 'SELECT replay_id AS id FROM replays',
};

/** What the path of an operation may name; made anew where all were deleted. */
export async function idsFor(api: TestApi, operation: Operation, receiverUrl: string): Promise<string[]> {
  const kind = operation.path.split('/')[2] ?? '';
  const source = SOURCES[kind];
  if (!source || !operation.path.includes('{')) return [];
  const rows = await api.sql<{ id: string }>(`${source} ORDER BY id LIMIT 51`);
  if (rows.length > 0) return rows.map(({ id }) => id);
  const again = await newSender(api);
  return [kind === 'accounts' ? again.accountId : await again.destination(receiverUrl)];
}
