import { Client } from 'pg';
import { logger } from '../../common/logger.js';
import type { HotPool } from '../../database/hot-pool.js';
import { setUpSession } from '../../database/session.js';

const CHANNEL = 'data_pusher_deliveries';
const RECONNECT_AFTER_MS = 1_000;
/** Several acceptances share one notification: NOTIFY takes a lock that all commits with one wait for. */
const COALESCE_MS = 20;

/** Sends a message to every listening process; the empty one says that something waits. */
export async function notify(pool: HotPool, message: string): Promise<void> {
  await pool.queryRelaxed('notify', `SELECT pg_notify('${CHANNEL}', $1)`, [message]);
}

/** Tells other processes that something waits. Never on the way of an answer; a lost one is made up for by the poll. */
export class WakeSender {
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly pool: HotPool) {}

  send(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      notify(this.pool, '').catch(() => undefined);
    }, COALESCE_MS);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
  }
}

/** Listens on a connection of its own, which comes back by itself; meanwhile the poll does the work. */
export class WakeListener {
  private client: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly databaseUrl: string,
    /** Gets the message of each notification; the empty one also after a time without a connection. */
    private readonly onMessage: (message: string) => void,
  ) {}

  async start(): Promise<void> {
    const client = new Client({ connectionString: this.databaseUrl, application_name: 'data-pusher listener' });
    client.on('notification', ({ payload }) => this.onMessage(payload ?? ''));
    client.on('error', () => undefined);
    client.on('end', () => this.reconnect());
    try {
      await client.connect();
      this.client = client;
      await setUpSession(client);
      await client.query(`LISTEN ${CHANNEL}`);
      this.onMessage('');
    } catch (error) {
      logger.warn({ err: error }, 'listening for waiting deliveries failed; polling meanwhile');
      await client.end().catch(() => undefined);
      this.reconnect();
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private reconnect(): void {
    if (this.stopped || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.start();
    }, RECONNECT_AFTER_MS);
  }
}
