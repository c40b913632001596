import { Circuit } from './circuit.js';

/** Over so long the pace of a destination is looked at; also for how long deliveries may wait in memory. */
const PACE_WINDOW_MS = 500;
const MAX_LOOKAHEAD = 1_000;

/** What this process knows of one destination's traffic. */
export class Gate {
  /** Of the destination, from when something is held. */
  accountId = '';
  /** Leased to us and not settled: waiting in memory, under way, being written down. */
  held = 0;
  /** Requests under way. */
  running = 0;
  /** More of it waits in the table: what comes now waits behind it. */
  backlog = false;
  pausedUntilMs = 0;
  /** So many are just telling all processes to leave it alone. */
  muted = 0;
  /** Token bucket for `rate_limit`, holding at most one second's worth. */
  tokens = 1;
  readonly circuit = new Circuit();
  private refilledAtMs = performance.now();
  /** Requests that ended lately, fading with {@link PACE_WINDOW_MS}: so many will end in the next window, too. */
  private pace = 0;
  private pacedAtMs = 0;

  /** A request ended. */
  ended(nowMs: number): void {
    this.pace = this.paceAt(nowMs) + 1;
    this.pacedAtMs = nowMs;
  }

  /**
   * How many deliveries beyond what may be under way are worth holding in memory: what a fast destination takes in a
   * moment, so that a claim brings many at once; nothing for a slow one, which would only take the place of others.
   */
  lookahead(nowMs: number): number {
    return Math.min(MAX_LOOKAHEAD, Math.floor(this.paceAt(nowMs)));
  }

  refill(perSecond: number, nowMs: number): void {
    const earned = ((nowMs - this.refilledAtMs) / 1000) * perSecond;
    this.tokens = Math.min(Math.max(1, perSecond), this.tokens + earned);
    this.refilledAtMs = nowMs;
  }

  /** Nothing worth remembering. */
  isIdle(nowMs: number): boolean {
    const isFree = this.held === 0 && !this.backlog && this.pausedUntilMs <= nowMs;
    return isFree && this.tokens >= 1 && this.circuit.isPristine && this.paceAt(nowMs) < 1;
  }

  private paceAt(nowMs: number): number {
    return this.pace * Math.exp((this.pacedAtMs - nowMs) / PACE_WINDOW_MS);
  }
}
