import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chown, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepSecret } from './keep-secret.js';

const KEY_BYTES = 32;

/** Where the encryption keys of the embedded database are kept: base64, one a line, newest first. */
export function keyFileIn(dataDir: string): string {
  return join(dataDir, 'encryption-key');
}

/** The keys that belong to the embedded database; the first is made when there is none. */
export async function keepKeys(dataDir: string): Promise<Buffer[]> {
  await mkdir(dataDir, { recursive: true });
  const path = keyFileIn(dataDir);
  return parseKeys(path, await keepSecret(path, newKey));
}

/** The keys as the file has them now; none when there is no such file. */
export function readKeysNow(dataDir: string): Buffer[] {
  const path = keyFileIn(dataDir);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return parseKeys(path, text);
}

/** Puts a new key before the others, which stay: backups and running processes still need them. */
export async function addKey(dataDir: string): Promise<Buffer[]> {
  const keys = await keepKeys(dataDir);
  const path = keyFileIn(dataDir);
  const draft = `${path}.${randomUUID()}`;
  const lines = [newKey(), ...keys.map((key) => key.toString('base64'))];
  await writeFile(draft, `${lines.join('\n')}\n`, { mode: 0o600, flush: true });
  // Made by root for a service that runs as somebody else, it must stay that user's.
  const { uid, gid } = await stat(path);
  await chown(draft, uid, gid);
  await rename(draft, path);
  return parseKeys(path, lines.join('\n'));
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

function parseKeys(path: string, text: string): Buffer[] {
  const keys = text
    .split(/\s+/)
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'base64'));
  if (keys.length === 0 || keys.some((key) => key.length !== KEY_BYTES)) {
    throw new Error(`${path} does not hold ${KEY_BYTES} bytes in base64 on each line`);
  }
  return keys;
}
