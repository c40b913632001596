import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './paths.mjs';

const LOCK = inRoot('.setup-lock');
/** Whatever holds it longer than that is not at it any more. */
const STALE_AFTER_MS = 20 * 60_000;

/** Runs `work` while no other process installs or builds in this project. */
export async function withSetupLock(work) {
  await takeLock();
  const release = () => rm(LOCK, { force: true });
  try {
    return await work();
  } finally {
    await release();
  }
}

async function takeLock() {
  for (let told = false; ;) {
    try {
      await writeFile(LOCK, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST')
        throw new Error(`Can't install or build in ${inRoot()}: ${error.message}`, { cause: error });
    }
    if (await isStale()) await rm(LOCK, { force: true });
    else {
      if (!told) process.stderr.write('Waiting for another process that installs or builds here …\n');
      told = true;
      await sleep(300);
    }
  }
}

async function isStale() {
  try {
    const [holder, { mtimeMs }] = await Promise.all([readFile(LOCK, 'utf8'), stat(LOCK)]);
    // Just made and not yet written.
    if (holder === '') return Date.now() - mtimeMs > 5_000;
    return !isAlive(Number(holder)) || Date.now() - mtimeMs > STALE_AFTER_MS;
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
