import type { Answer } from './api-client.js';
import { type Receiver, startReceiver } from './receiver.js';
import { startApi, type TestApi } from './start-api.js';

/** An account with its token, as the tests of receiving and of the ledger need it. */
export interface Sender {
  readonly accountId: string;
  readonly token: string;
  /** Creates a destination of the account; returns its id. */
  destination(url: string, more?: object): Promise<string>;
  /** Sends data as it is (text, bytes) or as JSON. */
  push(body: unknown, headers?: Record<string, string>): Promise<Answer>;
  batch(body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

let emails = 0;

export async function newSender(api: TestApi): Promise<Sender> {
  const answer = await api.admin.post('/api/accounts/', {
    email: `sender${++emails}-${process.pid}@example.com`,
    account_name: 'Sender',
  });
  const accountId = String(answer.body.account_id);
  const token = String(answer.body.app_secret_token);
  const caller = api.as('');
  return {
    accountId,
    token,
    destination: async (url, more = {}) => {
      const created = await api.admin.post(`/api/accounts/${accountId}/destinations/`, {
        url,
        http_method: 'POST',
        headers: { 'X-Test': 'yes' },
        ...more,
      });
      if (created.status !== 201) throw new Error(JSON.stringify(created.body));
      return String(created.body.id);
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
