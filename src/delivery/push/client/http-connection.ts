import type { Socket } from 'node:net';
import { Dial } from './dial.js';
import type { Dialer } from './dialer.js';
import type { Exchange, ExchangeConnection } from './exchange.js';
import type { Resting } from './idle-pool.js';
import { ClosedEarlyError } from './wire/errors.js';
import type { HttpRequest } from './wire/http-request.js';
import { requestBytes } from './wire/request-bytes.js';
import type { ResponseHead } from './wire/response-head.js';
import { ResponseParser } from './wire/response-parser.js';

/** After this a connection is not used again, so that changes of DNS and of a load balancer reach busy destinations. */
const MAX_AGE_MS = 60_000;
/** How long an idle connection is kept when the server doesn't say; most servers' own limit is 5 s or more. */
const IDLE_MS = 4_000;
const MAX_IDLE_MS = 30_000;
/** So much sooner than the server says, or a request might meet its close half-way. */
const IDLE_MARGIN_MS = 2_000;
/** The rest of a long answer is read and dropped, since that is cheaper than another connection: so much, for so long. */
const MAX_REST_BYTES = 262_144;
const REST_MS = 1_000;

const NOTHING = Buffer.alloc(0);

/** A request, and who waits for its outcome. */
export interface SentRequest {
  readonly request: HttpRequest;
  /** Path and query. */
  readonly target: string;
  readonly exchange: Exchange<HttpConnection>;
}

/** Is told of what happens to a connection beyond a single exchange. */
export interface ConnectionOwner {
  /** Ended while no request was under way. */
  onLost(connection: HttpConnection): void;
  /** The rest of the last answer has been read: it can carry another request. */
  onRestRead(connection: HttpConnection): void;
  /** It was kept, and ended before any byte of the answer came: the request can be sent again on another. */
  onStale(connection: HttpConnection, sent: SentRequest): void;
}

/** One HTTP/1.1 connection to one origin: a request at a time, from dialling to its close. */
export class HttpConnection implements Resting<HttpConnection>, ExchangeConnection {
  /**
   * Those whose requests were made ready in one go, and are then written one right after the other: with the making of
   * the next in between, the kernel would have to wake a receiver on the same machine for each of them.
   */
  private static ready: HttpConnection[] = [];

  private static readonly writeReady = (): void => {
    const { ready } = HttpConnection;
    HttpConnection.ready = [];
    for (const connection of ready) connection.write();
  };

  before: HttpConnection | null = null;
  after: HttpConnection | null = null;
  isResting = false;
  /** null before the first request. */
  dial: Dial | null = null;
  private socket: Socket | null = null;
  /** A request whose turn to be written has not come. */
  private unwritten: readonly Buffer[] = [];
  private sent: SentRequest | null = null;
  private hasServed = false;
  private readonly parser = new ResponseParser();
  private readonly url: URL;
  /** By the last response. */
  private keepAliveSeconds: number | null = null;
  private idleUntilMs = Infinity;
  private isClosed = false;
  /** While the rest of an answer is read that nobody waits for. */
  private rest: { bytes: number; readonly timer: NodeJS.Timeout } | null = null;

  constructor(
    readonly origin: string,
    private readonly dialer: Dialer,
    private readonly owner: ConnectionOwner,
  ) {
    this.url = new URL(origin);
  }

  /** Sends a request whose outcome goes to `exchange`. Only when the one before has ended. */
  send(sent: SentRequest): void {
    const { request, target } = sent;
    this.sent = sent;
    let bytes: Buffer[];
    try {
      bytes = requestBytes(request, this.url.host, target);
    } catch (error) {
      return this.fail(error);
    }
    this.parser.begin(this, request.method);
    if (this.socket) this.writeSoon(bytes);
    else void this.connect(bytes);
  }

  /** Can another request be sent at `nowMs` (performance.now)? */
  isUsable(nowMs: number): boolean {
    return !this.isClosed && nowMs < this.idleUntilMs && nowMs - (this.dial?.startedAt ?? 0) < MAX_AGE_MS;
  }

  get isWritten(): boolean {
    return this.unwritten.length === 0 && this.socket?.writableLength === 0;
  }

  /**
   * The exchange has ended before its answer did. Reads the rest, so that the connection can be used again; false when
   * that is not worth it.
   */
  readRest(): boolean {
    this.sent = null;
    if (!this.parser.mayKeepOpen || this.parser.knownRest > MAX_REST_BYTES) return false;
    this.rest = { bytes: 0, timer: setTimeout(() => this.lose(), REST_MS) };
    return true;
  }

  destroy(): void {
    this.isClosed = true;
    this.sent = null;
    if (this.rest) clearTimeout(this.rest.timer);
    this.dial?.cancel();
    this.socket?.destroy();
  }

  onResponseStart(head: ResponseHead): void {
    const { sent } = this;
    this.keepAliveSeconds = head.framing.keepAliveSeconds;
    sent?.exchange.onResponseStart(head);
    if (sent === null || this.isWritten) return;
    // Called back after what is still to be written.
    this.socket?.write(NOTHING, () => {
      if (this.sent === sent) sent.exchange.onRequestWritten();
    });
  }

  onResponseData(bytes: Buffer): void {
    if (this.sent !== null) return this.sent.exchange.onResponseData(bytes);
    if (this.rest === null) return;
    this.rest.bytes += bytes.length;
    if (this.rest.bytes > MAX_REST_BYTES) this.lose();
  }

  onResponseEnd(keepsOpen: boolean): void {
    this.hasServed = true;
    const seconds = this.keepAliveSeconds;
    const idleMs = seconds === null ? IDLE_MS : Math.min(idleMsOf(seconds), MAX_IDLE_MS);
    this.idleUntilMs = performance.now() + idleMs;
    const isReusable = keepsOpen && idleMs > 0;
    if (this.rest) this.endRest(isReusable);
    else this.sent?.exchange.onResponseEnd(isReusable);
  }

  /** The exchange has ended, and with it its answer. */
  release(): void {
    this.sent = null;
  }

  private endRest(isReusable: boolean): void {
    if (this.rest === null || this.isClosed) return;
    clearTimeout(this.rest.timer);
    this.rest = null;
    if (isReusable) this.owner.onRestRead(this);
    else this.lose();
  }

  private async connect(bytes: readonly Buffer[]): Promise<void> {
    const dial = new Dial();
    this.dial = dial;
    try {
      const socket = await this.dialer.open(this.url, dial, (received) => this.onBytes(received));
      socket.on('error', (error) => this.fail(error));
      socket.on('end', () => this.onEnd());
      socket.on('close', () => this.onEnd());
      this.socket = socket;
      if (this.isClosed) socket.destroy();
      else this.writeSoon(bytes);
    } catch (error) {
      this.fail(error);
    }
  }

  private writeSoon(bytes: readonly Buffer[]): void {
    this.unwritten = bytes;
    if (HttpConnection.ready.push(this) === 1) queueMicrotask(HttpConnection.writeReady);
  }

  private write(): void {
    const { socket } = this;
    const [first, second] = this.unwritten;
    this.unwritten = [];
    if (!socket || this.isClosed) return;
    this.sent?.exchange.onRequestStart();
    if (second) socket.cork();
    if (first) socket.write(first);
    if (second) socket.write(second);
    if (second) socket.uncork();
  }

  private onBytes(bytes: Buffer): void {
    // Unasked: not even its end can be known.
    if (this.sent === null && this.rest === null) return this.lose();
    try {
      const isAll = this.parser.take(bytes);
      // Nothing was sent on it meanwhile: who waits for the outcome goes on in a later turn.
      if (this.sent === null) return isAll ? undefined : this.lose();
      if (isAll) this.sent.exchange.onPause();
      else this.sent.exchange.onExcess();
    } catch (error) {
      this.fail(error);
    }
  }

  private onEnd(): void {
    this.parser.close();
    this.fail(new ClosedEarlyError());
  }

  private lose(): void {
    if (this.isClosed) return;
    this.destroy();
    this.owner.onLost(this);
  }

  private fail(error: unknown): void {
    const { sent } = this;
    if (sent === null) return this.lose();
    const isStale = this.hasServed && !this.parser.hasAnyByte && isEnd(error);
    this.destroy();
    if (isStale) this.owner.onStale(this, sent);
    else sent.exchange.onConnectionLost(error, this.parser.hasAllContent);
  }
}

/** How long before the server's own time-out a connection is closed: short ones would leave nothing. */
function idleMsOf(seconds: number): number {
  return Math.max(seconds * 1000 - IDLE_MARGIN_MS, seconds * 500);
}

/** FIN or RST, whether met when reading or when writing; not a time-out. */
function isEnd(error: unknown): boolean {
  if (error instanceof ClosedEarlyError) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED';
}
