import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, runMain, startApp } from '../support/app.js';
import { type PostgresServer, startPostgres } from '../support/postgres-server.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { newDestination, newSender, push, untilState } from '../support/sender.js';

/** Databases as administrators make them: other encodings, rights, schemas, locales and defaults than ours. */
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ bin: process.env['TEST_POSTGRES_BIN'] || undefined });
});
afterAll(() => server.stop());

interface Made {
  readonly url: string;
  /** As the superuser, in that database. */
  readonly sql: Client;
}

let made = 0;

/** A database with a role that may nothing but connect; `options` of CREATE DATABASE. */
async function newDatabase(options = `ENCODING 'UTF8' LOCALE 'C'`): Promise<Made> {
  const name = `other_${++made}`;
  await server.sql.query(`CREATE ROLE ${name} LOGIN PASSWORD 'of-a-test' NOSUPERUSER NOCREATEDB NOCREATEROLE`);
  await server.sql.query(`CREATE DATABASE ${name} TEMPLATE template0 ${options}`);
  await server.sql.query(`REVOKE CREATE, TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
  const sql = new Client({ connectionString: server.superuserUrl.replace(/[^/]*$/, name) });
  // Ended with the server where a test fails before it ends it.
  sql.on('error', () => undefined);
  await sql.connect();
  return { url: `postgresql://${name}:of-a-test@127.0.0.1:${server.port}/${name}`, sql };
}

describe('a start is refused, with the reason and 2 as its exit code', () => {
  it.each<[string, string | undefined, string | null, string]>([
    ['that is not UTF-8', `ENCODING 'LATIN1' LOCALE 'C'`, null, 'has the encoding LATIN1'],
    ['without any encoding', `ENCODING 'SQL_ASCII' LOCALE 'C'`, null, 'has the encoding SQL_ASCII'],
    ['where the role may not make tables', undefined, null, 'may not make tables in the schema "public": GRANT CREATE'],
    ['whose search_path leads nowhere', undefined, 'SET search_path TO nowhere', 'names no schema that it may use'],
  ])('by a database %s', async (_what, options, setting, reason) => {
    const { url, sql } = await newDatabase(options);
    if (setting !== null) await sql.query(`ALTER ROLE other_${made} ${setting}`);
    const env = { DATABASE_URL: url, ENCRYPTION_KEY: randomBytes(32).toString('base64'), PORT: '0' };
    for (const args of [['serve'], ['migrate']]) {
      const { exitCode, stdout, stderr } = await runMain(args, env);
      expect(stdout + stderr).toContain('DATABASE_URL: ');
      expect(stdout + stderr).toContain(reason);
      expect(stdout + stderr).not.toContain('of-a-test');
      expect(exitCode).toBe(2);
    }
    const { rows } = await sql.query(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`);
    expect(rows).toEqual([]);
    await sql.end();
  });
});

/** Each as far from what we rely on as it can be. */
const ODD_DEFAULTS = [
  `TimeZone = 'Asia/Kolkata'`,
  `DateStyle = 'SQL, DMY'`,
  `IntervalStyle = 'sql_standard'`,
  `bytea_output = 'escape'`,
  `extra_float_digits = '-15'`,
  `standard_conforming_strings = 'off'`,
  `array_nulls = 'off'`,
  `transform_null_equals = 'on'`,
  `default_transaction_isolation = 'serializable'`,
  `client_encoding = 'LATIN1'`,
  `statement_timeout = '2s'`,
  `search_path = "Data Pusher"`,
];

describe.each([
  ['Turkish', `ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'`],
  ['German', `ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE'`],
])('a %s database, a role that owns one schema and nothing else, and odd defaults', (_language, options) => {
  let database: Made;
  let app: App;
  let receiver: Receiver;
  beforeAll(async () => {
    database = await newDatabase(options);
    const role = `other_${made}`;
    await database.sql.query(`CREATE SCHEMA "Data Pusher" AUTHORIZATION ${role}`);
    await database.sql.query('DROP SCHEMA public');
    for (const setting of ODD_DEFAULTS) await database.sql.query(`ALTER ROLE ${role} SET ${setting}`);
    app = await startApp({ databaseUrl: database.url });
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await app.stop();
    await receiver.close();
    await database.sql.end();
  });

  const newAccount = (email: string) => app.post('/api/accounts/', { email, account_name: 'İstanbul ve Iğdır' });

  it('keeps everything in that schema, partitions too', async () => {
    const { rows } = await database.sql.query<{ schema: string; n: number }>(
      `SELECT relnamespace::regnamespace::text AS schema, count(*)::int AS n FROM pg_class
       WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
       GROUP BY 1`,
    );
    expect(rows).toEqual([{ schema: '"Data Pusher"', n: expect.any(Number) }]);
    expect(rows[0]?.n).toBeGreaterThan(25);
  });

  it('accepts, delivers and lists; times, numbers and bytes are what they were', async () => {
    const sender = await newSender(app);
    const before = Date.now();
    const other = await newDestination(app, sender, receiver.url, { event_types: ['invoice.*'], rate_limit: 12.5 });
    const bytes = '{"title":"İŞÇİ \\\\ ı","n":0.30000000000000004,"b":"\\u0001"}';
    const shown = await app.get<{ rate_limit: number | null }>(`/api/destinations/${other}/`);
    expect(shown.body.rate_limit).toBe(12.5);
    const eventId = await push(app, sender, bytes, { 'CL-X-EVENT-TYPE': 'order.paid' });
    await untilState(app, eventId, 'skipped');
    expect((await app.request('DELETE', `/api/destinations/${other}/`)).status).toBe(204);
    const destination = await newDestination(app, sender, receiver.url, { event_types: ['order.*'] });
    const wanted = await push(app, sender, bytes, { 'CL-X-EVENT-TYPE': 'order.paid' });
    const delivery = await untilState(app, wanted, 'delivered');
    expect(Math.abs(Date.parse(delivery.finished_at ?? '') - before)).toBeLessThan(120_000);
    expect(receiver.requests.at(-1)?.body.toString()).toBe(bytes);
    const { body } = await app.get<{ results: { id: string }[] }>(`/api/deliveries/?destination_id=${destination}`);
    expect(body.results.map(({ id }) => id)).toEqual([delivery.id]);
    await app.request('DELETE', `/api/accounts/${sender.accountId}/`);
  });

  it('takes an email once whatever its case, and finds it so', async () => {
    expect((await newAccount('Irmak.ÖZİL@firma.example')).status).toBe(201);
    const again = await newAccount('IRMAK.özİl@FIRMA.EXAMPLE');
    expect(again.status).toBe(400);
    expect(again.body).toMatchObject({ errors: { email: [expect.stringContaining('taken')] } });
    for (const query of ['email=irmak.ÖZİl@FIRMA.example', 'search=FIRMA.EX', 'search=irmak']) {
      const { body } = await app.get<{ count: number }>(`/api/accounts/?${query}`);
      expect(body.count, query).toBe(1);
    }
  });

  it('makes a superuser once', async () => {
    const env = { DATABASE_URL: database.url, ENCRYPTION_KEY: randomBytes(32).toString('base64') };
    const create = (email: string) =>
      runMain(['createsuperuser', '--email', email, '--password-stdin'], env, 'correct horse battery\n');
    expect(await create('ADMIN@INFO.example')).toMatchObject({ exitCode: 0 });
    const { exitCode, stderr } = await create('admin@info.example');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('admin@info.example');
  });
});
