import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Problem } from '../common/problem.js';
import { remember } from '../common/remember.js';
import { byteaArray } from '../database/binary-array.js';
import { HotPool } from '../database/hot-pool.js';

/** For how long a token that was valid is let through without asking. */
const HINT_MS = 10_000;
const MAX_HINTS = 20_000;

/** Whose token it is, and what that account may send a second. */
export interface KnownToken {
  readonly accountId: string;
  readonly perSecond: number | null;
}

interface Hint extends KnownToken {
  readonly untilMs: number;
}

/** Who asks for a token together: one look-up serves them all. */
interface Question {
  readonly tokenHash: Buffer;
  readonly answer: Promise<KnownToken | null>;
  readonly resolve: (known: KnownToken | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Which tokens were valid a moment ago: lets a request through to its body without a query. Only a hint: the
 * accepting statement joins the token again, and what is refused for its body asks anew.
 *
 * What is asked while a query is under way shares the next one: with ten thousand accounts that send in turn nearly
 * every other event needs a look-up, and each by itself would cost as much as accepting the event.
 */
@Injectable()
export class TokenHints {
  private readonly hints = new Map<string, Hint>();
  private questions = new Map<string, Question>();
  private asking = false;

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

  private findNow(tokenHash: Buffer): Promise<KnownToken | null> {
    const key = tokenHash.toString('latin1');
    let question = this.questions.get(key);
    if (!question) {
      question = newQuestion(tokenHash);
      this.questions.set(key, question);
      if (!this.asking) void this.askAll();
    }
    return question.answer;
  }

  /** Never throws: every question gets its answer. */
  private async askAll(): Promise<void> {
    this.asking = true;
    while (this.questions.size > 0) {
      // What lies in the sockets by now belongs together.
      await nextTurn();
      const { questions } = this;
      this.questions = new Map();
      try {
        const found = await this.ask([...questions.values()].map(({ tokenHash }) => tokenHash));
        for (const [key, { resolve }] of questions) resolve(this.learn(key, found.get(key) ?? null));
      } catch (error) {
        for (const { reject } of questions.values()) reject(error);
      }
    }
    this.asking = false;
  }

  private async ask(tokenHashes: readonly Buffer[]): Promise<Map<string, KnownToken>> {
    const rows = await this.pool.queryRelaxed<{
      token_hash: Buffer;
      account_id: string;
      receive_rate_limit: number | null;
    }>(
      'check-tokens',
      `SELECT t.token_hash, t.account_id, a.receive_rate_limit FROM account_tokens t JOIN accounts a USING (account_id)
       WHERE t.token_hash = ANY ($1::bytea[]) AND (t.expires_at IS NULL OR t.expires_at > now())`,
      [byteaArray(tokenHashes)],
    );
    return new Map(
      rows.map((row) => [
        row.token_hash.toString('latin1'),
        { accountId: row.account_id, perSecond: row.receive_rate_limit },
      ]),
    );
  }

  private learn(key: string, known: KnownToken | null): KnownToken | null {
    if (known) remember(this.hints, key, { ...known, untilMs: performance.now() + HINT_MS }, MAX_HINTS);
    else this.hints.delete(key);
    return known;
  }
}

function newQuestion(tokenHash: Buffer): Question {
  let resolve: Question['resolve'] = () => undefined;
  let reject: Question['reject'] = () => undefined;
  const answer = new Promise<KnownToken | null>((onKnown, onError) => {
    resolve = onKnown;
    reject = onError;
  });
  return { tokenHash, answer, resolve, reject };
}
