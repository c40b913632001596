import { Client } from 'pg';
import { ApiClient } from './api-client.js';
import { type App, startApp } from './app.js';
import { createTestDatabase } from './database.js';

/** The built product over a database of its own, seen by callers of the management API. */
export interface TestApi {
  readonly url: string;
  readonly app: App;
  /** Of the database itself, whatever stands between it and the product. */
  readonly databaseUrl: string;
  readonly adminKey: string;
  /** With an admin key. */
  readonly admin: ApiClient;
  as(key: string): ApiClient;
  readonly sql: <Row>(text: string, values?: unknown[]) => Promise<Row[]>;
  stop(): Promise<void>;
}

/**
 * `through`: gives the URL under which the product reaches the database, when it is to be another one. `main`: see
 * {@link startApp}.
 */
export async function startApi(
  env: Record<string, string> = {},
  through: (databaseUrl: string) => string = (databaseUrl) => databaseUrl,
  main?: string,
): Promise<TestApi> {
  const database = await createTestDatabase();
  const app = await startApp({
    databaseUrl: through(database.url),
    ...(main !== undefined && { main }),
    env: { PUBLIC_URL: 'https://pusher.example.com', ...env },
  });
  const client = new Client(database.url);
  client.on('error', () => undefined);
  await client.connect();
  return {
    url: app.url,
    app,
    databaseUrl: database.url,
    adminKey: app.apiKey,
    admin: new ApiClient(app.url, app.apiKey),
    as: (key) => new ApiClient(app.url, key),
    sql: async <Row>(text: string, values: unknown[] = []) => (await client.query(text, values)).rows as Row[],
    stop: async () => {
      await app.stop();
      await client.end();
      await database.drop();
    },
  };
}
