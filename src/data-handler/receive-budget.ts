import type { HotPool } from '../database/hot-pool.js';

/** What one asking of the shared budget brought. */
interface Grant {
  readonly granted: number;
  /** What is left in the shared budget; below 1 nothing more is granted for now. */
  readonly tokens: number;
}

/** So much of a second's worth is fetched at once: what a process may hold without using it. */
const DEADLINE_MS = 4_000;
const CHUNK = 0.1;
/** What was fetched and not used is given up, so that others may have it. */
const KEEP_MS = 1000;

/**
 * An account's budget of events, a token bucket that holds one second's worth. The bucket stands in the database and is
 * one for all processes; each takes from it a tenth of a second's worth at a time, as it needs it. So one connection to
 * one process may use all of it, which shares by process would not allow, at a few statements a second.
 */
export class ReceiveBudget {
  private stock = 0;
  private left = 0;
  private fetchedAtMs = 0;
  private emptyUntilMs = 0;
  private fetching: Promise<void> | null = null;

  constructor(
    private readonly pool: HotPool,
    private readonly accountId: string,
    readonly perSecond: number,
  ) {}

  /** Takes one event's share. Null: done; else the milliseconds until it is worth trying again. */
  async take(): Promise<number | null> {
    for (;;) {
      const nowMs = performance.now();
      if (nowMs < this.emptyUntilMs) return this.emptyUntilMs - nowMs;
      if (nowMs - this.fetchedAtMs > KEEP_MS) this.stock = 0;
      if (this.stock >= 1) {
        this.stock--;
        return null;
      }
      this.fetching ??= this.fetch(0).finally(() => (this.fetching = null));
      await this.fetching;
    }
  }

  /** Charges what has been taken already, into debt if it has to: the events of a batch beyond its first. */
  async charge(events: number): Promise<void> {
    const fromStock = Math.min(this.stock, events);
    this.stock -= fromStock;
    if (events > fromStock) await this.fetch(events - fromStock);
  }

  /** About what may be sent at once, and when the bucket is full again. */
  get remaining(): { readonly events: number; readonly fullInSeconds: number } {
    const events = Math.max(0, Math.floor(this.stock + this.left));
    return { events, fullInSeconds: Math.ceil(Math.max(0, (burstOf(this.perSecond) - events) / this.perSecond)) };
  }

  get isIdle(): boolean {
    return (
      this.fetching === null && performance.now() - this.fetchedAtMs > (burstOf(this.perSecond) / this.perSecond) * 1000
    );
  }

  private async fetch(debt: number): Promise<void> {
    const burst = burstOf(this.perSecond);
    const wanted = debt > 0 ? 0 : Math.max(1, Math.floor(this.perSecond * CHUNK));
    const rows = await this.pool.queryRelaxed<Grant & Record<string, number>>(
      'take-budget',
      TAKE,
      [this.accountId, this.perSecond, burst, wanted, debt],
      DEADLINE_MS,
    );
    const [{ granted, tokens } = { granted: 0, tokens: 0 }] = rows;
    this.left = tokens;
    this.fetchedAtMs = performance.now();
    if (debt > 0) return;
    this.stock += granted;
    if (granted === 0) this.emptyUntilMs = this.fetchedAtMs + (Math.max(0, 1 - tokens) / this.perSecond) * 1000;
  }
}

/** One second's worth, but at least one event. */
export function burstOf(perSecond: number): number {
  return Math.max(1, perSecond);
}

/**
 * $2: events a second, $3: what the bucket holds, $4: how many are wanted (whole ones are granted), $5: how many are
 * charged whatever is left. On the clock, not the transaction's time: who waited for the row's lock comes later. A time
 * further ahead is that of a clock that was set back since: refilling goes on from now, not when it is reached again.
 */
const TAKE = `
INSERT INTO receive_budgets AS b (account_id, tokens, granted, refilled_at)
VALUES ($1, $3::float8 - least($4::float8, floor($3::float8)) - $5::float8, least($4::float8, floor($3::float8)),
        clock_timestamp())
ON CONFLICT (account_id) DO UPDATE SET (tokens, granted, refilled_at) = (
  SELECT level - grantable - $5::float8, grantable,
         CASE WHEN b.refilled_at < clock_timestamp() + interval '1 second' THEN greatest(b.refilled_at, clock_timestamp())
              ELSE clock_timestamp() END
  FROM (SELECT least($3::float8, b.tokens + $2::float8
          * greatest(0, extract(epoch FROM clock_timestamp() - b.refilled_at))::float8) AS level) AS refilled,
       LATERAL (SELECT greatest(0, least($4::float8, floor(level))) AS grantable) AS asked)
RETURNING granted, tokens`;
