import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { runMain, startApp, type App } from '../support/app.js';
import { isRunning, newDataDir, type DataDir } from '../support/data-dir.js';

/** The tests below are one story on one data folder, in order. */
const dir = newDataDir();
let app: App;

const start = (at: DataDir, env: Record<string, string | null> = {}) =>
  startApp({ databaseUrl: null, env: { DATA_DIR: at.path, ...env } });

const firstRun = () => readFileSync(join(dir.path, 'first-run'), 'utf8');
const firstKey = () => /^ {2}(dpk_\S+)$/m.exec(firstRun())?.[1] ?? '';

function killDatabase(): void {
  const pid = dir.databasePid();
  if (pid === null) throw new Error('no database is running');
  process.kill(pid, 'SIGKILL');
}

beforeAll(async () => {
  app = await start(dir);
});
afterAll(async () => {
  await app.stop();
  dir.remove();
});

test('the first start leaves key, link and walk in a file only we can read, and prints its path only', async () => {
  await app.waitForLog((line) => line['path'] === join(dir.path, 'first-run'));
  expect(statSync(join(dir.path, 'first-run')).mode & 0o777).toBe(0o600);
  expect(firstRun()).toContain(`${app.url}/admin\n`);
  expect(firstRun()).toContain(`${app.url}/docs/\n`);
  expect(firstRun()).toMatch(/\/admin\/setup\?token=[\w-]{43}\n/);
  expect(app.output()).not.toContain(firstKey());
  expect(app.output()).not.toContain('token=');
});

test('the file is there before the service takes requests, so that a script need not wait for it', () => {
  const lines = app.logs();
  const written = lines.findIndex((line) => line['path'] === join(dir.path, 'first-run'));
  expect(written).toBeGreaterThanOrEqual(0);
  expect(lines.findIndex((line) => line.msg === 'listening')).toBeGreaterThan(written);
});

test('the first key is kept when the first start fails', async () => {
  const failing = newDataDir();
  onTestFinished(() => failing.remove());
  const { port } = new URL(app.url);
  const { exitCode, stderr } = await runMain(['serve'], { DATA_DIR: failing.path, PORT: port });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is in use')]);
  expect(readFileSync(join(failing.path, 'first-run'), 'utf8')).toMatch(/\bdpk_/);
});

test('nothing that holds a secret can be read by others', () => {
  for (const name of ['encryption-key', 'database-password', 'first-run']) {
    expect(statSync(join(dir.path, name)).mode & 0o077).toBe(0);
  }
  expect(statSync(join(dir.path, 'database')).mode & 0o077).toBe(0);
});

test('the first key is an admin key', async () => {
  const account = { email: 'first@example.com', account_name: 'First' };
  expect(await app.post('/api/accounts/', account, { apiKey: firstKey() })).toMatchObject({ status: 201 });
});

test('a second service on the same data folder is refused and says who has it', async () => {
  const { exitCode, stderr } = await runMain(['serve'], { DATA_DIR: dir.path, PORT: '0' });
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`is in use by data-pusher serve (process ${app.pid})`);
});

test('another data folder and port run side by side', async () => {
  const other = newDataDir();
  const second = await start(other);
  expect(await second.get('/health/ready')).toMatchObject({ status: 200 });
  expect(second.url).not.toBe(app.url);
  expect(await second.stop()).toBe(0);
  other.remove();
});

test('a command uses the database of the running service', async () => {
  const created = await runMain(['api-key', 'create', '--name', 'ci', '--read-only'], { DATA_DIR: dir.path });
  expect(created).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^dpk_\S+\n$/) });
  const apiKey = created.stdout.trim();
  expect(await app.get('/api/accounts/', { apiKey })).toMatchObject({ status: 200, body: { count: 1 } });
  expect(await app.post('/api/accounts/', {}, { apiKey })).toMatchObject({ status: 403 });
});

test('a killed database is started again and the service goes on', async () => {
  killDatabase();
  await app.waitForLog((line) => line.msg === 'PostgreSQL is back');
  await vi.waitFor(
    async () => expect(await app.get('/api/accounts/')).toMatchObject({ status: 200, body: { count: 1 } }),
    { timeout: 60_000, interval: 100 },
  );
});

test('a database that can not be started again is tried until it can', async () => {
  const version = join(dir.path, 'database', 'cluster', 'PG_VERSION');
  renameSync(version, `${version}.away`);
  killDatabase();
  await app.waitForLog((line) => /trying again in 4000 ms/.test(line.msg ?? ''));
  expect(await app.get('/health/ready')).toMatchObject({ status: 503 });
  renameSync(`${version}.away`, version);
  await vi.waitFor(async () => expect(await app.get('/health/ready')).toMatchObject({ status: 200 }), {
    timeout: 60_000,
    interval: 100,
  });
});

test('a killed service takes its database along, and starts again on the same data', async () => {
  const [pid, key, before] = [dir.databasePid(), firstKey(), firstRun()];
  app.kill('SIGKILL');
  await app.ended;
  await vi.waitFor(() => expect(pid !== null && isRunning(pid)).toBe(false), { timeout: 60_000, interval: 50 });
  app = await start(dir);
  await app.waitForLog((line) => line['path'] === join(dir.path, 'first-run'));
  expect(await app.get('/api/accounts/', { apiKey: key })).toMatchObject({ status: 200, body: { count: 1 } });
  expect(firstKey()).toBe(key);
  expect(firstRun()).not.toBe(before);
});

test('a leftover database without its service is taken over', async () => {
  const pid = dir.databasePid();
  // Its guard goes with it, as when a machine kills all but the database.
  process.kill(-app.pid, 'SIGKILL');
  await app.ended;
  app = await start(dir);
  expect(dir.databasePid()).not.toBe(pid);
  expect(await app.get('/api/accounts/')).toMatchObject({ status: 200, body: { count: 1 } });
});

test('SIGTERM, even twice, ends it cleanly and leaves nothing running', async () => {
  const pid = dir.databasePid();
  app.kill('SIGTERM');
  app.kill('SIGTERM');
  expect(await app.ended).toBe(0);
  expect(pid).not.toBeNull();
  expect(isRunning(pid ?? 0)).toBe(false);
  expect(dir.databasePid()).toBeNull();
});

test('a command starts the database when no service runs, and stops it after', async () => {
  const listed = await runMain(['api-key', 'list'], { DATA_DIR: dir.path });
  expect(listed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('\tci\n') });
  const id = /^(\S+)\t.*\tci$/m.exec(listed.stdout)?.[1] ?? '';
  expect(await runMain(['api-key', 'revoke', id], { DATA_DIR: dir.path })).toMatchObject({ exitCode: 0 });
  expect(dir.databasePid()).toBeNull();
});

test('once there is a superuser the link is not renewed', async () => {
  const made = await runMain(
    ['createsuperuser', '--email', 'root@example.com', '--password-stdin'],
    { DATA_DIR: dir.path },
    'a long enough password\n',
  );
  expect(made).toMatchObject({ exitCode: 0, stdout: 'Superuser root@example.com created\n' });
  const before = firstRun();
  app = await start(dir);
  expect(await app.stop()).toBe(0);
  expect(firstRun()).toBe(before);
});
