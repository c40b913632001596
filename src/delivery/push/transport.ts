import { Bag } from '../../common/bag.js';
import type { HttpRequest } from './http/http-request.js';
import { Dialer, type DialerOptions } from './dial.js';
import { Exchange } from './exchange.js';
import { HttpConnection } from './http-connection.js';
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

const MAX_IDLE_CONNECTIONS = 2048;
const SWEEP_EVERY_MS = 1_000;

/**
 * Makes HTTP/1.1 requests to addresses that are allowed, and nothing else: no redirects, no cookies, no retries. What
 * happens is an outcome, never thrown. How many requests go to a destination at once is the caller's to limit.
 */
export class Transport {
  private readonly dialer: Dialer;
  private readonly idle: IdlePool<HttpConnection>;
  private readonly running = new Bag<Exchange>();
  private stopped = false;
  private whenIdle: (() => void) | null = null;
  private sweeper: NodeJS.Timeout | null = null;

  constructor(options: TransportOptions) {
    this.dialer = new Dialer(options);
    this.idle = new IdlePool(options.maxIdleConnections ?? MAX_IDLE_CONNECTIONS);
  }

  /** Sends one request. Never rejects. */
  send(request: HttpRequest, options: SendOptions): Promise<AttemptOutcome> {
    if (this.stopped || options.signal?.aborted) return settled('interrupted', 'not sent: shutting down');
    const slash = request.url.indexOf('/', request.url.indexOf('//') + 2);
    const connection = slash < 0 ? null : this.connectionTo(request.url.slice(0, slash));
    if (connection === null) return settled('cannot_be_sent', 'the URL is not a normal http or https URL');
    const { signal } = options;
    return new Promise((resolve) => {
      const exchange = new Exchange(connection, options.timeoutMs, (outcome, reusable) => {
        signal?.removeEventListener('abort', interrupt);
        this.running.delete(exchange);
        this.release(connection, reusable);
        resolve(outcome);
      });
      const interrupt = (): void => exchange.interrupt('cut off: shutting down');
      this.running.add(exchange);
      signal?.addEventListener('abort', interrupt, { once: true });
      connection.send(request, request.url.slice(slash), exchange);
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
  private connectionTo(origin: string): HttpConnection | null {
    for (let kept = this.idle.take(origin); kept !== undefined; kept = this.idle.take(origin)) {
      if (kept.isUsable(performance.now())) return kept;
      kept.destroy();
    }
    const url = URL.canParse(origin) ? new URL(origin) : null;
    if (url?.origin !== origin || !/^https?:$/.test(url.protocol)) return null;
    return new HttpConnection(origin, this.dialer, (connection) => this.idle.remove(connection));
  }

  private release(connection: HttpConnection, reusable: boolean): void {
    if (reusable && !this.stopped) {
      this.idle.put(connection)?.destroy();
      this.sweeper ??= setInterval(() => this.sweep(), SWEEP_EVERY_MS).unref();
    } else {
      connection.destroy();
    }
    if (this.running.size > 0) return;
    this.whenIdle?.();
    this.whenIdle = null;
  }

  /** Closes what has been idle for as long as it may be. */
  private sweep(): void {
    const nowMs = performance.now();
    for (const connection of this.idle) {
      if (connection.isUsable(nowMs)) continue;
      this.idle.remove(connection);
      connection.destroy();
    }
    this.idle.tidy();
    if (this.idle.size > 0 || this.sweeper === null) return;
    clearInterval(this.sweeper);
    this.sweeper = null;
  }
}

function settled(errorCode: 'interrupted' | 'cannot_be_sent', detail: string): Promise<AttemptOutcome> {
  return Promise.resolve(failedOutcome(errorCode, detail));
}
