import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain, startApp, type App } from '../support/app.js';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await app.stop();
});

test('it answers that it is alive and ready', async () => {
  expect(await app.get('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
  expect(await app.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
});

test('a wrong setting ends the start with exit code 2 and names the variable', async () => {
  const { exitCode, stderr, stdout } = await runMain(['serve'], { PORT: 'ninety' });
  expect(exitCode).toBe(2);
  expect(stderr).toBe('PORT: expected a whole number from 0 to 65535\n');
  expect(stdout).toBe('');
});

test('a port in use ends the start with exit code 1 and one line', async () => {
  const port = new URL(app.url).port;
  const { exitCode, stderr } = await runMain(['serve', '--port', port], {
    DATABASE_URL: app.databaseUrl,
    ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
    PROCESSES: '2',
  });
  expect(exitCode).toBe(1);
  expect(stderr).toBe(`127.0.0.1:${port} is in use: stop the other program, or set another PORT\n`);
});
