import { readFile } from 'node:fs/promises';
import { inRoot } from './paths.mjs';
import { runChild, withProgress } from './run-child.mjs';
import { withSetupLock } from './setup-lock.mjs';

/** Installs from the lock file unless what it names is there; `dev`: with what building and testing need. */
export async function ensureInstalled({ dev }) {
  if (await isInstalled(dev)) return;
  await withSetupLock(async () => {
    if (await isInstalled(dev)) return;
    await withProgress('Installing the packages of package-lock.json …', () => install(dev));
  });
}

async function install(dev) {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', dev ? '--include=dev' : '--omit=dev'];
  // npm tells its scripts where it is; else it is looked for like any program.
  const npm = process.env.npm_execpath;
  const viaNode = npm?.endsWith('.js');
  const { code, output } = await runChild(viaNode ? process.execPath : 'npm', viaNode ? [npm, ...args] : args, {
    quiet: true,
  });
  if (code !== 0) throw new Error(`npm ci failed:\n${output}`);
}

/** npm keeps a list of what it has installed: compared with the lock file, so that any way of installing counts. */
async function isInstalled(dev) {
  const [wanted, present] = await Promise.all([
    readPackages(inRoot('package-lock.json')),
    readPackages(inRoot('node_modules', '.package-lock.json')),
  ]);
  return Object.entries(wanted).every(([path, { version, optional, devOptional, dev: onlyDev, peer }]) => {
    if (path === '' || optional || devOptional || (onlyDev && !dev)) return true;
    return present[path]?.version === version || (peer && !present[path]);
  });
}

async function readPackages(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8')).packages ?? {};
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
