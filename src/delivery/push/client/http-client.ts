import { Bag } from '../../../common/bag.js';
import { Dialer, type DialerOptions } from './dialer.js';
import { Exchange, type ExchangeEnd, type Reuse } from './exchange.js';
import { type ConnectionOwner, HttpConnection, type SentRequest } from './http-connection.js';
import type { HttpFailure, HttpResult } from './http-result.js';
import { IdlePool } from './idle-pool.js';
import { InterruptedError, UnsendableError } from './wire/errors.js';
import type { HttpRequest } from './wire/http-request.js';

export interface SendOptions {
  /** For everything: looking up the name, connecting, sending, the whole answer. */
  readonly timeoutMs: number;
  /** Cuts this one request off. To cut off all at once, {@link HttpClient.destroy} does without listeners. */
  readonly signal?: AbortSignal;
}

export interface HttpClientOptions extends DialerOptions {
  /** Of an answer's body no more than this is kept, after decompression. */
  readonly maxBodyBytes: number;
  /** Connections kept open between requests, over all origins. */
  readonly maxIdleConnections?: number;
}

const MAX_IDLE_CONNECTIONS = 2048;
const SWEEP_EVERY_MS = 1_000;

/**
 * An HTTP/1.1 client for requests to servers that strangers choose: no redirects, no cookies, nothing added but what
 * HTTP needs. What happens is a result, never thrown. How many requests go to an origin at once is the caller's to
 * limit. See docs/http-client.md.
 */
export class HttpClient implements ConnectionOwner {
  private readonly dialer: Dialer;
  private readonly maxBodyBytes: number;
  private readonly idle: IdlePool<HttpConnection>;
  private readonly running = new Bag<Exchange<HttpConnection>>();
  /** Connections on which the rest of an answer is read. */
  private readonly resting = new Set<HttpConnection>();
  private stopped = false;
  private whenIdle: (() => void) | null = null;
  private sweeper: NodeJS.Timeout | null = null;

  constructor(options: HttpClientOptions) {
    this.dialer = new Dialer(options);
    this.maxBodyBytes = options.maxBodyBytes;
    this.idle = new IdlePool(options.maxIdleConnections ?? MAX_IDLE_CONNECTIONS);
  }

  /** Sends one request. Never rejects. */
  send(request: HttpRequest, options: SendOptions): Promise<HttpResult> {
    if (this.stopped || options.signal?.aborted) return notSent(new InterruptedError('not sent: shutting down'));
    const slash = request.url.indexOf('/', request.url.indexOf('//') + 2);
    const connection = slash < 0 ? null : this.connectionTo(request.url.slice(0, slash));
    if (connection === null) return notSent(new UnsendableError('the URL is not a normal http or https URL'));
    const { signal } = options;
    return new Promise((resolve) => {
      const end: ExchangeEnd<HttpConnection> = (result, last, reuse) => {
        signal?.removeEventListener('abort', interrupt);
        this.running.delete(exchange);
        this.release(last, reuse);
        resolve(result);
      };
      const exchange = new Exchange(connection, options.timeoutMs, this.maxBodyBytes, end);
      const interrupt = (): void => exchange.interrupt('cut off: shutting down');
      this.running.add(exchange);
      signal?.addEventListener('abort', interrupt, { once: true });
      connection.send({ request, target: request.url.slice(slash), exchange });
    });
  }

  /** Takes no more requests, waits for those under way, closes all connections. */
  async close(): Promise<void> {
    this.stopped = true;
    if (this.running.size > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    this.closeKept();
  }

  /** Cuts off what is under way and closes all connections. */
  destroy(): void {
    this.stopped = true;
    for (const exchange of this.running) exchange.interrupt('cut off: shutting down');
    this.closeKept();
  }

  onLost(connection: HttpConnection): void {
    this.idle.remove(connection);
    this.resting.delete(connection);
  }

  onRestRead(connection: HttpConnection): void {
    this.resting.delete(connection);
    this.keep(connection);
  }

  /** Not on another kept connection, which may have ended, too: so that it happens once. */
  onStale({ origin }: HttpConnection, sent: SentRequest): void {
    const connection = new HttpConnection(origin, this.dialer, this);
    sent.exchange.moveTo(connection);
    connection.send(sent);
  }

  /** null when that is no origin. */
  private connectionTo(origin: string): HttpConnection | null {
    for (let kept = this.idle.take(origin); kept !== undefined; kept = this.idle.take(origin)) {
      if (kept.isUsable(performance.now())) return kept;
      kept.destroy();
    }
    const url = URL.canParse(origin) ? new URL(origin) : null;
    if (url?.origin !== origin || !/^https?:$/.test(url.protocol)) return null;
    return new HttpConnection(origin, this.dialer, this);
  }

  private release(connection: HttpConnection, reuse: Reuse): void {
    if (reuse === 'now') {
      connection.release();
      this.keep(connection);
    } else if (reuse === 'after the rest' && connection.readRest()) {
      this.resting.add(connection);
    } else {
      connection.destroy();
    }
    if (this.running.size > 0) return;
    this.whenIdle?.();
    this.whenIdle = null;
  }

  private keep(connection: HttpConnection): void {
    if (this.stopped) return connection.destroy();
    this.idle.put(connection)?.destroy();
    this.sweeper ??= setInterval(() => this.sweep(), SWEEP_EVERY_MS).unref();
  }

  private closeKept(): void {
    for (const connection of [...this.idle.clear(), ...this.resting]) connection.destroy();
    this.resting.clear();
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

/** The failure of a request for which there was no connection. */
function notSent(error: Error): Promise<HttpFailure> {
  const timings = { total: 0 };
  return Promise.resolve({ kind: 'failed', error, phase: 'ready', where: '', address: null, timings, resent: false });
}
