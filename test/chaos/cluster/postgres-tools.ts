import { chmodSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';

/** Where PostgreSQL's programs are, and whom they run as. */
export interface PostgresTools {
  readonly bin: string;
  /** As `postgres --version` says it. */
  readonly version: string;
  /** PostgreSQL refuses to run as root; null: as ourselves. */
  readonly account: { readonly uid: number; readonly gid: number } | null;
}

interface EmbeddedBuild {
  findBinaries(): Promise<string>;
  copyBinaries(native: string, parent: string): Promise<string>;
}
interface AccountBuild {
  chooseServerAccount(databaseDir: string): (PostgresTools['account'] & object) | null;
  canRead(account: PostgresTools['account'], folder: string): boolean;
}

const DEBIAN = '/usr/lib/postgresql';

/** The programs in `chosen`, else Debian's, else those of the embedded server, which every machine has. */
export async function findPostgres(chosen: string | null, folder: string): Promise<PostgresTools> {
  // From the build, as the service itself is.
  const accounts = (await import(new URL(buildFile('server-account.js'), import.meta.url).href)) as AccountBuild;
  const found = accounts.chooseServerAccount(folder);
  const account = found && { uid: found.uid, gid: found.gid };
  const bin =
    (chosen === null ? null : resolve(chosen)) ?? debianBin() ?? (await embeddedBin(account, accounts, folder));
  const { stdout, error } = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  if (error) throw new Error(`${bin}: there is no PostgreSQL (${error.message})`);
  return { bin, version: stdout.trim(), account };
}

function buildFile(name: string): string {
  return `../../../dist/database/embedded/${name}`;
}

function debianBin(): string | null {
  if (!existsSync(DEBIAN)) return null;
  const majors = readdirSync(DEBIAN)
    .filter((name) => existsSync(join(DEBIAN, name, 'bin', 'initdb')))
    .sort((one, other) => Number(other) - Number(one));
  return majors[0] === undefined ? null : join(DEBIAN, majors[0], 'bin');
}

async function embeddedBin(account: PostgresTools['account'], accounts: AccountBuild, folder: string): Promise<string> {
  const build = (await import(new URL(buildFile('binaries.js'), import.meta.url).href)) as EmbeddedBuild;
  const native = await build.findBinaries();
  if (accounts.canRead(account, join(native, 'bin'))) return join(native, 'bin');
  return join(await build.copyBinaries(native, folder), 'bin');
}

/** A folder under the system's temporary one that PostgreSQL's user may pass through. */
export function newFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'data-pusher-cluster-'));
  chmodSync(path, 0o711);
  return path;
}
