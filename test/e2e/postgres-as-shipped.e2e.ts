import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, startApp } from '../support/app.js';
import { findDistributionPostgres, tellSkipped } from '../support/postgres-binaries.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, type Sender } from '../support/sender.js';

/**
 * A PostgreSQL with the defaults of its distribution. With a compiler for queries and the planner of 15 to 17 one claim
 * took two seconds: eight deliveries came in ten.
 */
const EVENTS = 1_000;
const WITHIN_MS = 20_000;

const distribution = findDistributionPostgres();
if (!distribution?.hasJit) tellSkipped('no PostgreSQL of the distribution that compiles queries (Debian: postgresql)');

describe.skipIf(!distribution?.hasJit)("the distribution's PostgreSQL", () => {
  let server: PostgresServer;
  let app: App;
  let receiver: Receiver;
  let sender: Sender;
  beforeAll(async () => {
    server = await startPostgres({ bin: distribution?.bin });
    app = await startApp({ databaseUrl: server.url });
    receiver = await startReceiver();
    sender = await newSender(app);
  });
  afterAll(async () => {
    await app.stop();
    await receiver.close();
    await server.stop();
  });

  async function pushMany(): Promise<void> {
    const items = Array.from({ length: EVENTS }, (_, number) => ({ number }));
    const answer = await app.post('/server/incoming_data/batch/', items, { headers: { 'CL-X-TOKEN': sender.token } });
    expect(answer.status).toBe(207);
  }

  it('compiles queries unless it is told not to', async () => {
    const { rows } = await server.sql.query(`SELECT current_setting('jit') AS jit, pg_jit_available() AS available`);
    expect(rows).toEqual([{ jit: 'on', available: true }]);
  });

  it('delivers what is handed over and what is claimed', async () => {
    const id = await newDestination(app, sender, receiver.url);
    await pushMany();
    await receiver.waitFor(EVENTS, WITHIN_MS);
    expect((await app.request('PATCH', `/api/destinations/${id}/`, { body: { enabled: false } })).status).toBe(200);
    receiver.clear();
    await pushMany();
    expect((await app.request('PATCH', `/api/destinations/${id}/`, { body: { enabled: true } })).status).toBe(200);
    await receiver.waitFor(EVENTS, WITHIN_MS);
  });
});
