import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '../common/free-port.js';
import { keepSecret } from '../common/keep-secret.js';
import type { RunSettings, Settings } from '../config/settings.js';

/** Resolves what the configuration left open: the database, a generated key, a free port for `PORT=0`. */
export async function resolveSettings(settings: Settings, databaseUrl: string): Promise<RunSettings> {
  const encryptionKeys =
    settings.encryptionKeys.length > 0 ? settings.encryptionKeys : [await keptEncryptionKey(settings.dataDir)];
  const resolved = Object.assign({}, settings, { databaseUrl, encryptionKeys });
  if (settings.port !== 0) return resolved;
  // Chosen here rather than by each process, so that all share it and one that starts again finds it again.
  const port = await findFreePort(settings.host);
  const publicUrl = settings.publicUrl.replace(/:0$/, `:${port}`);
  return Object.assign(resolved, { port, publicUrl });
}

/** The key that belongs to the embedded database, made at the first start. */
async function keptEncryptionKey(dataDir: string): Promise<Buffer> {
  await mkdir(dataDir, { recursive: true });
  const text = await keepSecret(join(dataDir, 'encryption-key'), () => randomBytes(32).toString('base64'));
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new Error(`${join(dataDir, 'encryption-key')} does not hold 32 bytes in base64`);
  return key;
}
