import { randomBytes } from 'node:crypto';
import type { QueryResultRow } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TokenHints } from '../../src/data-handler/token-hints.js';
import { HotPool } from '../../src/database/hot-pool.js';
import { openQueueBench, type QueueBench } from '../support/queue.js';

/** A pool that counts what is asked of it. */
class CountingPool extends HotPool {
  asked = 0;

  override queryRelaxed<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    this.asked++;
    return super.queryRelaxed<Row>(name, text, values);
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
