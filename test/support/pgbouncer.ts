import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { findFreePort } from '../../src/common/free-port.js';
import { chooseServerAccount } from '../../src/database/embedded/server-account.js';
import type { PostgresServer } from './postgres-server.js';

const READY_WITHIN_MS = 20_000;

/** Where Debian has it. */
export function findPgBouncer(): string | null {
  return ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find((path) => existsSync(path)) ?? null;
}

export interface PgBouncer {
  /** As the server's own, through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The distribution's PgBouncer with its defaults, but for what a test of this mode needs. */
export async function startPgBouncer(
  program: string,
  server: PostgresServer,
  mode: 'session' | 'transaction' | 'statement',
): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'data-pusher-pgbouncer-'));
  const port = await findFreePort('127.0.0.1');
  const url = new URL(server.url);
  const users = join(folder, 'users');
  const config = join(folder, 'pgbouncer.ini');
  await writeFile(users, `"${url.username}" "${url.password}"\n`);
  await writeFile(
    config,
    `[databases]
* = host=127.0.0.1 port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = 60
`,
  );
  // It refuses to run as root.
  const account = chooseServerAccount(folder);
  const as = account ? await giveTo(account, [folder, users, config]) : {};
  await chmod(folder, 0o700);
  const child = spawn(program, [config], { stdio: ['ignore', 'ignore', 'pipe'], ...as });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_096)));
  url.port = String(port);
  await untilReady(child, url.href, () => said);
  return {
    url: url.href,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('close', resolve));
      // At once; SIGINT would wait for clients.
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function giveTo({ uid, gid }: { uid: number; gid: number }, paths: readonly string[]) {
  for (const path of paths) await chown(path, uid, gid);
  return { uid, gid };
}

async function untilReady(child: ChildProcess, url: string, said: () => string): Promise<void> {
  const endMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > endMs) {
        child.kill('SIGKILL');
        throw new Error(`PgBouncer did not start: ${said()}`, { cause: error });
      }
      await sleep(50);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
