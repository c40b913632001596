/** Failures in a row that open the circuit: more than one full round of a small max_concurrency, soon enough to matter. */
const OPENS_AFTER = 10;
const FIRST_COOLDOWN_MS = 5_000;
/** The longest pause between two probes (the contract's "at most every 60 s"). */
const MAX_COOLDOWN_MS = 60_000;

/** What an attempt says about its destination as a whole. */
export type CircuitSign = 'up' | 'down' | 'nothing';

/**
 * Stops asking a destination that is down: after failures in a row it opens, and what waits is parked without using
 * up its attempts. After a pause one probe goes out; its success closes the circuit, its failure doubles the pause.
 */
export class Circuit {
  private failures = 0;
  private cooldownMs = FIRST_COOLDOWN_MS;
  private openUntilMs = 0;

  /** How many attempts may be under way at once: all, none, or one probe. */
  limit(nowMs: number): number {
    if (!this.isOpen) return Infinity;
    return nowMs < this.openUntilMs ? 0 : 1;
  }

  get isOpen(): boolean {
    return this.failures >= OPENS_AFTER;
  }

  /** Has it nothing to remember? */
  get isPristine(): boolean {
    return this.failures === 0;
  }

  /** Takes note of an attempt; returns the milliseconds until the next probe when the circuit opened, else null. */
  note(sign: CircuitSign, nowMs: number): number | null {
    if (sign === 'nothing') return null;
    if (sign === 'up') {
      this.failures = 0;
      this.cooldownMs = FIRST_COOLDOWN_MS;
      return null;
    }
    this.failures++;
    // Attempts that were under way when it opened say nothing new.
    if (!this.isOpen || nowMs < this.openUntilMs) return null;
    const pauseMs = this.cooldownMs;
    this.openUntilMs = nowMs + pauseMs;
    this.cooldownMs = Math.min(pauseMs * 2, MAX_COOLDOWN_MS);
    return pauseMs;
  }
}
