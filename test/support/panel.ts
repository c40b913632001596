import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { hashPassword } from '../../src/accounts/password.js';
import type { UserRole } from '../../src/accounts/user.entity.js';
import type { App } from './app.js';

export const PASSWORD = 'correct horse battery';

/** What a browser sends along with what a page of the panel does. */
export interface PanelResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** A browser without a screen: keeps the panel's cookie and says where its requests come from. */
export class PanelClient {
  cookie: string | null = null;

  constructor(readonly url: string) {}

  get(path: string, headers: Record<string, string> = {}): Promise<PanelResponse> {
    return this.send('GET', path, { headers });
  }

  form(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<PanelResponse> {
    return this.send('POST', path, { headers: { origin: this.url, ...headers }, body: new URLSearchParams(fields) });
  }

  /** As AdminJS' edit pages send a record. */
  record(
    path: string,
    fields: Record<string, string | Blob>,
    headers: Record<string, string> = {},
  ): Promise<PanelResponse> {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return this.send('POST', `/admin/api/resources/${path}`, { headers: { origin: this.url, ...headers }, body });
  }

  json(path: string, body: unknown, headers: Record<string, string> = {}): Promise<PanelResponse> {
    const all = { origin: this.url, 'content-type': 'application/json', ...headers };
    return this.send('POST', `/admin/api/resources/${path}`, { headers: all, body: JSON.stringify(body) });
  }

  /** As the buttons of our own components send. */
  press(path: string, body: unknown = {}): Promise<PanelResponse> {
    const headers = { origin: this.url, 'content-type': 'application/json' };
    return this.send('POST', path, { headers, body: JSON.stringify(body) });
  }

  logIn(email: string, password = PASSWORD): Promise<PanelResponse> {
    return this.form('/admin/login', { email, password });
  }

  private async send(
    method: string,
    path: string,
    init: RequestInit & { headers: Record<string, string> },
  ): Promise<PanelResponse> {
    const headers = { ...init.headers, ...(this.cookie !== null && { cookie: this.cookie }) };
    const response = await fetch(this.url + path, { ...init, method, headers, redirect: 'manual' });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) this.cookie = set.split(';')[0] ?? null;
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
  }
}

export async function onDatabase<T>(app: Pick<App, 'databaseUrl'>, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: app.databaseUrl ?? '' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function addUser(
  app: Pick<App, 'databaseUrl'>,
  email: string,
  role: UserRole = 'superuser',
): Promise<string> {
  const userId = uuidv7();
  const values = [userId, email, await hashPassword(PASSWORD), role];
  const insert = 'INSERT INTO users (user_id, email, password_hash, role) VALUES ($1, $2, $3, $4)';
  await onDatabase(app, (client) => client.query(insert, values));
  return userId;
}

/** Makes a setup link as a start does, and returns its token. */
export async function addSetupLink(app: App): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest();
  await onDatabase(app, async (client) => {
    await client.query('DELETE FROM setup_link');
    await client.query(`INSERT INTO setup_link (token_hash, expires_at) VALUES ($1, now() + interval '1 hour')`, [
      hash,
    ]);
  });
  return token;
}

export async function loggedIn(app: Pick<App, 'url'>, email: string): Promise<PanelClient> {
  const client = new PanelClient(app.url);
  await client.logIn(email);
  return client;
}
