import {
  type Answer,
  raw,
  type RawAnswer,
  type ReceivedRequest,
  type Receiver,
  startReceiver,
} from '../support/receiver.js';
import { GOOD, mannerOf, type Mood } from './moods.js';

/** What came of one event. */
export interface Arrivals {
  /** Number that the event's body carries. */
  readonly n: number;
  /** When it came and was answered so that it counts as delivered (epoch). */
  readonly succeededAtMs: number[];
  requests: number;
}

/** Requests that are kept whole: those that wait for their answer, and some more. */
const KEPT = 500;

/** A receiver whose mood can be changed, and that remembers what came. */
export class MoodyReceiver {
  readonly arrivals = new Map<string, Arrivals>();
  /** Bodies that are none that was sent. */
  readonly foreign: string[] = [];
  /** Requests seen while it misbehaved. */
  misbehaved = 0;
  private manner = GOOD;

  private constructor(
    private receiver: Receiver,
    private readonly status: number | null,
  ) {}

  /** `status`: answers nothing but that, ever. */
  static async start(status: number | null = null): Promise<MoodyReceiver> {
    const receiver = new MoodyReceiver(await startReceiver(), status);
    receiver.listen();
    return receiver;
  }

  get url(): string {
    return `${this.receiver.url}/`;
  }

  async setMood(mood: Mood | 'good'): Promise<void> {
    this.manner = mood === 'good' ? GOOD : mannerOf(mood);
    if (mood === 'refuses') await this.receiver.close();
  }

  /** Out of any mood. */
  async recover(): Promise<void> {
    this.manner = GOOD;
    const { port } = this.receiver;
    // Anything but listening anew would leave connections hanging that a mood has opened.
    await this.receiver.close();
    this.receiver = await startReceiver({ port });
    this.listen();
  }

  async close(): Promise<void> {
    await this.receiver.close();
  }

  private listen(): void {
    const { receiver } = this;
    receiver.answer((request) => {
      if (receiver.requests.length > KEPT) receiver.clear();
      return this.receive(request);
    });
  }

  private receive(request: ReceivedRequest): Answer | RawAnswer {
    const { answer, succeeds } =
      this.status === null ? this.manner : { answer: { status: this.status }, succeeds: false };
    const n = numberIn(request.body);
    const eventId = request.header('webhook-id');
    if (n === null || eventId === undefined) {
      this.foreign.push(`${request.method} ${request.url} ${request.body.toString('latin1').slice(0, 100)}`);
      return answer;
    }
    let arrivals = this.arrivals.get(eventId);
    if (!arrivals) {
      arrivals = { n, succeededAtMs: [], requests: 0 };
      this.arrivals.set(eventId, arrivals);
    }
    arrivals.requests++;
    if (!succeeds) this.misbehaved++;
    if (!succeeds) return answer;
    const { succeededAtMs } = arrivals;
    const succeed = (): void => void succeededAtMs.push(Date.now());
    if (!('raw' in answer)) return sendThen(answer, succeed);
    // Its status is out at once; the rest of such an answer is never taken whole.
    succeed();
    return answer;
  }
}

/** Counts only once it is sent: an answer that a kill or a change of mood forestalls is none. */
function sendThen({ status = 200, delayMs = 0 }: Answer, sent: () => void): RawAnswer {
  return raw((_request, response) => {
    response.once('finish', sent);
    setTimeout(() => response.writeHead(status).end(), delayMs);
  });
}

/** The body of event n, the same at each sending; sizes differ. */
export function bodyOf(n: number): string {
  return JSON.stringify({ n, text: 'x'.repeat((n * 37) % 900) });
}

/** Which event a body belongs to; null when not a byte is as it was sent. */
function numberIn(body: Buffer): number | null {
  const text = body.toString('utf8');
  const n = Number(/^\{"n":(\d+),/.exec(text)?.[1] ?? NaN);
  return Number.isInteger(n) && text === bodyOf(n) ? n : null;
}
