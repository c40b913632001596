import { Injectable } from '@nestjs/common';
import { Problem } from '../common/problem.js';
import { HotPool } from '../database/hot-pool.js';

/** For how long a token that was valid is let through without asking. */
const HINT_MS = 10_000;
const MAX_HINTS = 10_000;

/** Whose token it is, and what that account may send a second. */
export interface KnownToken {
  readonly accountId: string;
  readonly perSecond: number | null;
}

interface Hint extends KnownToken {
  readonly untilMs: number;
}

/**
 * Which tokens were valid a moment ago: lets a request through to its body without a query. Only a hint: the
 * accepting statement joins the token again, and what is refused for its body asks anew.
 */
@Injectable()
export class TokenHints {
  private readonly hints = new Map<string, Hint>();

  constructor(private readonly pool: HotPool) {}

  /** What was found a moment ago, without asking; null: not known. */
  peek(tokenHash: Buffer): KnownToken | null {
    const hint = this.hints.get(tokenHash.toString('latin1'));
    return hint && hint.untilMs > performance.now() ? hint : null;
  }

  /** Null: it is no account's. */
  async find(tokenHash: Buffer): Promise<KnownToken | null> {
    return this.peek(tokenHash) ?? this.findNow(tokenHash);
  }

  /** The token was let through on a hint: who may not send is told so, not what is wrong with the body. */
  async tellFirst<T>(tokenHash: Buffer, reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (problem) {
      throw (await this.findNow(tokenHash)) ? problem : new Problem('invalid_token');
    }
  }

  private async findNow(tokenHash: Buffer): Promise<KnownToken | null> {
    const key = tokenHash.toString('latin1');
    const rows = await this.pool.queryRelaxed<{ account_id: string; receive_rate_limit: number | null }>(
      'check-token',
      `SELECT t.account_id, a.receive_rate_limit FROM account_tokens t JOIN accounts a USING (account_id)
       WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > now())`,
      [tokenHash],
    );
    const [row] = rows;
    if (!row) {
      this.hints.delete(key);
      return null;
    }
    if (this.hints.size >= MAX_HINTS) this.hints.clear();
    const hint = { accountId: row.account_id, perSecond: row.receive_rate_limit, untilMs: performance.now() + HINT_MS };
    this.hints.set(key, hint);
    return hint;
  }
}
