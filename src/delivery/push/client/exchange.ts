import type { Member } from '../../../common/bag.js';
import { decodeBody } from './decode-body.js';
import type { Dial } from './dial.js';
import type { HttpAnswer, HttpFailure, HttpResult, Timings } from './http-result.js';
import { DeadlineError, InterruptedError } from './wire/errors.js';
import { headerOf } from './wire/header-list.js';
import type { ResponseHead } from './wire/response-head.js';

/** Once the status counts, a body that falls silent for so long is taken as it is. */
const SILENCE_MS = 1_000;

/** The connection an exchange runs on. */
export interface ExchangeConnection {
  /** null before there was anything to dial. */
  readonly dial: Dial | null;
  /** Has the request been handed to the system whole? */
  readonly isWritten: boolean;
}

/** What may become of the connection: another request at once; only after the rest of the answer; none. */
export type Reuse = 'now' | 'after the rest' | 'never';

/** Called once; the result may still be unpacked. */
export type ExchangeEnd<C> = (result: HttpResult | Promise<HttpResult>, connection: C, reuse: Reuse) => void;

const STAGES = {
  dns: 'while looking up the host name',
  connect: 'while connecting',
  tls: 'in the TLS handshake',
} as const satisfies Record<Exclude<Dial['phase'], 'ready'>, string>;

/**
 * One request and its answer: collects what its connection reports and turns it into a result, within one deadline.
 *
 * The head of the answer decides: what goes wrong after it only cuts the body. But a 2xx does not count before the
 * request has been written whole, because nobody can have read it.
 */
export class Exchange<C extends ExchangeConnection> implements Member {
  place = -1;
  /** Was the request sent a second time? */
  resent = false;
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private silence: NodeJS.Timeout | null = null;
  private quietSinceMs = 0;
  private ended = false;
  private sent = false;
  private head: ResponseHead | null = null;
  /** The answer has come whole, and whether its connection can be used again. */
  private whole: { readonly keepsOpen: boolean } | null = null;
  private firstByteMs = 0;
  private readBytes = 0;
  private readonly chunks: Buffer[] = [];

  // A timer for each request costs less than measuring can tell; an AbortSignal for each costs half as much again as
  // the whole request (95 against 64 µs).
  constructor(
    private connection: C,
    timeoutMs: number,
    private readonly maxBodyBytes: number,
    private readonly end: ExchangeEnd<C>,
  ) {
    // One more turn of the event loop: after a stall of ours the answer may lie in the socket, unread.
    this.timer = setTimeout(() => setImmediate(() => this.onDeadline(timeoutMs)), timeoutMs);
  }

  /** Goes on with another connection, from the beginning. */
  moveTo(connection: C): void {
    this.connection = connection;
    this.resent = true;
    this.sent = false;
  }

  /** Ends it from our side; the data may have arrived or not. */
  interrupt(detail: string): void {
    if (this.isDecided()) this.finishAnswered('never');
    else this.fail(new InterruptedError(detail), this.sent ? '' : 'before the request was sent');
  }

  onRequestStart(): void {
    this.sent = true;
  }

  /** The system has taken all of the request, of which a part was left when the answer began. */
  onRequestWritten(): void {
    if (this.whole) this.finishAnswered(this.whole.keepsOpen ? 'now' : 'never');
    else if (this.isFull()) this.finishAnswered('after the rest');
    else this.onPause();
  }

  onResponseStart(head: ResponseHead): void {
    this.head = head;
    this.firstByteMs = this.elapsedMs();
  }

  /** The bytes are copied. */
  onResponseData(bytes: Buffer): void {
    if (this.ended) return;
    const room = this.maxBodyBytes - this.readBytes;
    this.readBytes += bytes.length;
    if (room > 0) this.chunks.push(Buffer.from(bytes.subarray(0, room)));
    if (this.isFull() && this.isDecided()) this.finishAnswered('after the rest');
  }

  /** `keepsOpen`: the connection can carry another request. */
  onResponseEnd(keepsOpen: boolean): void {
    this.whole = { keepsOpen };
    if (this.isDecided()) this.finishAnswered(keepsOpen ? 'now' : 'never');
  }

  /** More bytes came than belong to the answer. */
  onExcess(): void {
    this.whole = { keepsOpen: false };
  }

  /** All that came was taken, and the answer is not whole. */
  onPause(): void {
    if (this.ended || this.head === null) return;
    this.quietSinceMs = performance.now();
    if (this.silence) this.silence.refresh();
    else this.silence = setTimeout(() => setImmediate(() => this.onSilence()), SILENCE_MS);
  }

  /** The connection is of no more use. `isWhole`: all content has come nevertheless. */
  onConnectionLost(error: unknown, isWhole: boolean): void {
    if (this.ended) return;
    if (isWhole) this.whole ??= { keepsOpen: false };
    if (this.isDecided()) this.finishAnswered('never');
    else this.fail(error, this.where());
  }

  private onSilence(): void {
    if (this.ended || !this.isDecided()) return;
    // After a stall of ours something may just have been read.
    if (performance.now() - this.quietSinceMs < SILENCE_MS / 2) return;
    this.finishAnswered('never');
  }

  private onDeadline(timeoutMs: number): void {
    if (this.ended) return;
    if (this.isDecided()) this.finishAnswered('never');
    else this.fail(new DeadlineError(timeoutMs), this.stage());
  }

  /** Can nothing change the outcome any more? */
  private isDecided(): boolean {
    if (this.head === null) return false;
    return this.head.status >= 300 || this.connection.isWritten;
  }

  private isFull(): boolean {
    return this.readBytes > this.maxBodyBytes;
  }

  private stage(): string {
    const phase = this.connection.dial?.phase;
    if (phase && phase !== 'ready') return STAGES[phase];
    if (this.head) return `without taking the whole request, after status ${this.head.status}`;
    return this.sent ? 'without an answer' : 'before the request was sent';
  }

  private where(): string {
    if (this.head) return `before the request was written whole, after status ${this.head.status}`;
    return this.sent && !this.isNew() ? 'on a connection kept from an earlier request' : '';
  }

  private fail(error: unknown, where: string): void {
    const { dial } = this.connection;
    const failure: HttpFailure = {
      kind: 'failed',
      error,
      phase: dial?.phase ?? 'ready',
      where,
      address: dial?.address ?? null,
      timings: this.timings(),
      resent: this.resent,
    };
    this.finish(failure, 'never');
  }

  /** The answer as far as it has come. */
  private finishAnswered(reuse: Reuse): void {
    if (this.head && !this.ended) this.finish(this.answer(this.head), reuse);
  }

  private answer(head: ResponseHead): HttpAnswer | Promise<HttpAnswer> {
    const [first] = this.chunks;
    const body = first && this.chunks.length === 1 ? first : Buffer.concat(this.chunks);
    const truncated = this.whole === null || this.isFull();
    const answered: HttpAnswer = {
      kind: 'answered',
      status: head.status,
      headers: head.headers,
      headersJson: head.headersJson,
      body,
      truncated,
      bodySize: this.whole === null ? this.saidBytes(head) : this.readBytes,
      address: this.connection.dial?.address ?? '',
      timings: this.timings(),
      resent: this.resent,
    };
    const coding = headerOf(head.headers, 'content-encoding');
    if (coding === null || body.length === 0) return answered;
    return decodeBody(answered, coding, this.maxBodyBytes).then((decoded) => ({ ...answered, ...decoded }));
  }

  /** How long the whole body would be, as far as its head can be believed. */
  private saidBytes({ framing: { length, isChunked, isDoubtful } }: ResponseHead): number | null {
    if (isChunked || isDoubtful || length === null) return null;
    return length >= this.readBytes ? length : null;
  }

  private timings(): Timings {
    const own = {
      ...(this.head && { first_byte: rounded(this.firstByteMs) }),
      total: rounded(this.elapsedMs()),
    };
    const made = this.isNew() ? this.connection.dial?.timings : undefined;
    if (!made) return own;
    return {
      ...(made.dns !== undefined && { dns: rounded(made.dns) }),
      ...(made.connect !== undefined && { connect: rounded(made.connect) }),
      ...(made.tls !== undefined && { tls: rounded(made.tls) }),
      ...own,
    };
  }

  /** Whether the connection was made for this request. */
  private isNew(): boolean {
    return (this.connection.dial?.startedAt ?? 0) >= this.startedAt;
  }

  private elapsedMs(): number {
    return performance.now() - this.startedAt;
  }

  private finish(result: HttpResult | Promise<HttpResult>, reuse: Reuse): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    if (this.silence) clearTimeout(this.silence);
    this.end(result, this.connection, reuse);
  }
}

/** To the tenth of a millisecond: more would be noise, and is stored with every attempt. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
