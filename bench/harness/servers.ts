import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Client } from 'pg';
import { freePort } from './subjects.js';

/** The parts of the product's embedded server that are used; loaded from the build. */
interface EmbeddedModule {
  readonly EmbeddedPostgres: {
    start(options: {
      dataDir: string;
      name: string;
      tell: (message: string) => void;
      durable: boolean;
      binaries: string | undefined;
    }): Promise<RunningServer>;
  };
}

interface ConnectModule {
  readonly connectAsSuperuser: (server: { port: number; password: string }, name: string) => Promise<Client>;
  readonly ensureDatabase: (superuser: Client, password: string) => Promise<void>;
  readonly serviceUrl: (server: { port: number; password: string }) => string;
}

interface Placement {
  readonly databaseDir: string;
}

interface PlacementModule {
  readonly place: (dataDir: string, tell: (message: string) => void, binaries: string) => Promise<Placement>;
}

interface ClusterModule {
  readonly createCluster: (placement: Placement, password: string) => Promise<void>;
}

interface ProcessModule {
  readonly ServerProcess: new (launch: object) => { ready(): Promise<Client>; stop(): Promise<void> };
}

export interface RunningServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const NAME = 'data-pusher bench';
const PASSWORD = 'of-the-benchmark';

async function load<Module>(file: string): Promise<Module> {
  return (await import(`../../../dist/database/${file}.js`)) as Module;
}

export function givenServer(url: string): RunningServer {
  return { url, stop: () => Promise.resolve() };
}

/** The product's own server; with `bin` one of another version, with the same settings. */
export async function startEmbedded(tell: (message: string) => void, bin?: string): Promise<RunningServer> {
  const { EmbeddedPostgres } = await load<EmbeddedModule>('embedded-postgres');
  const dataDir = await mkdtemp(join(tmpdir(), 'data-pusher-bench-'));
  const binaries = bin === undefined ? undefined : dirname(bin);
  const server = await EmbeddedPostgres.start({ dataDir, name: NAME, tell, durable: true, binaries });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const { connectAsSuperuser } = await load<ConnectModule>('embedded/connect');
    const { password, port } = new URL(server.url);
    await allowCheckpoints(await connectAsSuperuser({ port: Number(port), password }, NAME));
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The server in the folder `bin` with the defaults of its distribution. */
export async function startAsShipped(tell: (message: string) => void, bin: string): Promise<RunningServer> {
  const { place } = await load<PlacementModule>('embedded/placement');
  const { createCluster } = await load<ClusterModule>('embedded/create-cluster');
  const { ServerProcess } = await load<ProcessModule>('embedded/server-process');
  const { ensureDatabase, serviceUrl } = await load<ConnectModule>('embedded/connect');
  const dataDir = await mkdtemp(join(tmpdir(), 'data-pusher-bench-'));
  const placement = await place(dataDir, tell, dirname(bin));
  await createCluster(placement, PASSWORD);
  const port = await freePort();
  const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = ['-D', join(placement.databaseDir, 'cluster'), ...flags];
  const server = new ServerProcess({ placement, args, port, password: PASSWORD, name: NAME });
  const superuser = await server.ready();
  await ensureDatabase(superuser, PASSWORD);
  await allowCheckpoints(superuser);
  return {
    url: serviceUrl({ port, password: PASSWORD }),
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The service's role may not; the superuser has the same password. Ends the superuser's connection. */
async function allowCheckpoints(superuser: Client): Promise<void> {
  try {
    await superuser.query('GRANT pg_checkpoint TO data_pusher');
  } finally {
    await superuser.end();
  }
}
