import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type App, startApp } from '../support/app.js';
import { fillFinished } from '../support/ledger.js';
import { startReceiver } from '../support/receiver.js';
import { startApi } from '../support/start-api.js';

/** More by hand: `REPLAY_DELIVERIES=100000`. */
const DELIVERIES = Number(process.env['REPLAY_DELIVERIES'] ?? 4_000);
const PACE = DELIVERIES / 8;
/** What may be in flight when the service is killed, and so be sent twice. */
const MAX_IN_FLIGHT = 64;

it(
  'misses nothing and repeats nothing but what was in flight when the service is killed twice',
  { timeout: 120_000 + DELIVERIES * 10 },
  async () => {
    const ENCRYPTION_KEY = randomBytes(32).toString('base64');
    const receiver = await startReceiver();
    // The API without deliveries goes on; the process that delivers is killed.
    const api = await startApi({ ROLE: 'api', ENCRYPTION_KEY });
    const env = { ROLE: 'worker', ENCRYPTION_KEY };
    const startWorker = (): Promise<App> => startApp({ databaseUrl: api.databaseUrl, env });
    let worker = await startWorker();
    try {
      const account = { email: 'crash@example.com', account_name: 'Crash' };
      const { account_id: accountId } = (await api.admin.post('/api/accounts/', account)).body;
      const destination = {
        url: receiver.url,
        http_method: 'POST',
        headers: { A: 'b' },
        max_concurrency: MAX_IN_FLIGHT,
      };
      const created = await api.admin.post(`/api/accounts/${accountId}/destinations/`, destination);
      const ids = await fillFinished(api.sql, { accountId, destinationId: created.body.id, count: DELIVERIES });
      const replay = (await api.admin.post('/api/replays/', { account_id: accountId, pace: Math.min(PACE, 5_000) }))
        .body;
      expect(replay.total).toBe(DELIVERIES);
      await api.admin.post(`/api/replays/${replay.id}/start/`);
      for (const part of [0.2, 0.5]) {
        await receiver.waitFor((requests) => requests.length > part * DELIVERIES, 60_000 + DELIVERIES * 5);
        worker.kill('SIGKILL');
        await worker.ended;
        await sleep(200);
        worker = await startWorker();
      }
      const arrived = (): Set<string> =>
        new Set(receiver.requests.map((request) => String(request.header('webhook-id'))));
      for (const endMs = Date.now() + 60_000 + DELIVERIES * 5; arrived().size < DELIVERIES; await sleep(200)) {
        expect(Date.now(), `${arrived().size} arrived`).toBeLessThan(endMs);
      }
      const { body } = await api.admin.get(`/api/replays/${replay.id}/`);
      expect(body).toMatchObject({ state: 'finished', done: DELIVERIES, skipped: 0 });
      expect([...arrived()].toSorted()).toEqual(ids.toSorted());
      await sleep(1_000);
      expect(receiver.requests.length - DELIVERIES).toBeLessThanOrEqual(2 * MAX_IN_FLIGHT);
      const [count] = await api.sql<{ rows: number }>('SELECT count(*)::int AS rows FROM finished_deliveries');
      expect(count?.rows).toBe(DELIVERIES);
    } finally {
      await worker.stop();
      await api.stop();
      await receiver.close();
    }
  },
);
