import { findFreePort } from '../common/free-port.js';
import { keepKeys } from '../common/key-file.js';
import type { RunSettings, Settings } from '../config/settings.js';

/** Resolves what the configuration left open: the database, a generated key, a free port for `PORT=0`. */
export async function resolveSettings(settings: Settings, databaseUrl: string): Promise<RunSettings> {
  const encryptionKeys =
    settings.encryptionKeys.length > 0 ? settings.encryptionKeys : await keepKeys(settings.dataDir);
  const resolved = Object.assign({}, settings, { databaseUrl, encryptionKeys });
  if (settings.port !== 0) return resolved;
  // Chosen here rather than by each process, so that all share it and one that starts again finds it again.
  const port = await findFreePort(settings.host);
  const publicUrl = settings.publicUrl.replace(/:0$/, `:${port}`);
  return Object.assign(resolved, { port, publicUrl });
}
