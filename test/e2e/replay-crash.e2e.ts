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
const MAX_CONCURRENCY = 64;

it(
  'misses nothing and repeats nothing but what was in flight when the service is killed twice',
  { timeout: 120_000 + DELIVERIES * 10 },
  async () => {
    const ENCRYPTION_KEY = randomBytes(32).toString('base64');
    const receiver = await startReceiver();
    // The API without deliveries goes on; the process that delivers is killed.
    const api = await startApi({ ROLE: 'api', ENCRYPTION_KEY });
    const env = { ROLE: 'worker', ENCRYPTION_KEY };
    // Under a name of its own: PostgreSQL goes on for a moment with what a killed process has asked of it.
    const databaseUrl = new URL(api.databaseUrl);
    databaseUrl.searchParams.set('application_name', 'worker');
    const startWorker = (): Promise<App> => startApp({ databaseUrl: databaseUrl.href, env });
    const count = async (condition: string): Promise<number> => {
      const [row] = await api.sql<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${condition}`);
      return row?.rows ?? -1;
    };
    const workersConnections = `pg_stat_activity WHERE datname = current_database() AND application_name = 'worker'`;
    let worker = await startWorker();
    try {
      const account = { email: 'crash@example.com', account_name: 'Crash' };
      const { account_id: accountId } = (await api.admin.post('/api/accounts/', account)).body;
      const destination = {
        url: receiver.url,
        http_method: 'POST',
        headers: { A: 'b' },
        max_concurrency: MAX_CONCURRENCY,
      };
      const created = await api.admin.post(`/api/accounts/${accountId}/destinations/`, destination);
      const ids = await fillFinished(api.sql, { accountId, destinationId: created.body.id, count: DELIVERIES });
      const replay = (await api.admin.post('/api/replays/', { account_id: accountId, pace: Math.min(PACE, 5_000) }))
        .body;
      expect(replay.total).toBe(DELIVERIES);
      await api.admin.post(`/api/replays/${replay.id}/start/`);
      // What was leased when the service was killed: under way, or arrived and not yet written down.
      let cutOff = 0;
      for (const part of [0.2, 0.5]) {
        await receiver.waitFor((requests) => requests.length > part * DELIVERIES, 60_000 + DELIVERIES * 5);
        expect(await count(workersConnections)).toBeGreaterThan(0);
        worker.kill('SIGKILL');
        await worker.ended;
        await expect.poll(() => count(workersConnections)).toBe(0);
        cutOff += await count('waiting_deliveries WHERE leased_by IS NOT NULL');
        await sleep(200);
        worker = await startWorker();
      }
      const arrived = (): Set<string> =>
        new Set(receiver.requests.map((request) => String(request.header('webhook-id'))));
      for (const endMs = Date.now() + 60_000 + DELIVERIES * 5; arrived().size < DELIVERIES; await sleep(200)) {
        expect(Date.now(), `${arrived().size} arrived`).toBeLessThan(endMs);
      }
      // The step that finds nothing more comes after the last one that did.
      await expect
        .poll(async () => (await api.admin.get(`/api/replays/${replay.id}/`)).body)
        .toMatchObject({ state: 'finished', done: DELIVERIES, skipped: 0 });
      expect([...arrived()].toSorted()).toEqual(ids.toSorted());
      await expect.poll(() => count('finished_deliveries')).toBe(DELIVERIES);
      expect(receiver.requests.length - DELIVERIES).toBeLessThanOrEqual(cutOff);
    } finally {
      await worker.stop();
      await api.stop();
      await receiver.close();
    }
  },
);
