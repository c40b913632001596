/** Attempts allowed at once, and how long one takes to come back. */
export interface ThrottleRule {
  readonly attempts: number;
  readonly refillMs: number;
}

interface Bucket {
  left: number;
  updatedMs: number;
}

/**
 * Counts attempts per key in a token bucket each. In memory and so for one process: with four processes there are four
 * times the attempts. Bounded: beyond `maxKeys` the key longest untouched is forgotten.
 */
export class Throttle {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly rule: ThrottleRule,
    private readonly maxKeys = 10_000,
  ) {}

  /** Takes one attempt; returns 0 when it may go on, else the milliseconds until the next one may. `nowMs`: of a clock that is never set. */
  take(key: string, nowMs: number): number {
    const bucket = this.refilled(key, nowMs);
    const waitMs = bucket.left >= 1 ? 0 : Math.ceil((1 - bucket.left) * this.rule.refillMs);
    if (waitMs === 0) bucket.left -= 1;
    // Deleted and set again: a Map keeps the order of insertion, so its first key is the one longest untouched.
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > this.maxKeys) {
      const [oldest] = this.buckets.keys();
      if (oldest !== undefined) this.buckets.delete(oldest);
    }
    return waitMs;
  }

  private refilled(key: string, nowMs: number): Bucket {
    const { attempts, refillMs } = this.rule;
    const known = this.buckets.get(key);
    if (!known) return { left: attempts, updatedMs: nowMs };
    const gained = Math.max(0, nowMs - known.updatedMs) / refillMs;
    return { left: Math.min(attempts, known.left + gained), updatedMs: nowMs };
  }
}
