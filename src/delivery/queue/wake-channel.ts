import { logger } from '../../common/logger.js';
import { DatabaseClient } from '../../database/client/database-client.js';
import type { HotPool } from '../../database/hot-pool.js';

const CHANNEL = 'data_pusher_deliveries';
const RECONNECT_AFTER_MS = 1_000;
/** A connection that only listens does not notice that its server is gone, or no primary any more. */
const CHECK_EVERY_MS = 5_000;
const CHECK_DEADLINE_MS = 3_000;
/** Several acceptances share one notification: NOTIFY takes a lock that all commits with one wait for. */
const COALESCE_MS = 20;

/** Sends a message to every listening process; the empty one says that something waits. */
export async function notify(pool: HotPool, message: string): Promise<void> {
  await pool.queryRelaxed('notify', `SELECT pg_notify('${CHANNEL}', $1)`, [message]);
}

const URGENT = 'urgent';
const RESTS = 'rests ';
const RECOVERED = 'recovered ';

/** What one process tells the others about deliveries and destinations. */
export interface DestinationNews {
  /** A person asked for a delivery. */
  onUrgent(): void;
  /** The destination is paused, or its circuit is open: nothing of it will be claimed for so long. */
  onRests(destinationId: string, forMs: number): void;
  /** It is neither any more. */
  onRecovered(destinationId: string): void;
}

/** Tells every process. A lost message is made up for by the poll, and by what the database says when it is asked. */
export function tellUrgent(pool: HotPool): void {
  tell(pool, URGENT);
}

export function tellRests(pool: HotPool, destinationId: string, forMs: number): void {
  tell(pool, `${RESTS}${destinationId} ${Math.ceil(forMs)}`);
}

export function tellRecovered(pool: HotPool, destinationId: string): void {
  tell(pool, RECOVERED + destinationId);
}

function tell(pool: HotPool, message: string): void {
  notify(pool, message).catch(() => undefined);
}

/** Passes a message on; false where it is none of these. */
export function receiveNews(message: string, news: DestinationNews): boolean {
  if (message === URGENT) {
    news.onUrgent();
  } else if (message.startsWith(RESTS)) {
    const [destinationId = '', forMs] = message.slice(RESTS.length).split(' ');
    news.onRests(destinationId, Number(forMs));
  } else if (message.startsWith(RECOVERED)) {
    news.onRecovered(message.slice(RECOVERED.length));
  } else {
    return false;
  }
  return true;
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
  private client: DatabaseClient | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(
    private readonly databaseUrl: string,
    /** Gets the message of each notification; the empty one also after a time without a connection. */
    private readonly onMessage: (message: string) => void,
  ) {}

  async start(): Promise<void> {
    const client = new DatabaseClient({
      databaseUrl: this.databaseUrl,
      applicationName: 'data-pusher listener',
      deadlineMs: CHECK_DEADLINE_MS,
    });
    client.on('notification', ({ payload }) => this.onMessage(payload ?? ''));
    this.client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      logger.warn({ err: error }, 'listening for waiting deliveries failed; polling meanwhile');
      await this.leave(client);
      return;
    }
    client.on('end', () => void this.leave(client));
    this.onMessage('');
    this.after(CHECK_EVERY_MS, () => this.check(client));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.end();
  }

  private async check(client: DatabaseClient): Promise<void> {
    try {
      const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
      if (rows[0]?.standby !== false) throw new Error('the server is no primary any more');
      this.after(CHECK_EVERY_MS, () => this.check(client));
    } catch (error) {
      logger.warn({ err: error }, 'the listening connection is of no use any more; polling meanwhile');
      await this.leave(client);
    }
  }

  private async leave(client: DatabaseClient): Promise<void> {
    if (this.client !== client) return;
    this.client = null;
    this.after(RECONNECT_AFTER_MS, () => this.start());
    await client.end();
  }

  /** The next thing to do; there is only one. */
  private after(ms: number, next: () => Promise<void>): void {
    if (this.timer) clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void next(), ms);
  }
}
