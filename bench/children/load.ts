import { connect, type Socket } from 'node:net';
import { nowUs } from '../harness/clock.js';
import { serveCommands } from '../harness/commands.js';
import { HttpReader, type Message } from '../measure/http-reader.js';
import { SentRecords } from '../measure/records.js';

/** The sending end: connections that are kept, one request in flight on each. */
export interface LoadOptions {
  readonly port: number;
  /** Used in turn. */
  readonly tokens: readonly string[];
  readonly connections: number;
  /** Ends after so many events, */
  readonly events: number;
  /** or after so long. */
  readonly maxSeconds: number;
  /** Open loop: events a second, sent when due and timed from then. null: closed loop, each connection at full speed. */
  readonly ratePerSecond: number | null;
  readonly bodyBytes: number;
  /** Where the accepted events are written. */
  readonly file: string;
}

export interface LoadResult {
  readonly accepted: number;
  /** Answers other than 2xx, by status. */
  readonly refused: Record<string, number>;
  readonly firstSentUs: number;
  readonly lastAcceptedUs: number;
}

export type LoadCommands = { run: (options: LoadOptions) => Promise<LoadResult> };

const SEQUENCE_DIGITS = 10;
const EVENT_ID = '"event_id":"';

/** A request whose body differs from event to event in a number of fixed length, so that it is written in place. */
function makeRequest({ port, bodyBytes }: LoadOptions, token: string): { bytes: Buffer; sequenceAt: number } {
  const before = '{"sequence":"';
  const middle = '","order":{"id":4711,"total":129.95,"currency":"EUR","items":[{"sku":"A-1","quantity":2}]},"note":"';
  const end = '"}';
  const fixed = before.length + SEQUENCE_DIGITS + middle.length + end.length;
  const note = 'x'.repeat(Math.max(0, bodyBytes - fixed));
  const body = before + '0'.repeat(SEQUENCE_DIGITS) + middle + note + end;
  const head =
    `POST /server/incoming_data/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCL-X-TOKEN: ${token}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  return { bytes: Buffer.from(head + body, 'latin1'), sequenceAt: head.length + before.length };
}

/** One run: hands out events to connections until there are no more. */
class Load {
  private readonly records = new SentRecords();
  private readonly refused: Record<string, number> = {};
  private readonly idle: Sender[] = [];
  /** Open loop: events that were due while no connection was free. */
  private readonly overdue: number[] = [];
  private startedUs = 0;
  private endUs = 0;
  private sent = 0;
  private answered = 0;
  private accepted = 0;
  private firstSentUs = 0;
  private lastAcceptedUs = 0;
  private done = false;
  private finish: () => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;

  constructor(private readonly options: LoadOptions) {}

  async run(): Promise<LoadResult> {
    const { options } = this;
    const senders = await Promise.all(
      Array.from({ length: options.connections }, () =>
        Sender.connect(options, {
          onAnswer: (sender, message) => this.onAnswer(sender, message),
          onError: (error) => this.fail(error),
        }),
      ),
    );
    const finished = new Promise<void>((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
    this.idle.push(...senders);
    // From here: what were due while connections are made would come all at once.
    this.startedUs = nowUs();
    this.endUs = this.startedUs + options.maxSeconds * 1e6;
    if (options.ratePerSecond === null) while (this.idle.length > 0 && this.mayBegin()) this.begin(nowUs());
    else this.pace(options.ratePerSecond);
    try {
      await finished;
    } finally {
      this.done = true;
      for (const sender of senders) sender.close();
    }
    await this.records.save(options.file);
    const { accepted, refused, firstSentUs, lastAcceptedUs } = this;
    return { accepted, refused, firstSentUs, lastAcceptedUs };
  }

  private mayBegin(): boolean {
    return this.sent < this.options.events && nowUs() < this.endUs;
  }

  private begin(dueUs: number): void {
    // The one that rests the longest: a connection that is never used is closed by the server.
    const sender = this.idle.shift();
    if (!sender) throw new Error('no connection is free');
    if (this.sent === 0) this.firstSentUs = dueUs;
    sender.send(this.sent, dueUs);
    this.sent++;
  }

  /** Sends what is due; timers are good to a millisecond, so events go in small groups, each timed from when it was due. */
  private pace(ratePerSecond: number): void {
    let scheduled = 0;
    const tick = (): void => {
      if (this.done) return;
      const dueCount = Math.min(this.options.events, ((nowUs() - this.startedUs) / 1e6) * ratePerSecond);
      while (scheduled < dueCount) {
        this.overdue.push(this.startedUs + (scheduled++ / ratePerSecond) * 1e6);
      }
      this.sendOverdue();
      if (scheduled < this.options.events && nowUs() < this.endUs) setTimeout(tick, 1);
      else this.endIfAnswered();
    };
    tick();
  }

  private sendOverdue(): void {
    while (this.idle.length > 0) {
      const dueUs = this.overdue.shift();
      if (dueUs === undefined) return;
      this.begin(dueUs);
    }
  }

  private onAnswer(sender: Sender, { head, body }: Message): void {
    this.answered++;
    const status = head.slice(9, 12);
    const acceptedUs = nowUs();
    if (status.startsWith('2')) {
      const text = body.toString('latin1');
      const at = text.indexOf(EVENT_ID) + EVENT_ID.length;
      this.accepted++;
      this.lastAcceptedUs = acceptedUs;
      const { account, dueUs: sentUs } = sender;
      this.records.add({ eventId: text.slice(at, at + 36), account, sentUs, acceptedUs });
    } else {
      this.refused[status] = (this.refused[status] ?? 0) + 1;
    }
    this.idle.push(sender);
    if (this.options.ratePerSecond !== null) this.sendOverdue();
    else if (this.mayBegin()) this.begin(nowUs());
    this.endIfAnswered();
  }

  private endIfAnswered(): void {
    const over = this.sent >= this.options.events || (nowUs() >= this.endUs && this.overdue.length === 0);
    if (over && this.answered === this.sent) this.finish();
  }
}

interface SenderEvents {
  readonly onAnswer: (sender: Sender, message: Message) => void;
  readonly onError: (error: Error) => void;
}

/** One connection. */
class Sender {
  account = 0;
  dueUs = 0;
  private readonly requests: { bytes: Buffer; sequenceAt: number }[];

  private constructor(
    private readonly socket: Socket,
    private readonly options: LoadOptions,
    events: SenderEvents,
  ) {
    // One for each token where there are few; one made anew for each event where there are many.
    this.requests = options.tokens.length <= 16 ? options.tokens.map((token) => makeRequest(options, token)) : [];
    const reader = new HttpReader((message) => events.onAnswer(this, message));
    socket.on('data', (chunk) => reader.read(chunk));
    socket.on('error', (error) => events.onError(error));
    socket.on('close', () => events.onError(new Error('the server closed a connection')));
  }

  static connect(options: LoadOptions, events: SenderEvents): Promise<Sender> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Sender(socket, options, events));
      });
    });
  }

  send(sequence: number, dueUs: number): void {
    this.account = sequence % this.options.tokens.length;
    this.dueUs = dueUs;
    const request = this.requests[this.account] ?? makeRequest(this.options, this.options.tokens[this.account] ?? '');
    request.bytes.write(String(sequence).padStart(SEQUENCE_DIGITS, '0'), request.sequenceAt, 'latin1');
    this.socket.write(request.bytes);
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }
}

const commands: LoadCommands = { run: (options) => new Load(options).run() };

serveCommands(commands);
