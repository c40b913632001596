import { setTimeout as sleep } from 'node:timers/promises';
import { bodyOf } from './moody-receiver.js';
import type { Random } from './random.js';

const SENDERS = 12;
const AGAIN_AFTER_MS = 200;
/** Longer than any answer may take: whoever takes longer is found, not cut off. */
const TIMEOUT_MS = 30_000;

/** What became of the events, by number. */
export interface SentRecord {
  /** Answered with 202, with the id that was answered. Those with an id of the sender's are sent until they are. */
  readonly accepted: Map<number, string>;
  /** Sent without an id, so never again, and the answer was none or `outcome_unknown`: they may be stored or not. */
  readonly unknown: Set<number>;
  /** Sent without an id and answered by any other 503, which says that nothing was accepted. */
  readonly denied: Set<number>;
  /** Answered with 4xx, as they have to be. */
  readonly refused: Set<number>;
  /** Answers there must not be, in words. */
  readonly wrong: string[];
  /** 503 and cut connections. */
  unavailable: number;
}

/** The id that event n is sent under; null for those that have none. */
export function externalIdOf(n: number): string | null {
  return kindOf(n) === 'without id' ? null : `chaos-${n}`;
}

/** One answer as its sender saw it; times by `performance.now()`. */
export interface SenderView {
  /** Null: the connection failed, or there was no answer for half a minute. */
  readonly status: number | null;
  readonly sentAtMs: number;
  readonly endedAtMs: number;
}

type Kind = 'with id' | 'without id' | 'wrong token' | 'no JSON' | 'wrong type';

/** By its number, so that any look at it says the same. */
function kindOf(n: number): Kind {
  if (n % 5 === 3) return 'without id';
  if (n % 50 === 7) return 'wrong token';
  if (n % 50 === 17) return 'no JSON';
  if (n % 50 === 27) return 'wrong type';
  return 'with id';
}

const REFUSALS: Readonly<Partial<Record<Kind, number>>> = { 'wrong token': 401, 'no JSON': 400, 'wrong type': 415 };

/** Sends events side by side at a rate, whatever happens to the service, each with an id until it is accepted. */
export class Load {
  readonly record: SentRecord = {
    accepted: new Map(),
    unknown: new Set(),
    denied: new Set(),
    refused: new Set(),
    wrong: [],
    unavailable: 0,
  };
  private next = 0;
  private stopped = false;
  private underWay = 0;
  private held: Promise<void> | null = null;
  private abandoned = false;
  private readonly startedAtMs = performance.now();
  private readonly senders: Promise<void>[];

  constructor(
    private readonly url: string,
    /** Who sends event n: most of them the first. */
    private readonly tokens: readonly [string, ...string[]],
    private readonly ratePerSecond: number,
    private readonly random: Random,
    private readonly watch: (view: SenderView) => void = () => undefined,
  ) {
    this.senders = Array.from({ length: SENDERS }, () => this.send());
  }

  /** Nothing is sent again any more, whatever became of it. */
  abandon(): void {
    this.stopped = true;
    this.abandoned = true;
  }

  /** No new events; resolves when those begun are accepted, refused or of unknown outcome. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.senders);
  }

  /** Sends nothing until the returned function is called; resolves when nothing is under way any more. */
  async hold(): Promise<() => void> {
    let resume = (): void => undefined;
    this.held = new Promise((resolve) => {
      resume = () => {
        this.held = null;
        resolve();
      };
    });
    while (this.underWay > 0) await sleep(10);
    return resume;
  }

  /** Sends event n once, out of turn. */
  async offer(n: number): Promise<SenderView> {
    let seen: SenderView | null = null;
    await this.sendOnce(n, (view) => {
      this.watch(view);
      seen = view;
    });
    return seen ?? { status: null, sentAtMs: 0, endedAtMs: 0 };
  }

  private async send(): Promise<void> {
    while (!this.stopped) {
      const n = this.next++;
      const dueInMs = (n / this.ratePerSecond) * 1000 - (performance.now() - this.startedAtMs);
      // Behind by more than a second: no catching up in a burst, which would measure the tool.
      if (dueInMs > 0) await sleep(dueInMs);
      else if (dueInMs < -1_000) await sleep(this.random.between(0, 20));
      while (!(await this.sendInTurn(n)) && !this.abandoned) await sleep(AGAIN_AFTER_MS);
    }
  }

  private async sendInTurn(n: number): Promise<boolean> {
    await this.held;
    this.underWay++;
    try {
      return await this.sendOnce(n);
    } finally {
      this.underWay--;
    }
  }

  /** True when there is nothing more to do for this event. */
  private async sendOnce(n: number, watch = this.watch): Promise<boolean> {
    const kind = kindOf(n);
    const sentAtMs = performance.now();
    const answer = await this.post(n, kind).catch(() => null);
    watch({ status: answer?.status ?? null, sentAtMs, endedAtMs: performance.now() });
    const { record } = this;
    if (answer === null || answer.status === 503) {
      record.unavailable++;
      const isUnknown = answer === null || answer.code === 'outcome_unknown';
      if (kind === 'without id') (isUnknown ? record.unknown : record.denied).add(n);
      return kind === 'without id';
    }
    if (answer.status === (REFUSALS[kind] ?? 0)) record.refused.add(n);
    else if (answer.status === 202 && REFUSALS[kind] === undefined) record.accepted.set(n, answer.eventId);
    else record.wrong.push(`event ${n} (${kind}) was answered with ${answer.status}`);
    return true;
  }

  private async post(n: number, kind: Kind): Promise<{ status: number; eventId: string; code: string }> {
    const externalId = externalIdOf(n);
    const token = kind === 'wrong token' ? 'nobody' : (this.tokens[n % 20 === 0 ? 1 : 0] ?? this.tokens[0]);
    const response = await fetch(new URL('/server/incoming_data/', this.url), {
      method: 'POST',
      headers: {
        'CL-X-TOKEN': token,
        'Content-Type': kind === 'wrong type' ? 'text/plain' : 'application/json',
        ...(externalId !== null && { 'CL-X-EVENT-ID': externalId }),
      },
      body: kind === 'no JSON' ? bodyOf(n).slice(0, -1) : bodyOf(n),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = (await response.json()) as { event_id?: string; code?: string };
    return { status: response.status, eventId: body.event_id ?? '', code: body.code ?? '' };
  }
}

/** Whether event n goes to the second account, whose destinations are beyond help. */
export function isForSecond(n: number): boolean {
  return n % 20 === 0;
}
