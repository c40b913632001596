import type { Answer } from '../support/api-client.js';
import type { Sender } from '../support/ledger.js';
import { startApi, type TestApi } from '../support/start-api.js';
import { ALLOWED, type Network } from './network.js';

/** What an attack meets: the product, whole or without a guard, and the network around it. */
export interface World {
  readonly api: TestApi;
  readonly network: Network;
}

export const MAX_BODY_BYTES = 65_536;
export const MAX_DESTINATIONS = 3;
/** Long enough for whoever is held up by a busy machine. */
export const REQUEST_TIMEOUT_SECONDS = 3;

/** `main`: see {@link startApi}. */
export async function startWorld(network: Network, main?: string): Promise<World> {
  const env = {
    ALLOWED_PRIVATE_NETWORKS: ALLOWED,
    DNS_SERVERS: network.dns.address,
    MAX_BODY_BYTES: String(MAX_BODY_BYTES),
    MAX_DESTINATIONS: String(MAX_DESTINATIONS),
    REQUEST_TIMEOUT_SECONDS: String(REQUEST_TIMEOUT_SECONDS),
  };
  return { api: await startApi(env, undefined, main), network };
}

/** Asks for a destination of the account; it may be refused. */
export function saveDestination(
  { api }: World,
  { accountId }: Sender,
  url: string,
  headers: object = { 'X-A': '1' },
): Promise<Answer> {
  const fields = { url, http_method: 'POST', headers };
  return api.admin.post(`/api/accounts/${accountId}/destinations/`, fields);
}

/** Sends a test event to a destination and tells what came of it: `delivered`, or the code of the error. */
export async function sendTest({ api }: World, destinationId: string): Promise<{ outcome: string; body: string }> {
  const { body } = await api.admin.post(`/api/destinations/${destinationId}/test/`);
  return { outcome: String(body.error_code ?? 'delivered'), body: String(body.response_body) };
}

export async function countEvents({ api }: World, { accountId }: Sender): Promise<number> {
  const [row] = await api.sql<{ count: string }>('SELECT count(*) FROM events WHERE account_id = $1', [accountId]);
  return Number(row?.count);
}

/** `1 event`, `0 events`. */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Statuses in the order in which they first came: `401, then 429`. */
export function inTurn(statuses: readonly number[]): string {
  return [...new Set(statuses)].join(', then ');
}
