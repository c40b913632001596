import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DataDir, newDataDir } from '../support/data-dir.js';

/** More than a run needs; memory is taken only for what is written. */
const SIZE = '3g';

const LAST_BIT_BYTES = 8 * 1024 * 1024;
const PIECE = Buffer.alloc(65_536);

/** A data folder, where possible on a file system of its own that can be filled without harm to the machine. */
export interface Disk {
  readonly dir: DataDir;
  /** Why it can't be filled; null when it can. */
  readonly whyNot: string | null;
  fill(): Promise<void>;
  free(): void;
  remove(): void;
}

export function openDisk(): Disk {
  const dir = newDataDir();
  const folder = dirname(dir.path);
  const whyNot = mount(folder);
  const ballast = join(folder, 'ballast');
  return {
    dir,
    whyNot,
    fill: async () => {
      const { bavail, bsize } = await statfs(folder);
      // The last bit by writing: others write meanwhile, and what does not fit whole would not be reserved at all.
      run('fallocate', ['-l', String(Math.max(1, bavail * bsize - LAST_BIT_BYTES)), ballast]);
      while (writeMore(ballast));
    },
    free: () => rmSync(ballast, { force: true }),
    remove: () => {
      if (whyNot === null) run('umount', ['--lazy', folder]);
      dir.remove();
    },
  };
}

function mount(folder: string): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can mount a small file system';
  try {
    run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0711`, 'chaos', folder]);
    return null;
  } catch (error) {
    return String(error);
  }
}

/** False when there is no room left. */
function writeMore(file: string): boolean {
  try {
    appendFileSync(file, PIECE);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${(stderr ?? String(error)).trim()}`);
}
