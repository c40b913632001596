import type { Client } from 'pg';
import type { Settings } from '../config/settings.js';
import { openClient } from '../database/client/connections.js';
import { migrate } from '../database/migrate.js';
import { joinDatabase } from '../database/open-database.js';

/**
 * Runs `work` on the migrated database of the settings: the one that is running for the data folder, else one started
 * for as long as `work` takes. What takes time is said on standard error, standard output is the command's.
 */
export async function withDatabase<T>(
  settings: Settings,
  work: (databaseUrl: string, migrationsRun: readonly string[]) => Promise<T>,
): Promise<T> {
  const tell = (message: string) => void process.stderr.write(`${message}\n`);
  const database = await joinDatabase(settings, { name: `a data-pusher command (process ${process.pid})`, tell });
  try {
    return await work(database.url, await migrate(database.url, { tell }));
  } finally {
    await database.stop();
  }
}

/** Like {@link withDatabase}, with one connection. */
export function withConnection<T>(settings: Settings, work: (client: Client) => Promise<T>): Promise<T> {
  return withDatabase(settings, async (databaseUrl) => {
    const client = await openClient({ databaseUrl, applicationName: 'data-pusher command', deadlineMs: null });
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  });
}
