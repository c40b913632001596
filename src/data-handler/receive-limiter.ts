import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Problem } from '../common/problem.js';
import { HotPool } from '../database/hot-pool.js';
import { burstOf, ReceiveBudget } from './receive-budget.js';
import type { KnownToken } from './token-hints.js';

/** Beyond so many budgets those that are full again are forgotten. */
const MAX_BUDGETS = 1000;

/** Holds accounts to their `receive_rate_limit`. Costs nothing for those that have none. */
@Injectable()
export class ReceiveLimiter {
  private readonly budgets = new Map<string, ReceiveBudget>();

  constructor(private readonly pool: HotPool) {}

  /** Lets one event of the account through, or throws `rate_limited`. Says in the answer what is left. */
  async admit({ accountId, perSecond }: KnownToken, reply: FastifyReply): Promise<void> {
    if (perSecond === null) return;
    const budget = this.budgetOf(accountId, perSecond);
    const waitMs = await budget.take();
    void reply.headers(headersOf(budget));
    if (waitMs === null) return;
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    throw new Problem('rate_limited', {
      error: `The account may send ${perSecond} events a second; try again in ${seconds} s`,
      headers: { 'Retry-After': String(seconds) },
    });
  }

  /** Charges the events of a batch beyond the first, which was admitted: a large one makes the next wait longer. */
  async charge({ accountId, perSecond }: KnownToken, events: number): Promise<void> {
    if (perSecond !== null && events > 0) await this.budgetOf(accountId, perSecond).charge(events);
  }

  private budgetOf(accountId: string, perSecond: number): ReceiveBudget {
    const known = this.budgets.get(accountId);
    if (known?.perSecond === perSecond) return known;
    if (this.budgets.size >= MAX_BUDGETS) this.forgetIdle();
    const budget = new ReceiveBudget(this.pool, accountId, perSecond);
    this.budgets.set(accountId, budget);
    return budget;
  }

  private forgetIdle(): void {
    for (const [accountId, budget] of this.budgets) if (budget.isIdle) this.budgets.delete(accountId);
  }
}

/** The fields of draft-ietf-httpapi-ratelimit-headers: the quota `q` within the window `w`; `r` are left, all in `t` s. */
function headersOf(budget: ReceiveBudget): Record<string, string> {
  const { events, fullInSeconds } = budget.remaining;
  const quota = Math.floor(burstOf(budget.perSecond));
  const window = Math.max(1, Math.ceil(1 / budget.perSecond));
  return {
    'RateLimit-Policy': `"receiving";q=${quota};w=${window}`,
    RateLimit: `"receiving";r=${events};t=${fullInSeconds}`,
  };
}
