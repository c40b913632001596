import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Placement } from './placement.js';
import { clusterDirOf } from './server-arguments.js';

/** PostgreSQL's all-powerful role; the service itself works under a lesser one. */
export const SUPERUSER = 'postgres';

const LEFTOVER_AGE_MS = 10 * 60_000;

/** What a child process of the server gets to see of our environment: nothing that could be a secret. */
export const SERVER_ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' };

/** Whether there is a data folder already; throws when it belongs to another major version of PostgreSQL. */
export async function hasCluster({ databaseDir, binaries }: Placement): Promise<boolean> {
  const found = (await readFile(join(clusterDirOf(databaseDir), 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (found === '') return false;
  const ours = await majorVersion(binaries);
  if (found !== ours) {
    throw new Error(
      `The data in ${databaseDir} was made by PostgreSQL ${found}, this version brings PostgreSQL ${ours}: ` +
        'dump it with the version that made it, or set DATABASE_URL to a server of that version',
    );
  }
  return true;
}

async function majorVersion(binaries: string): Promise<string> {
  const { stdout } = await promisify(execFile)(join(binaries, 'bin', 'postgres'), ['--version']);
  return /\d+/.exec(stdout)?.[0] ?? '';
}

/** PostgreSQL's own C.UTF-8 is the same on every system; before version 17 there is only that of the system, or C. */
async function localeOf(binaries: string): Promise<string[]> {
  const isOld = Number(await majorVersion(binaries)) < 17;
  return ['--locale', 'C', ...(isOld ? [] : ['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'])];
}

/**
 * Makes the data folder. It gets its name only once complete, so that one cut off half-way is never taken for data;
 * when two processes do it at once, one wins and both go on with its folder.
 */
export async function createCluster(placement: Placement, password: string): Promise<void> {
  const { databaseDir, binaries, account } = placement;
  await removeUnfinished(databaseDir);
  const unfinished = await mkdtemp(join(databaseDir, 'unfinished-'));
  const passwordFile = join(unfinished, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account) await Promise.all([unfinished, passwordFile].map((path) => chown(path, account.uid, account.gid)));
  const cluster = join(unfinished, 'cluster');
  const options = ['--username', SUPERUSER, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--data-checksums'];
  const locale = ['--encoding', 'UTF8', ...(await localeOf(binaries))];
  await promisify(execFile)(join(binaries, 'bin', 'initdb'), ['-D', cluster, ...options, ...locale], {
    cwd: unfinished,
    env: SERVER_ENVIRONMENT,
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  try {
    await rename(cluster, clusterDirOf(databaseDir));
  } catch (error) {
    if (!(await hasCluster(placement))) throw error;
  }
  await rm(unfinished, { recursive: true, force: true });
}

/** What interrupted starts left behind; young ones may belong to a process that is at it right now. */
async function removeUnfinished(databaseDir: string): Promise<void> {
  for (const name of await readdir(databaseDir)) {
    if (!name.startsWith('unfinished-')) continue;
    const path = join(databaseDir, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > LEFTOVER_AGE_MS) await rm(path, { recursive: true, force: true });
  }
}
