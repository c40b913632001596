import { setTimeout as sleep } from 'node:timers/promises';

const SENDERS = 40;
const RETRY_AFTER_MS = 100;
const GIVE_UP_AFTER_MS = 100_000;

/**
 * A client that sends events `{"n": 0}`, `{"n": 1}`, … side by side and insists: what was not accepted it sends again
 * with the same id, as a careful client does when its server goes away.
 */
export class Flood {
  private next = 0;
  private accepted = 0;
  private readonly waiters = new Set<() => void>();

  /** `url`: where the service is now; asked before every request. */
  constructor(
    private readonly url: () => string,
    private readonly token: string,
    private readonly events: number,
  ) {}

  /** Resolves when all are accepted. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: SENDERS }, () => this.sendMore()));
  }

  /** Resolves when so many are accepted. */
  untilAccepted(count: number): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.accepted < count) return;
        this.waiters.delete(check);
        resolve();
      };
      this.waiters.add(check);
      check();
    });
  }

  private async sendMore(): Promise<void> {
    while (this.next < this.events) await this.insist(this.next++);
  }

  private async insist(n: number): Promise<void> {
    const endMs = Date.now() + GIVE_UP_AFTER_MS;
    let last = '';
    while (Date.now() < endMs) {
      last = await this.send(n);
      if (last === '202') {
        this.accepted++;
        for (const check of this.waiters) check();
        return;
      }
      await sleep(RETRY_AFTER_MS);
    }
    throw new Error(`Event ${n} was never accepted; the last answer was ${last}`);
  }

  private async send(n: number): Promise<string> {
    try {
      const response = await fetch(`${this.url()}/server/incoming_data/`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'CL-X-TOKEN': this.token, 'CL-X-EVENT-ID': `event-${n}` },
        body: JSON.stringify({ n }),
      });
      await response.text();
      return String(response.status);
    } catch (error) {
      return String(error);
    }
  }
}
