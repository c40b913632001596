import { randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { errorCode } from './error-code.js';

/**
 * The secret kept in a file that only its owner can read; made when missing. Whole or not there at all, and the same
 * for all when several processes make it at once: a finished file is linked under its name, where linking fails if it exists.
 */
export async function keepSecret(path: string, make: () => string): Promise<string> {
  const kept = await readSecret(path);
  if (kept !== null) return kept;
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, `${make()}\n`, { mode: 0o600, flush: true });
  try {
    await link(draft, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
  return readFile(path, 'utf8').then((text) => text.trim());
}

/** What {@link keepSecret} has kept, or null when there is no such file. */
export async function readSecret(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
