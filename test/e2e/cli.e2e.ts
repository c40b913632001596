import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type App, runMain, startApp } from '../support/app.js';
import { startReceiver } from '../support/receiver.js';
import { spawnChild } from '../support/spawn-child.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const PAYLOAD = '{ "id": 12345678901234567890, "name": "Zoë", "again": 1, "again": 2 }';

let app: App;
let folder: string;
beforeAll(async () => {
  [app, folder] = await Promise.all([startApp(), mkdtemp(join(tmpdir(), 'data-pusher-cli-'))]);
});
afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Account {
  account_id: string;
  app_secret_token: string;
}

async function createAccount(): Promise<Account> {
  const email = `${randomBytes(6).toString('hex')}@example.com`;
  const answer = await app.post<Account>('/api/accounts/', { email, account_name: 'Command line' });
  expect(answer.status).toBe(201);
  return answer.body;
}

async function createDestination(accountId: string, fields: Record<string, unknown>): Promise<string> {
  const path = `/api/accounts/${accountId}/destinations/`;
  const answer = await app.post<{ id: string }>(path, { headers: { 'X-From': 'test' }, ...fields });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
}

/** A `listen` that runs until it is ended, with what it has printed so far. */
class Listener {
  text = '';
  url = '';
  private readonly child: ChildProcess;

  constructor(args: readonly string[], env: Record<string, string> = {}) {
    const { PATH, HOME } = process.env;
    this.child = spawnChild(process.execPath, [MAIN, 'listen', '--port', '0', ...args], {
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.text += text));
  }

  async ready(): Promise<this> {
    await this.waitFor(/Listening on (\S+)\//);
    this.url = /Listening on (\S+)\//.exec(this.text)?.[1] ?? '';
    return this;
  }

  async waitFor(pattern: RegExp): Promise<string> {
    for (let tries = 0; tries < 1200 && !pattern.test(this.text); tries++) await new Promise((r) => setTimeout(r, 50));
    expect(this.text).toMatch(pattern);
    return this.text;
  }

  /** Ctrl-C; returns the exit code. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const closed = once(this.child, 'close');
    this.child.kill('SIGINT');
    await closed;
    return this.child.exitCode;
  }
}

describe('listen', () => {
  const listeners: Listener[] = [];
  const listen = (args: string[] = [], env: Record<string, string> = {}) => {
    const listener = new Listener(args, env);
    listeners.push(listener);
    return listener.ready();
  };
  afterEach(async () => {
    expect(await Promise.all(listeners.splice(0).map((listener) => listener.stop()))).not.toContain(null);
  });

  it('prints what arrives, with every token of the body as it came, and no colours into a pipe', async () => {
    const listener = await listen();
    const response = await fetch(`${listener.url}/hook?x=%E2%82%AC`, {
      method: 'PUT',
      headers: { 'X-Color': 'a\tb' },
      body: PAYLOAD,
    });
    expect(response.status).toBe(200);
    const text = await listener.waitFor(/answered 200/);
    expect(text).toContain('#1  PUT /hook  ');
    expect(text).toMatch(/x-color: a\tb\n/i);
    expect(text).toContain('  x = €\n');
    expect(text).toContain(
      `body: ${Buffer.byteLength(PAYLOAD)} bytes, sha256 ${createHash('sha256').update(PAYLOAD).digest('hex')}`,
    );
    expect(text).toContain('{\n  "id": 12345678901234567890,\n  "name": "Zoë",\n  "again": 1,\n  "again": 2\n}\n');
    expect(text).not.toContain('\u001B');
  });

  it('shows control characters instead of sending them to the terminal', async () => {
    const listener = await listen();
    await fetch(listener.url, { method: 'POST', body: 'a\u001B]0;title\u0007b' });
    expect(await listener.waitFor(/answered 200/)).toContain(String.raw`a\u001b]0;title\u0007b`);
  });

  it('answers as it is told: a status, the first ones failing, a delay', async () => {
    const listener = await listen(['--fail', '2', '--status', '204', '--delay', '120']);
    const startedAt = performance.now();
    const statuses: number[] = [];
    for (let request = 0; request < 3; request++) statuses.push((await fetch(listener.url)).status);
    expect(statuses).toEqual([500, 500, 204]);
    expect(performance.now() - startedAt).toBeGreaterThan(350);
  });

  it.each(['POST', 'GET'])('verifies what the service has signed for %s, by a secret from a file', async (method) => {
    const account = await createAccount();
    const secretFile = join(folder, `secret-${method}`);
    // The secret is made with the destination, so the receiver is known first.
    const target = await startReceiver();
    const destination = await createDestination(account.account_id, { url: `${target.url}/in`, http_method: method });
    const { body } = await app.get<{ secret: string }>(`/api/destinations/${destination}/signing-secret/`);
    await writeFile(secretFile, `${body.secret}\n`);
    const listener = await listen(['--secret-file', secretFile]);
    await app.request('PATCH', `/api/destinations/${destination}/`, { body: { url: `${listener.url}/in` } });
    const sent = await runMain(['send', '--url', app.url], { APP_SECRET_TOKEN: account.app_secret_token }, PAYLOAD);
    expect(sent.exitCode).toBe(0);
    expect(await listener.waitFor(/answered 200/)).toContain('signature: valid\n');
    await fetch(`${listener.url}/in`, { method, headers: { 'webhook-id': 'x' } });
    expect(await listener.waitFor(/#2[^]*answered 200/)).toContain('signature: NOT VALID: the request is not signed');
    await target.close();
  });

  it('says what is wrong with a port or a secret', async () => {
    const listener = await listen();
    const { port } = new URL(listener.url);
    expect(await runMain(['listen', '--port', port])).toMatchObject({
      exitCode: 1,
      stderr: `Port ${port} is in use: choose another --port\n`,
    });
    const wrong = await runMain(['listen'], { SIGNING_SECRET: 'abc' });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('--secret: expected whsec_');
  });
});

describe('send', () => {
  it('pushes a file byte for byte and prints the answer', async () => {
    const [account, receiver] = await Promise.all([createAccount(), startReceiver()]);
    await createDestination(account.account_id, { url: receiver.url, http_method: 'POST' });
    const [file, tokenFile] = [join(folder, 'payload.json'), join(folder, 'token')];
    await Promise.all([writeFile(file, PAYLOAD), writeFile(tokenFile, `${account.app_secret_token}\n`)]);
    const args = [
      'send',
      file,
      '--url',
      app.url,
      '--token-file',
      tokenFile,
      '--event-type',
      'order',
      '--event-id',
      '7',
    ];
    const first = await runMain(args);
    expect(first).toMatchObject({ exitCode: 0, stderr: '202\n' });
    expect(JSON.parse(first.stdout)).toMatchObject({ message: 'Data Received', destinations: 1 });
    const again = await runMain(args);
    expect(JSON.parse(again.stdout)).toEqual(JSON.parse(first.stdout));
    const [request] = await receiver.waitFor(1);
    expect(request?.body.toString()).toBe(PAYLOAD);
    const events = await app.get(`/api/events/?account_id=${account.account_id}`);
    expect(events.body).toMatchObject({ results: [{ external_id: '7', event_type: 'order' }] });
    await receiver.close();
  });

  it('ends with 1 when it is not accepted, and warns about a token on the command line', async () => {
    const { exitCode, stdout, stderr } = await runMain(['send', '--url', app.url, '--token', 'dpt_no'], {}, '{}');
    expect(exitCode).toBe(1);
    expect(stderr).toBe('Note: --token is visible to other users of this machine; --token-file hides it.\n401\n');
    expect(JSON.parse(stdout)).toMatchObject({ code: 'invalid_token', error: 'Un Authenticate' });
  });

  it('ends with 1 when nobody answers and with 2 when it can not be', async () => {
    const env = { APP_SECRET_TOKEN: 'dpt_no' };
    expect(await runMain(['send', '--url', 'http://127.0.0.1:9'], env, '{}')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('No answer from http://127.0.0.1:9'),
    });
    expect((await runMain(['send'], {}, '{}')).exitCode).toBe(2);
    expect((await runMain(['send', join(folder, 'missing')], env)).exitCode).toBe(2);
  });
});

describe('rotate-encryption-key', () => {
  async function keyIds(databaseUrl: string): Promise<Set<string>> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    const { rows } = await client.query<{ sealed: string }>(
      `SELECT sealed FROM signing_secrets
       UNION ALL SELECT v #>> '{}' FROM destinations d, jsonb_array_elements(d.headers) h, jsonb_array_elements(h -> 'values') v`,
    );
    await client.end();
    return new Set(rows.map((row) => row.sealed.split('.')[0] ?? ''));
  }

  it('makes a new key for the embedded database under a running service, which goes on', async () => {
    const dataDir = join(folder, 'embedded');
    const embedded = await startApp({ databaseUrl: null, env: { DATA_DIR: dataDir } });
    const receiver = await startReceiver();
    try {
      const account = (await embedded.post<Account>('/api/accounts/', { email: 'a@example.com', account_name: 'A' }))
        .body;
      const path = `/api/accounts/${account.account_id}/destinations/`;
      const fields = { url: receiver.url, http_method: 'POST', headers: { 'X-Api-Key': 'open sesame' } };
      for (let made = 0; made < 3; made++) expect((await embedded.post(path, fields)).status).toBe(201);
      const before = await readFile(join(dataDir, 'encryption-key'), 'utf8');
      const rotated = await runMain(['rotate-encryption-key'], { DATA_DIR: dataDir });
      expect(rotated, rotated.stderr).toMatchObject({ exitCode: 0 });
      expect(rotated.stdout).toBe('Encrypted with the newest key: the headers of 3 destinations, 3 signing secrets\n');
      const keyFile = join(dataDir, 'encryption-key');
      expect(await readFile(keyFile, 'utf8')).toMatch(new RegExp(`^\\S+\n${before.trim().replaceAll('+', '\\+')}\n$`));
      expect((await stat(keyFile)).mode & 0o777).toBe(0o600);

      const headers = { 'CL-X-TOKEN': account.app_secret_token };
      expect((await embedded.post('/server/incoming_data/', '{"a":1}', { headers })).status).toBe(202);
      const requests = await receiver.waitFor(3);
      expect(requests.map((request) => request.header('x-api-key'))).toEqual([
        'open sesame',
        'open sesame',
        'open sesame',
      ]);
      expect((await embedded.get('/api/destinations/')).status).toBe(200);
      // From now on the service seals with the new key too.
      expect((await embedded.post(path, fields)).status).toBe(201);
      expect(await runMain(['rotate-encryption-key'], { DATA_DIR: dataDir })).toMatchObject({ exitCode: 0 });
    } finally {
      await Promise.all([embedded.stop(), receiver.close()]);
    }
    const restarted = await startApp({ databaseUrl: null, env: { DATA_DIR: dataDir } });
    expect((await restarted.get('/api/destinations/')).body).toMatchObject({ count: 4 });
    await restarted.stop();
  });

  it('uses the keys of ENCRYPTION_KEY, newest first', async () => {
    const [older, newer] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    const external = await startApp({ env: { ENCRYPTION_KEY: older } });
    const account = (await external.post<Account>('/api/accounts/', { email: 'b@example.com', account_name: 'B' }))
      .body;
    await external.post(`/api/accounts/${account.account_id}/destinations/`, {
      url: 'https://example.com/',
      http_method: 'GET',
      headers: { 'X-Key': ['one', 'two'] },
    });
    const databaseUrl = external.databaseUrl ?? '';
    const [idBefore] = await keyIds(databaseUrl);
    const env = { DATABASE_URL: databaseUrl, ENCRYPTION_KEY: `${newer},${older}` };
    const rotated = await runMain(['rotate-encryption-key'], env);
    expect(rotated.stdout).toContain('the headers of 1 destinations, 1 signing secrets');
    expect((await runMain(['rotate-encryption-key'], env)).stdout).toContain(
      'the headers of 0 destinations, 0 signing',
    );
    const ids = await keyIds(databaseUrl);
    expect(ids.size).toBe(1);
    expect(ids).not.toContain(idBefore);
    expect((await runMain(['rotate-encryption-key'], { ...env, ENCRYPTION_KEY: newer })).exitCode).toBe(2);
    await external.stop();
  });
});

it.each(['listen', 'send', 'rotate-encryption-key', 'demo'])('%s explains itself', async (command) => {
  const { exitCode, stdout } = await runMain([command, '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`Usage: data-pusher ${command}`);
});
