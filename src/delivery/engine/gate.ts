import { Circuit } from './circuit.js';

/** Over so long the pace of a destination is looked at; also for how long deliveries may wait in memory. */
const PACE_WINDOW_MS = 500;
const MAX_LOOKAHEAD = 1_000;
/** Of how a traffic begins no more is concluded than so many times of what has been. */
const MAX_FORESIGHT = 4;

/** What an account has of this process: deliveries that are held, and bytes of payload for them. */
export interface AccountUse {
  readonly accountId: string;
  deliveries: number;
  bytes: number;
}

/** What this process knows of one destination's traffic. */
export class Gate {
  /** While something is held: what the destination's account has of this process. */
  use: AccountUse | null = null;
  /** Leased to us and not settled: waiting in memory, under way, being written down. */
  held = 0;
  /** Requests under way. */
  running = 0;
  /** Requests that are no deliveries and wait for a place: the next that come free are theirs. */
  asked = 0;
  /** Some of it may wait in the table. */
  hasWaiting = false;
  /** More of it waits there than could be taken: what comes now waits behind it. */
  backlog = false;
  /** Until then nothing of it is claimed, as far as this process knows: the database decides. */
  restsUntilMs = 0;
  /** Attempts that began before say nothing about its health any more: it was enabled, moved or found well since. */
  recoveredAtMs = -Infinity;
  /** So many are just telling all processes to leave it alone. */
  muted = 0;
  /** Token bucket for `rate_limit`, holding at most one second's worth. */
  tokens = 1;
  circuit = new Circuit();
  /** When something was last left to wait in the table. */
  private leftAtMs = -Infinity;
  /** When all that had waited there was last seen to be taken. */
  private emptiedAtMs = -Infinity;
  private refilledAtMs = performance.now();
  /** Requests that ended lately, fading with {@link PACE_WINDOW_MS}: so many will end in the next window, too. */
  private pace = 0;
  private pacedAtMs = 0;
  /** When the first of them ended. */
  private busySinceMs = -Infinity;

  /**
   * A delivery was accepted that waits in the table, by a decision of `decidedAtMs`. What was decided while there was
   * a backlog that has been taken since makes no new one: under load there is always such a one, and none would ever
   * be handed over again.
   */
  leave(decidedAtMs: number, nowMs: number): void {
    this.hasWaiting = true;
    this.leftAtMs = nowMs;
    if (this.emptiedAtMs <= decidedAtMs) this.backlog = true;
  }

  /** Nothing that waited at `seenAtMs` waits any more. */
  emptied(seenAtMs: number, nowMs: number): void {
    this.backlog = false;
    this.emptiedAtMs = nowMs;
    this.hasWaiting = this.leftAtMs > seenAtMs;
  }

  /** A request ended. */
  ended(nowMs: number): void {
    const pace = this.paceAt(nowMs);
    if (pace < 1) this.busySinceMs = nowMs;
    this.pace = pace + 1;
    this.pacedAtMs = nowMs;
  }

  /**
   * How many deliveries beyond what may be under way are worth holding in memory: what a fast destination takes in a
   * moment, so that a claim brings many at once; nothing for a slow one, which would only take the place of others.
   * A traffic that has just begun is taken to go on as it began: else, before its pace is known, what is accepted
   * would go to the table, and all that follows behind it.
   */
  lookahead(nowMs: number): number {
    const pace = this.paceAt(nowMs);
    const seen = 1 - Math.exp((this.busySinceMs - nowMs) / PACE_WINDOW_MS);
    return Math.min(MAX_LOOKAHEAD, Math.floor(Math.min(pace / seen, pace * MAX_FORESIGHT)));
  }

  refill(perSecond: number, nowMs: number): void {
    const earned = ((nowMs - this.refilledAtMs) / 1000) * perSecond;
    this.tokens = Math.min(Math.max(1, perSecond), this.tokens + earned);
    this.refilledAtMs = nowMs;
  }

  /** Nothing worth remembering. */
  isIdle(nowMs: number): boolean {
    const isFree = this.held === 0 && this.asked === 0 && !this.hasWaiting && this.restsUntilMs <= nowMs;
    return isFree && this.tokens >= 1 && this.circuit.isPristine(nowMs) && this.paceAt(nowMs) < 1;
  }

  private paceAt(nowMs: number): number {
    return this.pace * Math.exp((this.pacedAtMs - nowMs) / PACE_WINDOW_MS);
  }
}
