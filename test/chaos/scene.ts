import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../support/api-client.js';
import { readLedger, type Evidence } from './evidence.js';
import type { SentRecord } from './load.js';
import type { Receivers } from './receivers.js';
import type { Service } from './service.js';

/** After the last fault: circuits probe at most every minute, and a process taken for dead is so after seconds. */
const CALM_WITHIN_MS = 150_000;
const GHOSTS_WITHIN_MS = 20_000;
const RETRIES = Array.from({ length: 50 }, () => 1);
/** The destinations' \`timeout_ms\`. */
export const ATTEMPT_WITHIN_MS = 3_000;

interface Account {
  readonly id: string;
  readonly token: string;
  readonly destinations: readonly string[];
}

/** The two accounts of a run: the first one's events must all arrive, the second one's destinations are beyond help. */
export class Scene {
  private accounts: readonly [Account, Account] | null = null;

  constructor(
    private readonly service: Service,
    private readonly receivers: Receivers,
  ) {}

  /** Their tokens. */
  async createAccounts(): Promise<[string, string]> {
    const { main, beyondHelp } = this.receivers;
    const first = await this.createAccount(urlsOf(main), RETRIES);
    const second = await this.createAccount([...urlsOf(beyondHelp), 'http://name-of-nobody.invalid/'], [1]);
    this.accounts = [first, second];
    return [first.token, second.token];
  }

  /** Until nothing is left to do. Gives up silently: what is left then is found, and named, by the reconciliation. */
  async settle(): Promise<void> {
    const [first, second] = this.created();
    await this.untilNothingWaits(first.id);
    await this.apiClient().delete(`/api/accounts/${second.id}/`);
    await this.untilNothingWaits(null);
  }

  async gather(sent: SentRecord, faults: Pick<Evidence, 'crashesAtMs' | 'cuts'>): Promise<Evidence> {
    const [first, second] = this.created();
    const { main, beyondHelp } = this.receivers;
    const destinations = main.map(({ arrivals }, index) => ({ id: first.destinations[index] ?? '', arrivals }));
    const repeated = destinations.flatMap(({ arrivals }) =>
      [...arrivals].filter(([, { succeededAtMs }]) => succeededAtMs.length > 1).map(([eventId]) => eventId),
    );
    return {
      ...(await readLedger(this.service, [first.id, second.id], repeated)),
      sent,
      destinations,
      others: beyondHelp.map(({ arrivals }) => arrivals),
      foreign: [...main, ...beyondHelp].flatMap(({ foreign }) => foreign),
      ghosts: await this.countGhosts(),
      ...faults,
    };
  }

  private created(): readonly [Account, Account] {
    if (!this.accounts) throw new Error('createAccounts() comes first');
    return this.accounts;
  }

  private apiClient(): ApiClient {
    return new ApiClient(this.service.url, this.service.apiKey);
  }

  private async createAccount(urls: readonly string[], retrySchedule: readonly number[]): Promise<Account> {
    const api = this.apiClient();
    const email = `chaos${urls.join().length}-${retrySchedule.length}@example.com`;
    const { status, body } = await api.post('/api/accounts/', { email, account_name: 'Chaos' });
    if (status !== 201) throw new Error(`No account: ${JSON.stringify(body)}`);
    const destinations: string[] = [];
    for (const url of urls) {
      const created = await api.post(`/api/accounts/${body.account_id}/destinations/`, {
        url,
        http_method: 'POST',
        headers: { 'X-Chaos': 'yes' },
        timeout_ms: ATTEMPT_WITHIN_MS,
        max_concurrency: 64,
        retry_schedule: retrySchedule,
      });
      if (created.status !== 201) throw new Error(`No destination: ${JSON.stringify(created.body)}`);
      destinations.push(String(created.body.id));
    }
    return { id: String(body.account_id), token: String(body.app_secret_token), destinations };
  }

  private async untilNothingWaits(accountId: string | null): Promise<void> {
    const endMs = performance.now() + CALM_WITHIN_MS;
    const waiting = async (): Promise<boolean> => {
      const rows = await this.service.sql(
        'SELECT 1 FROM waiting_deliveries WHERE account_id = coalesce($1::uuid, account_id) LIMIT 1',
        [accountId],
      );
      return rows.length > 0;
    };
    while ((await waiting()) && performance.now() < endMs) await sleep(200);
  }

  private async countGhosts(): Promise<number> {
    const endMs = performance.now() + GHOSTS_WITHIN_MS;
    for (;;) {
      const rows = await this.service.sql('SELECT 1 FROM processes WHERE pid <> ALL ($1::int[])', [
        this.service.workers(),
      ]);
      if (rows.length === 0 || performance.now() > endMs) return rows.length;
      await sleep(200);
    }
  }
}

function urlsOf(receivers: readonly { readonly url: string }[]): string[] {
  return receivers.map(({ url }) => url);
}
