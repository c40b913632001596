import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, runMain, startApp } from '../support/app.js';
import { findPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { tellSkipped } from '../support/postgres-binaries.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, untilState } from '../support/sender.js';

const program = findPgBouncer();
if (program === null) tellSkipped('PgBouncer between service and database: it is not installed');

describe.skipIf(program === null)('PgBouncer', () => {
  let server: PostgresServer;
  let pooler: PgBouncer | undefined;
  beforeAll(async () => {
    server = await startPostgres({ bin: process.env['TEST_POSTGRES_BIN'] || undefined });
  });
  afterAll(async () => {
    await pooler?.stop();
    await server.stop();
  });

  async function through(mode: 'session' | 'transaction' | 'statement'): Promise<string> {
    await pooler?.stop();
    pooler = undefined;
    pooler = await startPgBouncer(program ?? '', server, mode);
    return pooler.url;
  }

  it.each(['transaction', 'statement'] as const)('is refused in %s mode, by each command', async (mode) => {
    const env = { DATABASE_URL: await through(mode), ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') };
    for (const args of [['serve'], ['migrate'], ['api-key', 'list']]) {
      const { exitCode, stderr, stdout } = await runMain(args, { ...env, PORT: '0' });
      expect(exitCode).toBe(2);
      expect(stdout + stderr).toContain('set pool_mode = session (PgBouncer), or name the server itself');
    }
    // Nothing was made, and whoever is served next by that connection finds it as it was.
    const { rows } = await server.sql.query(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE state LIKE 'idle in%'`,
    );
    expect(rows).toEqual([{ n: 0 }]);
  });

  describe('in session mode', () => {
    let app: App;
    let receiver: Receiver;
    beforeAll(async () => {
      app = await startApp({ databaseUrl: await through('session'), env: { PROCESSES: '2' } });
      receiver = await startReceiver();
    });
    afterAll(async () => {
      await app.stop();
      await receiver.close();
    });

    it('lets everything through: accepting, delivering, retries, lists, waiting for the first attempt', async () => {
      const sender = await newSender(app);
      let failures = 2;
      receiver.answer(() => ({ status: failures-- > 0 ? 500 : 200 }));
      const retrySchedule = { retry_schedule: [1, 1, 1] };
      await newDestination(app, sender, receiver.url, retrySchedule);
      const eventId = await push(app, sender, '{"a":1}');
      expect(await untilState(app, eventId, 'delivered')).toMatchObject({ attempts: 3, last_status: 200 });
      const waited = await app.request<{ results: object[] }>('POST', '/server/incoming_data/', {
        body: '{"b":2}',
        headers: { 'CL-X-TOKEN': sender.token, Prefer: 'wait=30' },
        apiKey: null,
      });
      expect(waited.status).toBe(200);
      const items = Array.from({ length: 500 }, (_, number) => ({ number }));
      const headers = { 'CL-X-TOKEN': sender.token };
      expect((await app.post('/server/incoming_data/batch/', items, { headers })).status).toBe(207);
      await receiver.waitFor(504);
      const { body } = await app.get<{ results: object[] }>('/api/deliveries/?state=delivered&page_size=100');
      expect(body.results).toHaveLength(100);
      expect((await app.get('/health/ready')).status).toBe(200);
    });

    it('goes on after every connection was cut', async () => {
      await server.sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'data_pusher'`);
      await expect.poll(async () => (await app.get('/health/ready')).status).toBe(200);
      const sender = await newSender(app);
      await newDestination(app, sender, receiver.url);
      await untilState(app, await push(app, sender), 'delivered');
    });
  });
});
