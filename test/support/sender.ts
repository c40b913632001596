import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from './app.js';

/** An account with its token. */
export interface Sender {
  readonly accountId: string;
  readonly token: string;
}

let emails = 0;

export async function newSender(app: App): Promise<Sender> {
  const { status, body } = await app.post<{ account_id: string; app_secret_token: string }>('/api/accounts/', {
    email: `sender${++emails}-${process.pid}@example.com`,
    account_name: 'Sender',
  });
  if (status !== 201) throw new Error(`No account: ${status} ${JSON.stringify(body)}`);
  return { accountId: body.account_id, token: body.app_secret_token };
}

/** A destination of the account; returns its id. */
export async function newDestination(app: App, { accountId }: Sender, url: string, more: object = {}): Promise<string> {
  const input = { url, http_method: 'POST', headers: { 'X-Test': 'yes' }, ...more };
  const { status, body } = await app.post<{ id: string }>(`/api/accounts/${accountId}/destinations/`, input);
  if (status !== 201) throw new Error(`No destination: ${status} ${JSON.stringify(body)}`);
  return body.id;
}

/** A delivery as the API shows it. */
export interface Delivery {
  readonly id: string;
  readonly event_id: string;
  readonly destination_id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly last_status: number | null;
  readonly finished_at: string | null;
}

/** Sends data as it is; returns the event's id. */
export async function push(
  app: App,
  { token }: Sender,
  body: string | Buffer = '{}',
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const answer = await app.request<{ event_id: string }>('POST', '/server/incoming_data/', {
    body,
    headers: { 'CL-X-TOKEN': token, ...headers },
    apiKey: null,
  });
  if (answer.status !== 202) throw new Error(`Not accepted: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.event_id;
}

/** Waits until the event's only delivery is in this state. */
export async function untilState(app: App, eventId: string, state: string, timeoutMs = 60_000): Promise<Delivery> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    const { body } = await app.get<{ results: Delivery[] }>(`/api/deliveries/?event_id=${eventId}`);
    const [delivery] = body.results;
    if (delivery?.state === state) return delivery;
    if (Date.now() > endMs) throw new Error(`Not ${state} after ${timeoutMs} ms: ${JSON.stringify(body.results)}`);
    await sleep(50);
  }
}
