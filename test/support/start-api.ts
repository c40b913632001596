import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { startApplication } from '../../src/application.js';
import { readSettings } from '../../src/config/read-settings.js';
import { migrate } from '../../src/database/migrate.js';
import { ApiClient } from './api-client.js';

const ADMIN_KEY = randomBytes(24).toString('hex');

/** An application over a database of its own. */
export interface TestApi {
  readonly url: string;
  readonly databaseUrl: string;
  /** With an admin key. */
  readonly admin: ApiClient;
  as(key: string): ApiClient;
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** `server`: a PostgreSQL in which databases may be made. `through`: what the application uses instead of it. */
export async function startApi(
  env: Record<string, string> = {},
  through: (databaseUrl: string) => string = (databaseUrl) => databaseUrl,
): Promise<TestApi> {
  const server = process.env['TEST_DATABASE_URL'] ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
  const name = `api_test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const databaseUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  await migrate(databaseUrl);
  const settings = readSettings({
    PORT: '0',
    PUBLIC_URL: 'https://pusher.example.com',
    DATABASE_URL: through(databaseUrl),
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    BOOTSTRAP_API_KEY: ADMIN_KEY,
    ...env,
  });
  const app = await startApplication({ ...settings, databaseUrl: through(databaseUrl) });
  const client = new Client(databaseUrl);
  client.on('error', () => undefined);
  await client.connect();
  return {
    url: app.url,
    databaseUrl,
    admin: new ApiClient(app.url, ADMIN_KEY),
    as: (key) => new ApiClient(app.url, key),
    sql: async <Row>(text: string, values: unknown[] = []) => (await client.query(text, values)).rows as Row[],
    stop: async () => {
      await app.stop();
      await client.end();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}
