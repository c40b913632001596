import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface DataDir {
  readonly path: string;
  /** Process id of the database server that runs on it, null when none does. */
  databasePid(): number | null;
  /** Where that server is reached under the service's own role. */
  databaseUrl(): string | null;
  remove(): void;
}

/** A DATA_DIR that does not exist yet, in a folder with the given mode. */
export function newDataDir(parentMode = 0o711): DataDir {
  const parent = mkdtempSync(join(tmpdir(), 'data-pusher-data-'));
  chmodSync(parent, parentMode);
  const path = join(parent, 'data');
  const databaseDir = () => {
    const note = join(path, 'database-location');
    return existsSync(note) ? readFileSync(note, 'utf8').trim() : join(path, 'database');
  };
  const lockFile = (): string[] => {
    try {
      return readFileSync(join(databaseDir(), 'cluster', 'postmaster.pid'), 'utf8').split('\n');
    } catch {
      return [];
    }
  };
  return {
    path,
    databasePid: () => {
      const pid = Number(lockFile()[0] ?? 0);
      return pid > 0 && isRunning(pid) ? pid : null;
    },
    databaseUrl: () => {
      const port = lockFile()[3];
      if (port === undefined) return null;
      const password = readFileSync(join(path, 'database-password'), 'utf8').trim();
      return `postgresql://data_pusher:${password}@127.0.0.1:${port}/data_pusher`;
    },
    remove: () => {
      const elsewhere = databaseDir();
      if (!elsewhere.startsWith(path)) rmSync(dirname(elsewhere), { recursive: true, force: true });
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

/** Runs and is no zombie. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

/** Process ids of a process' children; Linux only. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}
