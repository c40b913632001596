import type { Member } from '../../common/bag.js';
import { type AnswerBody, decodeBody } from './answer-body.js';
import { addressOf, classifyError } from './classify-error.js';
import type { Dial } from './dial.js';
import { headerOf, type ResponseHead } from './http/response-head.js';
import { type AttemptOutcome, type AttemptTimings, type FailureCode, MAX_ANSWER_BYTES } from './outcome.js';
import { parseRetryAfter } from './retry-schedule.js';

/** Of a longer answer this much is read and dropped, since reading on is cheaper than another connection. */
const MAX_READ_BYTES = 262_144;

/** The connection an exchange runs on; `dial` changes when it had to be made anew. */
export interface ExchangeConnection {
  readonly dial: Dial | null;
}

const STAGES = {
  dns: 'while looking up the host name',
  connect: 'while connecting',
  tls: 'in the TLS handshake',
} as const satisfies Record<Exclude<Dial['phase'], 'ready'>, string>;

/** Called once, when the connection is free or lost; the outcome may still be unpacked. */
export type ExchangeEnd = (outcome: AttemptOutcome | Promise<AttemptOutcome>, reusable: boolean) => void;

/** One request and its answer: collects what its connection reports and turns it into an outcome, within one deadline. */
export class Exchange implements Member {
  place = -1;
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private ended = false;
  private sent = false;
  private head: ResponseHead | null = null;
  private firstByteMs = 0;
  private readBytes = 0;
  private keptBytes = 0;
  private readonly chunks: Buffer[] = [];

  // A timer for each request costs less than measuring can tell; an AbortSignal for each costs half as much again as
  // the whole request (95 against 64 µs).
  constructor(
    private readonly connection: ExchangeConnection,
    timeoutMs: number,
    private readonly end: ExchangeEnd,
  ) {
    // One more turn of the event loop: after a stall of ours the answer may lie in the socket, unread.
    this.timer = setTimeout(() => setImmediate(() => this.onDeadline(timeoutMs)), timeoutMs);
  }

  /** Ends it from our side; the data may have arrived or not. */
  interrupt(detail: string): void {
    this.fail('interrupted', detail);
  }

  onRequestStart(): void {
    this.sent = true;
  }

  onResponseStart(head: ResponseHead): void {
    this.head = head;
    this.firstByteMs = this.elapsedMs();
  }

  /** The bytes are copied. */
  onResponseData(bytes: Buffer): void {
    if (this.ended) return;
    this.readBytes += bytes.length;
    const room = MAX_ANSWER_BYTES - this.keptBytes;
    if (room > 0) {
      this.chunks.push(Buffer.from(bytes.subarray(0, room)));
      this.keptBytes += Math.min(room, bytes.length);
    }
    if (this.readBytes > MAX_READ_BYTES) this.finishAnswered(false);
  }

  /** `reusable`: the connection can carry another request. */
  onResponseEnd(reusable: boolean): void {
    this.finishAnswered(reusable);
  }

  onResponseError(error: unknown): void {
    if (this.ended) return;
    if (this.isAnswered()) return this.finishAnswered(false);
    const { errorCode, detail } = classifyError(error, this.connection.dial?.phase ?? 'ready');
    this.fail(errorCode, this.wherever(detail), addressOf(error));
  }

  private onDeadline(timeoutMs: number): void {
    if (this.ended) return;
    if (this.isAnswered()) this.finishAnswered(false);
    else this.fail('timed_out', `after ${timeoutMs} ms ${this.stage()}`);
  }

  /** All that is kept has come; what may follow would be dropped anyway. */
  private isAnswered(): boolean {
    return this.readBytes > MAX_ANSWER_BYTES;
  }

  /** The answer as far as it has come. */
  private finishAnswered(reusable: boolean): void {
    if (this.head && !this.ended) this.finish(this.answer(this.head), reusable);
  }

  private stage(): string {
    const phase = this.connection.dial?.phase;
    if (phase && phase !== 'ready') return STAGES[phase];
    if (this.head) return `in the body of the answer, ${this.readBytes} bytes after status ${this.head.status}`;
    return this.sent ? 'without an answer' : 'before the request was sent';
  }

  private wherever(detail: string): string {
    if (this.head) return `${detail}, ${this.readBytes} bytes after status ${this.head.status}`;
    return this.sent && !this.isNew() ? `${detail}, on a connection kept from an earlier request` : detail;
  }

  private fail(errorCode: FailureCode, detail: string, address: string | null = null): void {
    const known = address ?? this.connection.dial?.address ?? null;
    this.finish({ kind: 'failed', errorCode, detail, address: known, timings: this.timings() }, false);
  }

  private answer(head: ResponseHead): AttemptOutcome | Promise<AttemptOutcome> {
    const body = this.chunks.length === 1 ? this.chunks[0] : undefined;
    const raw = { body: body ?? Buffer.concat(this.chunks, this.keptBytes), truncated: this.isAnswered() };
    const coding = headerOf(head.headers, 'content-encoding');
    const answered = this.answered(head, raw);
    if (coding === null) return answered;
    return decodeBody(raw, coding, MAX_ANSWER_BYTES).then((decoded) => ({ ...answered, ...decoded }));
  }

  private answered(
    { status, headers, headersJson }: ResponseHead,
    { body, truncated }: AnswerBody,
  ): AttemptOutcome & { kind: 'answered' } {
    const retryAfter = status < 300 ? null : headerOf(headers, 'retry-after');
    return {
      kind: 'answered',
      status,
      headers,
      headersJson,
      body,
      truncated,
      retryAfterMs: retryAfter === null ? null : parseRetryAfter(retryAfter, Date.now()),
      address: this.connection.dial?.address ?? '',
      timings: this.timings(),
    };
  }

  private timings(): AttemptTimings {
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

  private finish(outcome: AttemptOutcome | Promise<AttemptOutcome>, reusable: boolean): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.timer);
    this.end(outcome, reusable);
  }
}

/** To the tenth of a millisecond: more would be noise, and is stored with every attempt. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
