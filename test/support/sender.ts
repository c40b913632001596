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
