import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../config/settings.js';
import { checkServer, UnfitServer } from './check-server.js';
import { openClient } from './client/connections.js';
import type { DatabaseClient } from './client/database-client.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { DataDirInUse } from './embedded/running-server.js';

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
  if (databaseUrl !== null) {
    await checkServer(() => connect(databaseUrl));
    return external(databaseUrl);
  }
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

/** Null when the server takes connections, else why not; throws {@link UnfitServer} when it is none for us. */
async function tryServer(url: string): Promise<string | null> {
  try {
    await checkServer(() => connect(url));
    return null;
  } catch (error) {
    if (error instanceof UnfitServer) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

function connect(databaseUrl: string): Promise<DatabaseClient> {
  return openClient({ databaseUrl, applicationName: 'data-pusher start', deadlineMs: 5_000 });
}
