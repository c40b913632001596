import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyBinaries, findBinaries } from './binaries.js';
import { canPass, canRead, chooseServerAccount, type ServerAccount } from './server-account.js';

/** Where a root process keeps what the server's user could not reach in its place. */
const SHARED_PLACE = '/var/lib/data-pusher';

/** Everything about where one embedded server lives. */
export interface Placement {
  /** Absolute, without symlinks. */
  readonly dataDir: string;
  /** Belongs to the server's user, mode 0700; holds PostgreSQL's data folder and its logs. */
  readonly databaseDir: string;
  /** The folder with `bin`, `lib` and `share`. */
  readonly binaries: string;
  readonly account: ServerAccount;
}

/**
 * Makes the folders for `dataDir` where they are missing. `tell` hears of anything that is not in its usual place. `given`:
 * other binaries than those that come along.
 */
export async function place(dataDir: string, tell: (message: string) => void, given?: string): Promise<Placement> {
  const root = process.getuid?.() === 0;
  const made = await mkdir(dataDir, { recursive: true, mode: root ? 0o711 : 0o700 });
  const real = await realpath(dataDir);
  // Only what is ours alone: a folder that others use for other things keeps its mode.
  if (root && (made !== undefined || (await isOurs(real)))) await chmod(real, 0o711);

  const databaseDir = await chooseDatabaseDir(real, tell);
  const account = chooseServerAccount(databaseDir);
  await mkdir(databaseDir, { recursive: true, mode: 0o700 });
  if (account) await chown(databaseDir, account.uid, account.gid);

  let binaries = given ?? (await findBinaries());
  if (!canRead(account, join(binaries, 'bin'))) binaries = await copyBinaries(binaries, SHARED_PLACE);
  return { dataDir: real, databaseDir, binaries, account };
}

async function isOurs(dataDir: string): Promise<boolean> {
  const names = await readdir(dataDir);
  return names.length === 0 || names.includes('database') || names.includes('database-location');
}

/**
 * `database` in the data folder; where the server's user could not reach that, a folder named after the data folder's
 * path. The choice is written down, so that data is found again when permissions have changed since.
 */
async function chooseDatabaseDir(dataDir: string, tell: (message: string) => void): Promise<string> {
  const usual = join(dataDir, 'database');
  const note = join(dataDir, 'database-location');
  const noted = (await readFile(note, 'utf8').catch(() => '')).trim();
  if (noted) return noted;
  if (canPass(chooseServerAccount(usual), dataDir)) return usual;
  const elsewhere = join(SHARED_PLACE, createHash('sha256').update(dataDir).digest('hex').slice(0, 16), 'database');
  await mkdir(dirname(elsewhere), { recursive: true, mode: 0o711 });
  await writeFile(note, `${elsewhere}\n`, { mode: 0o644 });
  tell(`The user that runs PostgreSQL can not reach ${dataDir}: the database is kept in ${elsewhere}`);
  return elsewhere;
}
