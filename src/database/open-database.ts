import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../config/settings.js';
import { openClient } from './client/connections.js';
import type { DatabaseClient } from './client/database-client.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { DataDirInUse } from './embedded/running-server.js';

const OLDEST_MAJOR = 15;
const RETRY_MS = 1_000;
const TELL_EVERY_MS = 10_000;

/** A database to work with, whoever runs it. */
export interface OpenDatabase {
  readonly url: string;
  /** Settles when it is gone for good and nobody but a person can help. */
  readonly failed: Promise<Error>;
  /** Ends what was started for this; an external server is left alone. */
  stop(): Promise<void>;
}

type DatabaseSettings = Pick<Settings, 'databaseUrl' | 'dataDir'>;

interface User {
  /** How others see who uses the embedded server. */
  readonly name: string;
  readonly tell: (message: string) => void;
}

/** For the service: owns the embedded server, or waits for the external one until `signal` aborts. */
export async function openDatabase(settings: DatabaseSettings, user: User, signal: AbortSignal): Promise<OpenDatabase> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl === null) return EmbeddedPostgres.start({ dataDir, ...user });
  await waitForServer(databaseUrl, user.tell, signal);
  return external(databaseUrl);
}

/** For a command: uses the embedded server that is running for the data folder, else starts it until `stop`. */
export async function joinDatabase(settings: DatabaseSettings, user: User): Promise<OpenDatabase> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl !== null) return external(databaseUrl);
  try {
    return await EmbeddedPostgres.start({ dataDir, ...user });
  } catch (error) {
    if (error instanceof DataDirInUse) return external(error.databaseUrl);
    throw error;
  }
}

function external(url: string): OpenDatabase {
  return { url, failed: new Promise<Error>(() => undefined), stop: () => Promise.resolve() };
}

async function waitForServer(url: string, tell: (message: string) => void, signal: AbortSignal): Promise<void> {
  let toldAt = -Infinity;
  while (!signal.aborted) {
    const trouble = await tryServer(url);
    if (trouble === null) return;
    if (performance.now() - toldAt >= TELL_EVERY_MS) {
      tell(`Waiting for the database: ${trouble}`);
      toldAt = performance.now();
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Null when the server takes connections, else why not; throws when its version is too old for us. */
async function tryServer(url: string): Promise<string | null> {
  let client: DatabaseClient;
  try {
    client = await openClient({ databaseUrl: url, applicationName: 'data-pusher start', deadlineMs: 5_000 });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  let version: number;
  try {
    const result = await client.query<{ version: string }>(`SELECT current_setting('server_version_num') AS version`);
    version = Number(result.rows[0]?.version);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end();
  }
  const major = Math.floor(version / 10_000);
  if (major < OLDEST_MAJOR)
    throw new Error(`DATABASE_URL: PostgreSQL ${major} is too old, ${OLDEST_MAJOR} or later is needed`);
  return null;
}
