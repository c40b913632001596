import type { Socket } from 'node:net';
import { Dial, type Dialer } from './dial.js';
import type { Exchange } from './exchange.js';
import { ClosedEarlyError } from './http/errors.js';
import type { HttpRequest } from './http/http-request.js';
import { requestBytes } from './http/request-bytes.js';
import type { ResponseHead } from './http/response-head.js';
import { ResponseParser } from './http/response-parser.js';
import type { Resting } from './idle-pool.js';

/** After this a connection is not used again, so that changes of DNS and of a load balancer reach busy destinations. */
const MAX_AGE_MS = 60_000;
/** How long an idle connection is kept when the server doesn't say; most servers' own limit is 5 s or more. */
const IDLE_MS = 4_000;
const MAX_IDLE_MS = 30_000;
/** So much sooner than the server says, or a request might meet its close half-way. */
const IDLE_MARGIN_MS = 2_000;

/** One HTTP/1.1 connection to one origin: a request at a time, from dialling to its close. */
export class HttpConnection implements Resting<HttpConnection> {
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
  private exchange: Exchange | null = null;
  private readonly parser = new ResponseParser();
  private readonly url: URL;
  /** By the last response. */
  private keepAliveSeconds: number | null = null;
  private idleUntilMs = Infinity;
  private isClosed = false;

  /** `onLost`: closed by the peer while no request was under way. */
  constructor(
    readonly origin: string,
    private readonly dialer: Dialer,
    private readonly onLost: (connection: HttpConnection) => void,
  ) {
    this.url = new URL(origin);
  }

  /** Sends a request whose outcome goes to `exchange`. Only when the one before has ended. */
  send(request: HttpRequest, target: string, exchange: Exchange): void {
    this.exchange = exchange;
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

  destroy(): void {
    this.isClosed = true;
    this.exchange = null;
    this.dial?.cancel();
    this.socket?.destroy();
  }

  onResponseStart(head: ResponseHead): void {
    this.keepAliveSeconds = head.framing.keepAliveSeconds;
    this.exchange?.onResponseStart(head);
  }

  onResponseData(bytes: Buffer): void {
    this.exchange?.onResponseData(bytes);
  }

  onResponseEnd(keepsOpen: boolean): void {
    const { exchange } = this;
    this.exchange = null;
    const seconds = this.keepAliveSeconds;
    const idleMs = seconds === null ? IDLE_MS : Math.min(seconds * 1000 - IDLE_MARGIN_MS, MAX_IDLE_MS);
    this.idleUntilMs = performance.now() + idleMs;
    // What is not sent by now the server did not want.
    const isSent = this.socket?.writableLength === 0;
    exchange?.onResponseEnd(keepsOpen && isSent && idleMs > 0);
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
    this.exchange?.onRequestStart();
    if (second) socket.cork();
    if (first) socket.write(first);
    if (second) socket.write(second);
    if (second) socket.uncork();
  }

  private onBytes(bytes: Buffer): void {
    // Unasked: not even its end can be known.
    if (this.exchange === null) return this.lose();
    try {
      // Nothing was sent on it meanwhile: who waits for the outcome goes on in a later turn.
      if (!this.parser.take(bytes)) this.lose();
    } catch (error) {
      this.fail(error);
    }
  }

  private onEnd(): void {
    if (this.exchange === null) this.lose();
    else if (!this.parser.close()) this.fail(new ClosedEarlyError());
  }

  private lose(): void {
    if (this.isClosed) return;
    this.destroy();
    this.onLost(this);
  }

  private fail(error: unknown): void {
    const { exchange } = this;
    if (exchange === null) return this.lose();
    this.destroy();
    exchange.onResponseError(error);
  }
}
