import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { EmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { findChromium } from './chromium.js';
import { type PostgresServer, startPostgres } from './postgres-server.js';
import { RunFolder, noteForTheEnd } from './run-folder.js';

const NEED_DATABASE = new Set(['integration', 'e2e', 'browser']);
const NEED_BUILD = new Set(['e2e', 'browser']);

/** Once for the whole run: a build that is up to date, a PostgreSQL with a migrated template and a browser. */
export default async function setUp(root: TestProject): Promise<() => Promise<void>> {
  const names = root.vitest.projects.map((project) => project.name);
  const folder = RunFolder.make();
  const ends = [() => folder.remove()];
  const tearDown = async () => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    if (names.some((name) => NEED_BUILD.has(name))) {
      await promisify(execFile)(process.execPath, ['scripts/run.mjs', 'build'], { cwd: root.config.root });
    }
    if (names.includes('browser')) await provideChromium(root);
    if (names.some((name) => NEED_DATABASE.has(name))) ends.push(await provideDatabase(root));
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

/** A machine on which no browser runs may test all else. */
async function provideChromium(root: TestProject): Promise<void> {
  const found = await findChromium();
  root.provide('chromium', typeof found === 'string' ? null : found);
  if (typeof found === 'string') noteForTheEnd(`THE BROWSER TESTS WERE SKIPPED: ${found}`);
}

async function provideDatabase(root: TestProject): Promise<() => Promise<void>> {
  const bin = process.env['TEST_POSTGRES_BIN'];
  const server = bin === undefined || bin === '' ? await startEmbedded() : await startOther(bin);
  try {
    root.provide('templateDatabaseUrl', await makeTemplate(server.url));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return () => server.stop();
}

type Server = Pick<PostgresServer, 'url' | 'stop'>;

async function startEmbedded(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'data-pusher-test-'));
  // PostgreSQL may run as another user, who has to come through.
  await chmod(dataDir, 0o711);
  const name = `test run (process ${process.pid})`;
  const embedded = await EmbeddedPostgres.start({ dataDir, name, tell: () => undefined, durable: false });
  return {
    url: embedded.url,
    stop: async () => {
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The PostgreSQL in the folder `bin` as it is shipped, but for what a whole suite at once needs. */
async function startOther(bin: string): Promise<Server> {
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '300' };
  const server = await startPostgres({ bin, settings });
  const { rows } = await server.sql.query<{ version: string }>('SELECT version()');
  process.stderr.write(`Tests run on ${rows[0]?.version}\n`);
  return server;
}

async function makeTemplate(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE DATABASE template');
  await client.end();
  const template = new URL(url);
  template.pathname = '/template';
  await migrate(template.href);
  return template.href;
}
