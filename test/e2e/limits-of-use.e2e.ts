import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCredential } from '../../src/common/credential.js';
import type { Answer } from '../support/api-client.js';
import { startApi, type TestApi } from '../support/start-api.js';

let api: TestApi;

beforeAll(async () => {
  api = await startApi({ PROCESSES: '2' });
});
afterAll(() => api.stop());

let accounts = 0;

async function newAccount(
  receiveRateLimit: number | null,
): Promise<{ id: string; send: () => Promise<Answer>; token: string }> {
  const { status, body } = await api.admin.post('/api/accounts/', {
    email: `a${++accounts}@example.com`,
    account_name: 'A',
    receive_rate_limit: receiveRateLimit,
  });
  expect(status).toBe(201);
  const token: string = body.app_secret_token;
  return { id: body.account_id, token, send: () => send('{}', token) };
}

function send(body: string, token: string, path = ''): Promise<Answer> {
  return api.as('').post(`/server/incoming_data/${path}`, body, { 'CL-X-TOKEN': token });
}

async function eventsOf(accountId: string): Promise<number> {
  const [row] = await api.sql<{ count: string }>('SELECT count(*) FROM events WHERE account_id = $1', [accountId]);
  return Number(row?.count);
}

describe('receive_rate_limit', () => {
  it('is off by default, and says nothing then', async () => {
    const { body } = await api.admin.post('/api/accounts/', { email: 'off@example.com', account_name: 'A' });
    expect(body.receive_rate_limit).toBeNull();
    const answer = await send('{}', body.app_secret_token);
    expect(answer.status).toBe(202);
    expect([answer.headers.get('ratelimit'), answer.headers.get('ratelimit-policy')]).toEqual([null, null]);
  });

  it.each([0, -1, '5', true, 1e9])('can not be %j', async (limit) => {
    const fields = { email: 'wrong@example.com', account_name: 'A', receive_rate_limit: limit };
    const { status, body } = await api.admin.post('/api/accounts/', fields);
    expect([status, Object.keys(body.errors)]).toEqual([400, ['receive_rate_limit']]);
  });

  it('is one budget over all processes; what is refused is not stored', async () => {
    const { id, send } = await newAccount(20);
    const startedAt = performance.now();
    const answers: Answer[] = [];
    // Twenty connections, which go to the two processes in turn.
    const sender = async (): Promise<void> => {
      for (let n = 0; n < 10; n++) answers.push(await send());
    };
    await Promise.all(Array.from({ length: 20 }, sender));
    const seconds = (performance.now() - startedAt) / 1000;
    const accepted = answers.filter(({ status }) => status === 202).length;
    const refused = answers.filter(({ status }) => status === 429);
    expect(accepted + refused.length).toBe(200);
    expect(accepted).toBeGreaterThanOrEqual(20);
    expect(accepted).toBeLessThanOrEqual(20 + Math.ceil(20 * seconds));
    expect(await eventsOf(id)).toBe(accepted);
    for (const { headers, body } of refused) {
      expect(body.code).toBe('rate_limited');
      expect(headers.get('retry-after')).toBe('1');
      expect(headers.get('ratelimit-policy')).toBe('"receiving";q=20;w=1');
      expect(headers.get('ratelimit')).toMatch(/^"receiving";r=0;t=1$/);
    }
  });

  it('may be used up over a single connection, and is there again after Retry-After', async () => {
    // Slow enough that a busy machine sends faster.
    const { send } = await newAccount(2);
    const left: string[] = [];
    for (let n = 0; n < 2; n++) {
      const { status, headers } = await send();
      expect(status).toBe(202);
      left.push(headers.get('ratelimit') ?? '');
    }
    expect(left[0]).toMatch(/^"receiving";r=1;t=1$/);
    await expect.poll(async () => (await send()).status, { interval: 0 }).toBe(429);
    await expect.poll(async () => (await send()).status, { interval: 100 }).toBe(202);
  });

  it('counts each item of a batch: it is taken, and the next has to wait the longer', async () => {
    const { token, id } = await newAccount(1);
    const batch = await send(JSON.stringify(Array.from({ length: 50 }, () => ({}))), token, 'batch/');
    expect(batch.status).toBe(207);
    expect(await eventsOf(id)).toBe(50);
    const next = await send('{}', token);
    expect(next.status).toBe(429);
    // 50 s of debt, of which a part may have passed.
    expect(Number(next.headers.get('retry-after'))).toBeGreaterThan(20);
  });

  it('is checked after the token and before the body', async () => {
    const { token, send: sendOne } = await newAccount(0.01);
    expect((await sendOne()).status).toBe(202);
    const answer = await api.as('').post('/server/incoming_data/', 'x', { 'CL-X-TOKEN': token, 'Content-Type': 'a/b' });
    expect([answer.status, answer.headers.get('ratelimit-policy')]).toEqual([429, '"receiving";q=1;w=100']);
    expect((await send('{}', 'wrong')).status).toBe(401);
  });
});

describe('wrong credentials', () => {
  /** Sends until nearly all are refused: some come back each second, on a slow machine in every round. */
  async function guess(attempt: () => Promise<Answer>): Promise<Answer> {
    for (let sent = 0; sent < 3000; sent += 20) {
      const answers = await Promise.all(Array.from({ length: 20 }, attempt));
      const [refused, ...others] = answers.filter(({ status }) => status === 429);
      if (refused && others.length >= 14) return refused;
    }
    throw new Error('3000 guesses were answered as if they were the first');
  }

  it('of one address are slowed down; right ones from there, and none at all, are answered as ever', async () => {
    const { send: sendRight } = await newAccount(null);
    const refused = await guess(() => send('{}', newCredential('dpt_')));
    expect(refused.body.code).toBe('rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await guess(() => api.as(newCredential('dpk_')).get('/api/accounts/'))).body.code).toBe('rate_limited');
    expect((await sendRight()).status).toBe(202);
    expect((await api.admin.get('/api/accounts/')).status).toBe(200);
    expect((await api.as('').post('/server/incoming_data/', '{}')).status).toBe(401);
    expect((await fetch(`${api.url}/api/accounts/`)).status).toBe(401);
  });
});
