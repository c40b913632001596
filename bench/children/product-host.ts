import cluster from 'node:cluster';
import { serveCommands } from '../harness/commands.js';

/**
 * The built product in a process of its own, for as long as it has no command line that does this (`serve`). The only
 * file that knows how; see subjects.ts.
 */
interface Product {
  startApplication(settings: object): Promise<{ url: string; stop(): Promise<void> }>;
}
interface Migrations {
  migrate(databaseUrl: string): Promise<unknown>;
}
interface Configuration {
  readSettings(environment: NodeJS.ProcessEnv): { processes: number; databaseUrl: string | null };
}

const BUILD = '../../../dist/';

async function load<T>(path: string): Promise<T> {
  return (await import(BUILD + path)) as T;
}

const { readSettings } = await load<Configuration>('config/read-settings.js');
const settings = readSettings(process.env);

if (cluster.isPrimary) {
  const { migrate } = await load<Migrations>('database/migrate.js');
  await migrate(settings.databaseUrl ?? '');
}

if (settings.processes > 1 && cluster.isPrimary) {
  const workers = Array.from({ length: settings.processes }, () => cluster.fork());
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  process.on('SIGTERM', () => {
    for (const worker of workers) worker.process.kill('SIGTERM');
    void Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))).then(() =>
      process.exit(0),
    );
  });
  serveCommands({}, null);
} else {
  const { startApplication } = await load<Product>('application.js');
  const application = await startApplication(settings);
  process.once('SIGTERM', () => void application.stop().then(() => process.exit(0)));
  serveCommands({}, null);
}
