import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { inRoot, ROOT } from './paths.mjs';
import { runChild, withProgress } from './run-child.mjs';
import { withSetupLock } from './setup-lock.mjs';

const DIST = inRoot('dist');
const STAMP = 'source-hash';
/** All that a build is made of. */
const SOURCES = [
  'src',
  'scripts/lib/build.mjs',
  'scripts/build-admin.mjs',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Whether `dist` was built from the sources as they are; true, too, where there are no sources. */
export async function isBuilt() {
  const built = await readFile(join(DIST, STAMP), 'utf8').catch(() => null);
  return built !== null && (built === (await hashSources()) || !(await hasSources()));
}

/** Builds unless `dist` is up to date. */
export async function ensureBuilt() {
  if (await isBuilt()) return;
  await withSetupLock(async () => {
    if (await isBuilt()) return;
    await withProgress('Building …', build);
  });
}

/** Beside `dist` and then in its place: what runs from it never sees half a build. */
async function build() {
  const hash = await hashSources();
  const fresh = inRoot('dist.building');
  await rm(fresh, { recursive: true, force: true });
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', inRoot('tsconfig.build.json'), '--outDir', fresh];
  // Side by side: neither needs the other, and each takes some seconds.
  const steps = [args, [inRoot('scripts', 'build-admin.mjs'), fresh]];
  const results = await Promise.all(steps.map((step) => runChild(process.execPath, step, { quiet: true })));
  const failed = results.find(({ code }) => code !== 0);
  if (failed) throw new Error(`The build failed:\n${failed.output}`);
  await writeFile(join(fresh, STAMP), hash);
  await rm(DIST, { recursive: true, force: true });
  await rename(fresh, DIST);
}

async function hasSources() {
  return (await listFiles(inRoot('src'))).length > 0;
}

async function hashSources() {
  const files = (await Promise.all(SOURCES.map((source) => listFiles(inRoot(source))))).flat();
  const hash = createHash('sha256');
  for (const file of files.filter((path) => !path.endsWith('.spec.ts')).sort((one, other) => (one < other ? -1 : 1))) {
    hash
      .update(`${relative(ROOT, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/** The files below a folder, or the file itself; none when there is nothing. */
async function listFiles(path) {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
