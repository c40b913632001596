import type { Socket } from 'node:net';
import { type buildConnector, Client } from 'undici';
import type { PushRequest } from './build-request.js';
import { Dial, Dialer, type DialerOptions, type DialTarget } from './dial.js';
import { Exchange } from './exchange.js';
import { IdlePool } from './idle-pool.js';
import { type AttemptOutcome, failedOutcome } from './outcome.js';

export interface SendOptions {
  /** For everything: looking up the name, connecting, sending, the whole answer. */
  readonly timeoutMs: number;
  /** Cuts this one attempt off: `interrupted`. To cut off all at once, {@link Transport.destroy} does without listeners. */
  readonly signal?: AbortSignal;
}

export interface TransportOptions extends DialerOptions {
  /** Connections kept open between requests, over all destinations. */
  readonly maxIdleConnections?: number;
}

/** After this a connection is not used again, so that changes of DNS and of a load balancer reach busy destinations. */
const MAX_CONNECTION_AGE_MS = 60_000;
const MAX_IDLE_CONNECTIONS = 2048;
/** How long an idle connection is kept when the server doesn't say; most servers' own limit is 5 s or more. */
const IDLE_MS = 4000;
const MAX_IDLE_MS = 30_000;

/**
 * Makes HTTP/1.1 requests to addresses that are allowed, and nothing else: no redirects, no cookies, no retries. What
 * happens is an outcome, never thrown. How many requests go to a destination at once is the caller's to limit.
 *
 * On undici's Client, one for each connection, with a pool of our own: undici's `request` makes streams nobody needs
 * (83 µs of CPU a request against 62 for a bare dispatch), its Pool walks over all connections to find an idle one, and
 * its Agent does not tell over which connection, so to which address, a request went.
 */
export class Transport {
  private readonly dialer: Dialer;
  private readonly idle: IdlePool<Connection>;
  private readonly running = new Set<Exchange>();
  private stopped = false;
  private whenIdle: (() => void) | null = null;

  constructor(options: TransportOptions) {
    this.dialer = new Dialer(options);
    this.idle = new IdlePool(options.maxIdleConnections ?? MAX_IDLE_CONNECTIONS);
  }

  /** Sends one request. Never rejects. */
  send(request: PushRequest, options: SendOptions): Promise<AttemptOutcome> {
    if (this.stopped || options.signal?.aborted) return settled('interrupted', 'not sent: shutting down');
    const slash = request.url.indexOf('/', request.url.indexOf('//') + 2);
    const connection = slash < 0 ? null : this.connectionTo(request.url.slice(0, slash));
    if (connection === null) return settled('cannot_be_sent', 'the URL is not a normal http or https URL');
    return new Promise((resolve) => {
      const interrupt = (): void => exchange.interrupt('cut off: shutting down');
      const exchange = new Exchange(connection, options.timeoutMs, (outcome, reusable) => {
        options.signal?.removeEventListener('abort', interrupt);
        this.running.delete(exchange);
        this.release(connection, reusable);
        resolve(outcome);
      });
      this.running.add(exchange);
      options.signal?.addEventListener('abort', interrupt, { once: true });
      connection.dispatch(request, request.url.slice(slash), exchange);
    });
  }

  /** Takes no more requests, waits for those under way, closes all connections. */
  async close(): Promise<void> {
    this.stopped = true;
    if (this.running.size > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    for (const connection of this.idle.clear()) connection.destroy();
  }

  /** Cuts off what is under way (`interrupted`) and closes all connections. */
  destroy(): void {
    this.stopped = true;
    for (const exchange of this.running) exchange.interrupt('cut off: shutting down');
    for (const connection of this.idle.clear()) connection.destroy();
  }

  /** null when that is no origin. */
  private connectionTo(origin: string): Connection | null {
    for (let kept = this.idle.take(origin); kept !== undefined; kept = this.idle.take(origin)) {
      if (kept.isUsable()) return kept;
      kept.destroy();
    }
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || !/^https?:/.test(origin)) return null;
    return new Connection(origin, this.dialer, (connection) => {
      if (this.idle.remove(connection)) connection.destroy();
    });
  }

  private release(connection: Connection, reusable: boolean): void {
    if (reusable && !this.stopped) this.idle.put(connection.origin, connection)?.destroy();
    else connection.destroy();
    if (this.running.size > 0) return;
    this.whenIdle?.();
    this.whenIdle = null;
  }
}

/** One connection to one origin, and the client that speaks HTTP over it. */
class Connection {
  dial: Dial | null = null;
  private readonly client: Client;
  private isConnected = false;

  constructor(
    readonly origin: string,
    private readonly dialer: Dialer,
    onDisconnect: (connection: Connection) => void,
  ) {
    this.client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: MAX_IDLE_MS,
      // The exchange has the one deadline; a server that drips would reset these for ever.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (target, callback) => void this.connect(target, callback),
    });
    // Told by events: asking for the client's state makes an object of all its figures.
    this.client.on('connect', () => (this.isConnected = true));
    this.client.on('disconnect', () => {
      this.isConnected = false;
      onDisconnect(this);
    });
  }

  dispatch(request: PushRequest, path: string, exchange: Exchange): void {
    const { method, headers, body } = request;
    // `reset: false` keeps the connection after a DELETE with a body, too.
    this.client.dispatch({ method, path, headers, body, reset: false }, exchange);
  }

  private async connect(target: DialTarget, callback: buildConnector.Callback): Promise<void> {
    const dial = new Dial();
    this.dial = dial;
    let socket: Socket;
    try {
      socket = await this.dialer.open(target, dial);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null);
      return;
    }
    callback(null, socket);
  }

  isUsable(): boolean {
    const age = performance.now() - (this.dial?.startedAt ?? 0);
    return age < MAX_CONNECTION_AGE_MS && this.isConnected;
  }

  destroy(): void {
    this.dial?.cancel();
    void this.client.destroy();
  }
}

function settled(errorCode: 'interrupted' | 'cannot_be_sent', detail: string): Promise<AttemptOutcome> {
  return Promise.resolve(failedOutcome(errorCode, detail));
}
