import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LoadCommands } from '../children/load.js';
import type { ReceiverCommands } from '../children/receiver.js';
import { Child } from './child.js';
import { BenchServer } from './database.js';
import { givenServer, startEmbedded } from './servers.js';

const PORTS = 10;

/** What all scenarios of a run share: a PostgreSQL, one receiver, one load generator. */
export interface World {
  readonly server: BenchServer;
  readonly receiver: Child<ReceiverCommands>;
  readonly load: Child<LoadCommands>;
  /** A temporary folder for records. */
  readonly directory: string;
  /** Flags for the product's processes, such as `--cpu-prof`. */
  readonly nodeFlags: readonly string[];
  readonly tell: (message: string) => void;
  /** Numbers for `count` new destinations. */
  numbers(count: number): number[];
  /** The URL at the receiver for a destination's number. */
  urlOf(destination: number, scheme?: 'http' | 'https'): string;
  /** Of the receiver's certificate, in PEM. */
  readonly caFile: string;
  close(): Promise<void>;
}

/** `databaseUrl`: of a PostgreSQL on this machine to use in place of the embedded one. */
export async function createWorld(
  nodeFlags: readonly string[],
  databaseUrl: string | undefined,
  tell: (message: string) => void,
): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'data-pusher-bench-'));
  const server = await BenchServer.use(databaseUrl ? givenServer(databaseUrl) : await startEmbedded(tell));
  const { child: receiver } = await Child.start<ReceiverCommands>('receiver');
  const { child: load } = await Child.start<LoadCommands>('load');
  const tls = await makeCertificate(directory);
  const ports = {
    http: await receiver.call('listen', { ports: PORTS }),
    https: await receiver.call('listen', { ports: PORTS, tls }),
  };
  let used = 0;
  return {
    server,
    receiver,
    load,
    directory,
    nodeFlags,
    tell,
    numbers: (count) => Array.from({ length: count }, () => used++),
    caFile: join(directory, 'cert.pem'),
    urlOf: (destination, scheme = 'http') =>
      `${scheme}://127.0.0.1:${ports[scheme][destination % PORTS]}/${destination}`,
    close: async () => {
      await Promise.all([load.stop(), receiver.stop()]);
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Self-signed, of the elliptic curve that most servers use by now. */
async function makeCertificate(directory: string): Promise<{ key: string; cert: string }> {
  const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem';
  const subject = '-days 30 -subj /CN=bench -addext subjectAltName=IP:127.0.0.1';
  await promisify(execFile)('openssl', `${kind} ${subject}`.split(' '), { cwd: directory });
  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  return { key: await read('key.pem'), cert: await read('cert.pem') };
}
