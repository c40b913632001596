import { chown, copyFile, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Copies a folder that is written meanwhile, with its owners: what is gone when its turn comes is left out. */
export async function copyTree(from: string, to: string, without: readonly string[] = []): Promise<void> {
  for (const name of await readdir(from)) {
    if (!without.includes(name)) await ifThere(() => copyOne(join(from, name), join(to, name)));
  }
}

async function copyOne(from: string, to: string): Promise<void> {
  const { uid, gid, mode } = await lstat(from).then((stats) => {
    if (stats.isDirectory() || stats.isFile()) return stats;
    throw new Error(`${from} is neither a file nor a folder`);
  });
  if ((await lstat(from)).isDirectory()) {
    await mkdir(to, { mode });
    await copyTree(from, to);
  } else {
    await copyFile(from, to);
  }
  if (process.getuid?.() === 0) await chown(to, uid, gid);
}

async function ifThere(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
