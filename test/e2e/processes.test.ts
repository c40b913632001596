import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runMain, startApp, type App } from '../support/app.js';
import { childrenOf, isRunning } from '../support/data-dir.js';

let app: App;
beforeAll(async () => {
  app = await startApp({ env: { PROCESSES: '2' } });
});
afterAll(async () => {
  await app.stop();
});

test('the forks share one port and know no secret from their environment', async () => {
  expect(await app.get('/api/accounts/')).toMatchObject({ status: 200 });
  const forks = childrenOf(app.pid);
  expect(forks).toHaveLength(2);
  for (const pid of forks) {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    expect(environment).not.toContain(app.apiKey);
    expect(environment).not.toMatch(/DATABASE_URL|ENCRYPTION_KEY/);
  }
});

test('a fork that dies is followed by another, at the same address', async () => {
  const [first = 0] = childrenOf(app.pid);
  process.kill(first, 'SIGKILL');
  await vi.waitFor(
    () => {
      const forks = childrenOf(app.pid);
      expect(forks).toHaveLength(2);
      expect(forks).not.toContain(first);
    },
    { timeout: 30_000, interval: 50 },
  );
  // Again where it goes by a connection to the dead one whose end we have not noticed.
  await expect.poll(async () => (await app.get('/health/ready')).status).toBe(200);
});

test('Ctrl-C, which reaches every process of the group, ends all of them cleanly', async () => {
  const forks = childrenOf(app.pid);
  process.kill(-app.pid, 'SIGINT');
  expect(await app.ended).toBe(0);
  expect(forks.filter(isRunning)).toEqual([]);
});

test.each([
  [['nonsense'], 2, "error: unknown command 'nonsense'"],
  [['serve', '--role', 'king'], 2, 'ROLE: expected one of all, api, worker'],
  [['createsuperuser'], 2, '--email is required when there is no terminal to ask at'],
  [['createsuperuser', '--email', 'nobody'], 2, '"nobody" is no email address'],
  [['api-key', 'revoke', 'x'], 2, 'id: "x" is no id'],
  [['api-key', 'create', '--account', '7'], 2, '--account: "7" is no id'],
])('wrong usage is told apart from failure: %j', async (args, exitCode, message) => {
  const result = await runMain(args);
  expect(result.stderr).toContain(message);
  expect(result.exitCode).toBe(exitCode);
});
