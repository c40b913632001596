import { logger } from '../common/logger.js';
import type { RunSettings, Settings } from '../config/settings.js';
import { openClient } from '../database/client/connections.js';
import { migrate } from '../database/migrate.js';
import { openDatabase, type OpenDatabase } from '../database/open-database.js';
import { requireReplicationRights } from '../database/sync-replicas.js';
import { answerWhileMigrating } from './answer-while-migrating.js';
import { prepareFirstRun, showFirstRun } from './first-run.js';
import type { FirstRun } from './first-run-text.js';
import { startForks } from './forks.js';
import { reportMissingKeys } from './report-missing-keys.js';
import { resolveSettings } from './run-settings.js';
import { listenForStop, type StopSignal } from './stop-signal.js';
import { startInProcess, type Workforce } from './workforce.js';

/**
 * The service from start to stop: the only owner of the embedded database, of migrations and of the first run.
 * Returns the exit code: 0 after a stop that was asked for and clean. Throws when it can't start.
 * `onReady` is told what people have to know of a new service once it takes requests, instead of people themselves.
 */
export async function serve(settings: Settings, onReady?: OnReady): Promise<number> {
  const stop = listenForStop();
  const database = await openDatabase(
    settings,
    { name: `data-pusher serve (process ${process.pid})`, tell: (message) => logger.info(message) },
    stop.signal,
  );
  try {
    return stop.signal.aborted ? 0 : await serveOn(database, settings, stop, onReady);
  } finally {
    // Last: what drains needs it.
    await database.stop();
  }
}

type OnReady = (firstRun: FirstRun) => Promise<void>;

async function serveOn(
  database: OpenDatabase,
  settings: Settings,
  stop: StopSignal,
  onReady: OnReady | undefined,
): Promise<number> {
  if (settings.requireSyncReplicas > 0) await mustSeeReplicas(database.url);
  const ran = await answerWhileMigrating(settings, () => migrateUnlessStopped(database.url, stop.signal));
  if (ran === null) return 0;
  if (ran.length > 0) logger.info({ migrations: ran }, 'migrated the database');
  const run = await resolveSettings(settings, database.url);
  // Not a worker's: it has no panel and no API to show.
  const firstRun = run.role === 'worker' ? null : await prepareFirstRun(run);
  // Before it is ready: a script that waits for that finds the file, and a start that fails does not lose the first key.
  if (firstRun && !onReady) await showFirstRun(firstRun, run.dataDir);
  if (stop.signal.aborted) return 0;
  const workforce = await startWorkforce(run, stop);
  if (!workforce) return 0;
  announce(run, workforce.url);
  void reportMissingKeys(run);
  if (firstRun) await onReady?.(firstRun);
  const failure = await Promise.race([stop.requested, workforce.failed, database.failed]);
  if (failure) logger.fatal({ err: failure }, 'can not go on');
  else logger.info('stopping');
  const clean = await workforce.stop();
  logger.info({ clean }, 'stopped');
  return clean && !failure ? 0 : 1;
}

async function mustSeeReplicas(databaseUrl: string): Promise<void> {
  const client = await openClient({ databaseUrl, applicationName: 'data-pusher start', deadlineMs: 5_000 });
  try {
    await requireReplicationRights(client);
  } finally {
    await client.end();
  }
}

/** Null when it was broken off by a stop; the next start continues. */
async function migrateUnlessStopped(databaseUrl: string, signal: AbortSignal): Promise<string[] | null> {
  try {
    return await migrate(databaseUrl, { signal });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

/** Null when the start was broken off by a stop, which may hit a fork before it can hold out against signals. */
async function startWorkforce(run: RunSettings, stop: StopSignal): Promise<Workforce | null> {
  try {
    return await (run.processes === 1 ? startInProcess(run) : startForks(run));
  } catch (error) {
    if (stop.signal.aborted) return null;
    throw error;
  }
}

function announce(run: RunSettings, url: string): void {
  logger.info({ url, publicUrl: run.publicUrl, role: run.role, processes: run.processes }, 'listening');
}
