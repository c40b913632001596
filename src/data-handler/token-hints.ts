import { Injectable } from '@nestjs/common';
import { Problem } from '../common/problem.js';
import { HotPool } from '../database/hot-pool.js';

/** For how long a token that was valid is let through without asking. */
const HINT_MS = 10_000;
const MAX_HINTS = 10_000;

/**
 * Which tokens were valid a moment ago: lets a request through to its body without a query. Only a hint: the
 * accepting statement joins the token again, and what is refused for its body asks anew.
 */
@Injectable()
export class TokenHints {
  private readonly validUntilMs = new Map<string, number>();

  constructor(private readonly pool: HotPool) {}

  async isValid(tokenHash: Buffer): Promise<boolean> {
    const until = this.validUntilMs.get(tokenHash.toString('latin1'));
    return (until !== undefined && until > performance.now()) || this.isValidNow(tokenHash);
  }

  /** The token was let through on a hint: who may not send is told so, not what is wrong with the body. */
  async tellFirst<T>(tokenHash: Buffer, reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (problem) {
      throw (await this.isValidNow(tokenHash)) ? problem : new Problem('invalid_token');
    }
  }

  private async isValidNow(tokenHash: Buffer): Promise<boolean> {
    const key = tokenHash.toString('latin1');
    const rows = await this.pool.queryRelaxed(
      'check-token',
      'SELECT 1 FROM account_tokens WHERE token_hash = $1 AND (expires_at IS NULL OR expires_at > now())',
      [tokenHash],
    );
    if (rows.length === 0) {
      this.validUntilMs.delete(key);
      return false;
    }
    if (this.validUntilMs.size >= MAX_HINTS) this.validUntilMs.clear();
    this.validUntilMs.set(key, performance.now() + HINT_MS);
    return true;
  }
}
