import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.js';
import { newDataDir } from '../support/data-dir.js';

const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)('as root in a folder others can not enter, data lies elsewhere and is found again', async () => {
  const dir = newDataDir(0o700);
  const start = () => startApp({ databaseUrl: null, env: { DATA_DIR: dir.path } });
  try {
    let app = await start();
    const place = readFileSync(join(dir.path, 'database-location'), 'utf8').trim();
    expect(app.output()).toContain(place);
    expect(existsSync(join(dir.path, 'database'))).toBe(false);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    expect(statSync(place).uid).not.toBe(0);
    expect(statSync(join(dir.path, 'encryption-key')).uid).toBe(0);
    const account = { email: 'kept@example.com', account_name: 'Kept' };
    expect(await app.post('/api/accounts/', account)).toMatchObject({ status: 201 });
    expect(await app.stop()).toBe(0);

    app = await start();
    expect(await app.get('/api/accounts/')).toMatchObject({ body: { count: 1 } });
    expect(await app.stop()).toBe(0);
  } finally {
    dir.remove();
  }
});

test.skipIf(!isRoot)('as root the data folder lets the server through, and only through', async () => {
  const dir = newDataDir();
  const app = await startApp({ databaseUrl: null, env: { DATA_DIR: dir.path } });
  expect(statSync(dir.path)).toMatchObject({ uid: 0, mode: 0o040711 });
  expect(statSync(join(dir.path, 'database')).uid).not.toBe(0);
  expect(await app.stop()).toBe(0);
  dir.remove();
});
