import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { logger } from '../common/logger.js';
import { Problem } from '../common/problem.js';
import { remember } from '../common/remember.js';
import { byteaArray } from '../database/binary-array.js';
import { HotPool } from '../database/hot-pool.js';

/** What is known of a token is so old at most: a changed limit holds within ten seconds. */
const TRUSTED_MS = 10_000;
const CHANGES_EVERY_MS = 5_000;
/** After so long a token is asked for anew, whether its account has changed or not. */
const LOOK_UP_DEADLINE_MS = 4_000;
const HINT_MS = 600_000;
const MAX_HINTS = 20_000;
/** With more changes of accounts at once all is asked anew. */
const MAX_CHANGES = 1_000;
/** A change is seen when its transaction ends, and bears the time when that began: so much longer is looked back. */
const LONGEST_TRANSACTION_MS = 60_000;

/** Whose token it is, and what that account may send a second. */
export interface KnownToken {
  readonly accountId: string;
  readonly perSecond: number | null;
}

interface Hint extends KnownToken {
  readonly learnedMs: number;
  /** The token's own end, if that is nearer. */
  readonly untilMs: number;
}

interface Answer extends KnownToken {
  /** How long the token is still valid; null: until it is rotated. */
  readonly endsInMs: number | null;
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
 * every other event needs a look-up, and each by itself would cost as much as accepting the event. A hint stays good
 * for longer than it may be old, because the history of changes tells every few seconds whose account is another now.
 */
@Injectable()
export class TokenHints {
  private readonly hints = new Map<string, Hint>();
  private questions = new Map<string, Question>();
  private asking = false;
  /** Until then what we know of accounts was looked through for changes. */
  private confirmedMs = performance.now();
  private nextChangesMs = this.confirmedMs + CHANGES_EVERY_MS;

  constructor(private readonly pool: HotPool) {}

  /** What was found a moment ago, without asking; null: not known. */
  peek(tokenHash: Buffer): KnownToken | null {
    const nowMs = performance.now();
    if (nowMs >= this.nextChangesMs) void this.forgetChanged(nowMs);
    const hint = this.hints.get(tokenHash.toString('latin1'));
    if (!hint || nowMs >= hint.untilMs) return null;
    return nowMs < Math.max(hint.learnedMs, this.confirmedMs) + TRUSTED_MS ? hint : null;
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
      const askedMs = performance.now();
      try {
        const found = await this.ask([...questions.values()].map(({ tokenHash }) => tokenHash));
        for (const [key, { resolve }] of questions) resolve(this.learn(key, found.get(key) ?? null, askedMs));
      } catch (error) {
        for (const { reject } of questions.values()) reject(error);
      }
    }
    this.asking = false;
  }

  private async ask(tokenHashes: readonly Buffer[]): Promise<Map<string, Answer>> {
    const rows = await this.pool.queryRelaxed<{
      token_hash: Buffer;
      account_id: string;
      receive_rate_limit: number | null;
      ends_in_ms: number | null;
    }>(
      'check-tokens',
      `SELECT t.token_hash, t.account_id, a.receive_rate_limit,
              (extract(epoch FROM t.expires_at - now()) * 1000)::float8 AS ends_in_ms
       FROM account_tokens t JOIN accounts a USING (account_id)
       WHERE t.token_hash = ANY ($1::bytea[]) AND (t.expires_at IS NULL OR t.expires_at > now())`,
      [byteaArray(tokenHashes)],
      LOOK_UP_DEADLINE_MS,
    );
    return new Map(
      rows.map((row) => [
        row.token_hash.toString('latin1'),
        { accountId: row.account_id, perSecond: row.receive_rate_limit, endsInMs: row.ends_in_ms },
      ]),
    );
  }

  private learn(key: string, answer: Answer | null, askedMs: number): KnownToken | null {
    if (answer === null) {
      this.hints.delete(key);
      return null;
    }
    const { accountId, perSecond, endsInMs } = answer;
    const untilMs = askedMs + Math.min(HINT_MS, endsInMs ?? Infinity);
    remember(this.hints, key, { accountId, perSecond, learnedMs: askedMs, untilMs }, MAX_HINTS);
    return { accountId, perSecond };
  }

  /** Forgets the tokens of accounts that are others now. Never throws: what is not looked through is not trusted. */
  private async forgetChanged(nowMs: number): Promise<void> {
    this.nextChangesMs = nowMs + CHANGES_EVERY_MS;
    try {
      const changed = await this.changedSince(nowMs - this.confirmedMs + LONGEST_TRANSACTION_MS);
      if (changed === 'too many') this.hints.clear();
      else if (changed.size > 0) {
        for (const [key, { accountId }] of this.hints) if (changed.has(accountId)) this.hints.delete(key);
      }
      this.confirmedMs = nowMs;
    } catch (error) {
      logger.warn({ err: error }, 'changed accounts could not be read: tokens are asked for one by one');
    }
  }

  private async changedSince(ms: number): Promise<Set<string> | 'too many'> {
    const rows = await this.pool.queryRelaxed<{ account_id: string }>(
      'changed-accounts',
      `SELECT account_id FROM changes
       WHERE object_kind = 'account' AND action <> 'create' AND changed_at > now() - $2 * interval '1 millisecond'
       LIMIT $1`,
      [MAX_CHANGES, ms],
    );
    return rows.length === MAX_CHANGES ? 'too many' : new Set(rows.map((row) => row.account_id));
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
