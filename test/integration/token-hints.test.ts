import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueryResultRow } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenHints } from '../../src/data-handler/token-hints.js';
import { HotPool } from '../../src/database/hot-pool.js';
import { openQueueBench, type QueueBench } from '../support/queue.js';

/** A pool that counts what is asked of it. */
class CountingPool extends HotPool {
  asked = 0;
  private last: Promise<unknown> = Promise.resolve();

  override queryRelaxed<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    this.asked++;
    const answer = super.queryRelaxed<Row>(name, text, values);
    this.last = answer.catch(() => undefined);
    return answer;
  }

  /** Resolves when the last query is answered, and who asked has read it. */
  async answered(): Promise<void> {
    await this.last;
    await nextTurn();
  }
}

let bench: QueueBench;
let pool: CountingPool;
let hints: TokenHints;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());
beforeEach(() => {
  pool = new CountingPool(bench.databaseUrl);
  hints = new TokenHints(pool);
  return () => pool.end();
});

it('tokens that are asked for together are looked up together, each with its own answer', async () => {
  const accounts = await Promise.all(Array.from({ length: 30 }, () => bench.newAccount()));
  const [limited] = accounts;
  await bench.sql('UPDATE accounts SET receive_rate_limit = 2.5 WHERE account_id = $1', [limited?.id]);
  const ended = await bench.newToken(accounts[1] ?? expect.fail(), -1);
  const hashes = [...accounts.map(({ tokenHash }) => tokenHash), ended, randomBytes(32)];
  const expected = [
    ...accounts.map(({ id }) => ({ accountId: id, perSecond: id === limited?.id ? 2.5 : null })),
    null,
    null,
  ];
  // Each token twice.
  const found = await Promise.all([...hashes, ...hashes].map((hash) => hints.find(hash)));
  expect(found).toEqual([...expected, ...expected]);
  expect(pool.asked).toBe(1);
  expect(hashes.map((hash) => hints.peek(hash))).toMatchObject(expected);
  await Promise.all(accounts.map(({ tokenHash }) => hints.find(tokenHash)));
  expect(pool.asked).toBe(1);
});

it('what is asked while a look-up is under way is answered by one that begins after it', async () => {
  const { tokenHash } = await bench.newAccount();
  const first = hints.find(tokenHash);
  await expect.poll(() => pool.asked).toBe(1);
  await bench.sql('DELETE FROM account_tokens WHERE token_hash = $1', [tokenHash]);
  const problem = new Error('the body is wrong');
  await expect(hints.tellFirst(tokenHash, Promise.reject(problem))).rejects.toMatchObject({ code: 'invalid_token' });
  await first;
  expect(hints.peek(tokenHash)).toBeNull();
});

it('all who asked are told when the database can not be asked, and who asks after that is answered', async () => {
  const { tokenHash } = await bench.newAccount();
  const broken = new TokenHints(new CountingPool(bench.databaseUrl.replace(/@[^/]+/, '@127.0.0.1:1')));
  const asked = await Promise.allSettled([broken.find(tokenHash), broken.find(randomBytes(32))]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(broken.find(tokenHash)).rejects.toThrow();
  expect(await hints.find(tokenHash)).not.toBeNull();
});

describe('as time goes by', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    hints = new TokenHints(pool);
  });
  afterEach(() => vi.useRealTimers());

  /** Lets it pass, and asks by the way, as requests do. */
  async function pass(seconds: number): Promise<void> {
    vi.advanceTimersByTime(seconds * 1000);
    hints.peek(randomBytes(32));
    await pool.answered();
  }

  function change(accountId: string, count = 1, action = 'update'): Promise<unknown> {
    return bench.sql(
      `INSERT INTO changes (actor_kind, actor_name, object_kind, object_id, object_name, account_id, action)
       SELECT 'system', 'test', 'account', $1, 'test', $1, $3 FROM generate_series(1, $2)`,
      [accountId, count, action],
    );
  }

  it('a token is known for minutes without being asked for, until its account is changed', async () => {
    const [changed, same] = [await bench.newAccount(), await bench.newAccount()];
    await Promise.all([hints.find(changed.tokenHash), hints.find(same.tokenHash)]);
    for (let turn = 0; turn < 20; turn++) await pass(9);
    expect([changed, same].map(({ tokenHash }) => hints.peek(tokenHash)?.accountId)).toEqual([changed.id, same.id]);
    await bench.sql('UPDATE accounts SET receive_rate_limit = 7 WHERE account_id = $1', [changed.id]);
    await change(changed.id);
    await pass(9);
    expect([changed, same].map(({ tokenHash }) => hints.peek(tokenHash)?.accountId)).toEqual([undefined, same.id]);
    expect(await hints.find(changed.tokenHash)).toEqual({ accountId: changed.id, perSecond: 7 });
  });

  it('nothing is trusted for longer than ten seconds after changes were last looked through', async () => {
    const { tokenHash } = await bench.newAccount();
    await hints.find(tokenHash);
    vi.advanceTimersByTime(9_999);
    expect(hints.peek(tokenHash)).not.toBeNull();
    await pool.answered();
    vi.advanceTimersByTime(9_999);
    expect(hints.peek(tokenHash)).not.toBeNull();
    await pool.answered();
    vi.advanceTimersByTime(10_000);
    expect(hints.peek(tokenHash)).toBeNull();
  });

  it('a token ends when it ends, and is asked for again after ten minutes in any case', async () => {
    const account = await bench.newAccount();
    const ending = await bench.newToken(account, 30_000);
    await Promise.all([hints.find(account.tokenHash), hints.find(ending)]);
    for (let turn = 0; turn < 3; turn++) await pass(9);
    expect(hints.peek(ending)).not.toBeNull();
    await pass(4);
    expect(hints.peek(ending)).toBeNull();
    for (let turn = 0; turn < 62; turn++) await pass(9);
    expect(hints.peek(account.tokenHash)).not.toBeNull();
    await pass(20);
    expect(hints.peek(account.tokenHash)).toBeNull();
  });

  it('with more changes than are looked through all is asked for anew', async () => {
    const [changed, same] = [await bench.newAccount(), await bench.newAccount()];
    await hints.find(same.tokenHash);
    await change(changed.id, 1_000, 'create');
    await change(changed.id, 900);
    await pass(9);
    expect(hints.peek(same.tokenHash)).not.toBeNull();
    await change(changed.id, 200);
    await pass(9);
    expect(hints.peek(same.tokenHash)).toBeNull();
  });

  it('while changes can not be read tokens are asked for', async () => {
    const { tokenHash } = await bench.newAccount();
    const failing = new CountingPool(bench.databaseUrl);
    const cut = new TokenHints(failing);
    await cut.find(tokenHash);
    await failing.end();
    vi.advanceTimersByTime(9_000);
    expect(cut.peek(tokenHash)).not.toBeNull();
    await failing.answered();
    vi.advanceTimersByTime(1_000);
    expect(cut.peek(tokenHash)).toBeNull();
    await expect(cut.find(tokenHash)).rejects.toThrow();
  });
});
