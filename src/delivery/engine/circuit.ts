/** Failures in a row that open the circuit: more than one full round of a small max_concurrency, soon enough to matter. */
const OPENS_AFTER = 10;
/** Failures that follow each other no sooner are no row: a destination that is asked so rarely needs no circuit. */
const FORGOTTEN_AFTER_MS = 3_600_000;

/** What an attempt says about its destination as a whole. */
export type CircuitSign = 'up' | 'down' | 'nothing';

/**
 * Counts failures in a row, and so finds out that a destination is down. What is open is kept in the database, for all
 * processes alike (queue/health.ts, queue/claim-ahead.ts).
 */
export class Circuit {
  private failures = 0;
  private failedAtMs = -Infinity;

  /** Takes note of an attempt; true when it is the failure that opens the circuit. */
  note(sign: CircuitSign, nowMs: number): boolean {
    if (sign === 'nothing') return false;
    if (sign === 'up' || !this.hasRow(nowMs)) this.failures = 0;
    if (sign === 'up') return false;
    this.failures++;
    this.failedAtMs = nowMs;
    if (this.failures < OPENS_AFTER) return false;
    this.failures = 0;
    return true;
  }

  /** Has it nothing to remember? */
  isPristine(nowMs: number): boolean {
    return this.failures === 0 || !this.hasRow(nowMs);
  }

  private hasRow(nowMs: number): boolean {
    return nowMs - this.failedAtMs < FORGOTTEN_AFTER_MS;
  }
}
