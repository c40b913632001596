import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsSuperuser, serviceUrl } from './connect.js';
import { claimServer, whyRefused } from './ownership.js';
import { findPostmaster, isAlive, parseLockFile, stopPostmaster, type Postmaster } from './postmaster.js';

/** How long a server that is starting (recovery) or stopping may take before we give up. */
const PATIENCE_MS = 120_000;
const POLL_MS = 50;

/** Another living process owns the embedded database of this data folder. */
export class DataDirInUse extends Error {
  constructor(
    readonly dataDir: string,
    readonly owner: string,
    /** Where the database can be reached meanwhile. */
    readonly databaseUrl: string,
  ) {
    super(`DATA_DIR ${dataDir} is in use by ${owner}: stop that first, or set another DATA_DIR`);
    this.name = 'DataDirInUse';
  }
}

interface Lookup {
  readonly dataDir: string;
  readonly clusterDir: string;
  readonly password: string;
  readonly name: string;
  readonly tell: (message: string) => void;
}

/**
 * Leaves no server running on the folder: one without an owner (its process was killed) is stopped, so that ours
 * starts with our settings and as our child. Throws {@link DataDirInUse} when a living process owns it.
 */
export async function clearLeftover(lookup: Lookup): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const running = await findPostmaster(lookup.clusterDir);
    if (!running) return removeForeignLockFile(lookup.clusterDir);
    if (await isOwnerless(lookup, running)) {
      lookup.tell('Stopping the PostgreSQL that an earlier run left behind');
      await stopPostmaster(running.pid);
    }
    if (performance.now() > deadline) {
      throw new Error(`PostgreSQL (process ${running.pid}) runs on ${lookup.clusterDir} but takes no connection`);
    }
    await sleep(POLL_MS);
  }
}

/** False when that can't be told yet. */
async function isOwnerless(lookup: Lookup, running: Postmaster): Promise<boolean> {
  const address = { port: running.port, password: lookup.password };
  const connection = await connectAsSuperuser(address, lookup.name).catch((error: unknown) => {
    if (whyRefused(error) === 'refused') throw error;
    return null;
  });
  if (!connection) return false;
  const claim = await claimServer(connection);
  await connection.end();
  if ('owner' in claim) throw new DataDirInUse(lookup.dataDir, claim.owner, serviceUrl(address));
  return true;
}

/** PostgreSQL sees through a lock file whose process is gone, but not one whose process id another program has now. */
async function removeForeignLockFile(clusterDir: string): Promise<void> {
  const path = join(clusterDir, 'postmaster.pid');
  const named = parseLockFile(await readFile(path, 'utf8').catch(() => ''));
  if (named && isAlive(named.pid) && !(await findPostmaster(clusterDir))) await rm(path, { force: true });
}
