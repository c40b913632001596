import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { findFreePort } from '../../src/common/free-port.js';
import { copyBinaries } from '../../src/database/embedded/binaries.js';
import { ensureDatabase, serviceUrl } from '../../src/database/embedded/connect.js';
import { SERVER_ENVIRONMENT, SUPERUSER } from '../../src/database/embedded/create-cluster.js';
import { place } from '../../src/database/embedded/placement.js';
import { canRead, chooseServerAccount } from '../../src/database/embedded/server-account.js';
import { ServerProcess } from '../../src/database/embedded/server-process.js';

const PASSWORD = 'of-a-test';

export interface PostgresOptions {
  /** The folder with `initdb` and `postgres`; by default that of the embedded server. */
  readonly bin?: string | undefined;
  /** On top of the defaults that this distribution ships. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Arguments of `initdb`: encoding and locale. */
  readonly initdb?: readonly string[];
  /** Read when it starts, and by the owner of the server only: certificates, say. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A server of a test's own, as its distribution ships it; ends with this process at the latest. */
export interface PostgresServer {
  /** Of the role and database that the embedded server has, too: may make databases, nothing more. */
  readonly url: string;
  readonly superuserUrl: string;
  readonly port: number;
  /** Of the superuser. */
  readonly sql: Client;
  stop(): Promise<void>;
}

export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'data-pusher-postgres-'));
  // PostgreSQL may run as another user, who has to come through.
  await chmod(folder, 0o711);
  try {
    return await startIn(folder, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, { bin, settings = {}, initdb = [], files = {} }: PostgresOptions) {
  const { binaries, account, databaseDir } = await homeOf(folder, bin);
  const cluster = join(databaseDir, 'cluster');
  const own = async (name: string, text: string): Promise<string> => {
    const path = join(databaseDir, name);
    await writeFile(path, text, { mode: 0o600 });
    if (account) await chown(path, account.uid, account.gid);
    return path;
  };
  const locale = initdb.length > 0 ? initdb : ['--encoding', 'UTF8', '--locale', 'C'];
  const access = ['--username', SUPERUSER, '--pwfile', await own('password', PASSWORD), '--auth', 'scram-sha-256'];
  await promisify(execFile)(join(binaries, 'bin', 'initdb'), ['-D', cluster, '--no-sync', ...access, ...locale], {
    cwd: databaseDir,
    env: SERVER_ENVIRONMENT,
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  for (const [name, text] of Object.entries(files)) await own(join('cluster', name), text);

  const port = await findFreePort('127.0.0.1');
  const all = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings };
  const args = ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const launch = { placement: { binaries, account }, args, port, password: PASSWORD, name: 'test' };
  const server = new ServerProcess(launch);
  const sql = await server.ready();
  await ensureDatabase(sql, PASSWORD);
  return {
    url: serviceUrl({ port, password: PASSWORD }),
    superuserUrl: `postgresql://${SUPERUSER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    port,
    sql,
    stop: async () => {
      await sql.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As whom and from where it runs; its data lies in a folder that belongs to that user. */
async function homeOf(folder: string, bin: string | undefined) {
  const home = await place(folder, () => undefined);
  if (bin === undefined) return home;
  const account = chooseServerAccount(home.databaseDir);
  // A project below a folder that is root's alone.
  const binaries = canRead(account, bin) ? dirname(bin) : await copyBinaries(dirname(bin), folder);
  return { ...home, binaries, account };
}
