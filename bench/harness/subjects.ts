import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FloorCommands } from '../children/floor.js';
import { Child, startProgram, stopProcess } from './child.js';
import type { Database } from './database.js';

/** What is measured: it takes events on a port and delivers them. */
export interface Subject {
  readonly port: number;
  readonly pid: number;
  /** Accepted deliveries that are not settled yet, those of the hung destinations left out. */
  unsettled(exceptDestinations: readonly string[]): Promise<number>;
  stop(): Promise<void>;
}

/** Of a delivery: that it was made, or all that the product keeps of it. */
export type FloorKeeps = 'least' | 'ledger';

export interface FloorOptions {
  readonly keeps?: FloorKeeps;
  readonly processes?: number;
  /** Among whom the targets are dealt out; more than one only where a ledger is kept. */
  readonly accounts?: number;
}

/** `targetsFile`: URLs, as JSON. `connections`: requests at once to one server, over all processes. */
export async function startFloor(
  database: Database,
  targetsFile: string,
  connections: number,
  { keeps = 'least', processes = 1, accounts = 1 }: FloorOptions,
): Promise<Subject> {
  const env = {
    ...process.env,
    FLOOR_DATABASE_URL: database.url,
    FLOOR_TARGETS_FILE: targetsFile,
    FLOOR_CONNECTIONS: String(Math.ceil(connections / processes)),
    FLOOR_KEEPS: keeps,
    FLOOR_PROCESSES: String(processes),
    FLOOR_ACCOUNTS: String(accounts),
  };
  const { child, ready } = await Child.start<FloorCommands>('floor', env);
  return {
    port: ready,
    pid: child.pid,
    unsettled: () => child.call('unsettled', null),
    stop: () => child.stop(),
  };
}

const ROOT = new URL('../../../', import.meta.url);
const MAIN = fileURLToPath(new URL('dist/main.js', ROOT));
const API_KEY = 'bench-'.repeat(8);
const READY_WITHIN_MS = 60_000;

export interface ProductOptions {
  readonly processes?: number;
  /** `dist/main.js` of another build than this one. */
  readonly main?: string;
  /** For instance `--cpu-prof`. */
  readonly nodeFlags?: readonly string[];
  /** A certificate to trust, in PEM. */
  readonly caFile?: string;
}

/** Starts the built product as a user would, its log thrown away. */
export async function startProduct(database: Database, options: ProductOptions = {}): Promise<Product> {
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    BOOTSTRAP_API_KEY: API_KEY,
    ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
    HOST: '127.0.0.1',
    PORT: String(port),
    PROCESSES: String(options.processes ?? 1),
    DRAIN_SECONDS: '0',
    ...(options.caFile && { NODE_EXTRA_CA_CERTS: options.caFile }),
  };
  const flags = [...(await flagsOfNpmStart()), ...(options.nodeFlags ?? [])];
  const program = startProgram(process.execPath, [...flags, options.main ?? MAIN, 'serve'], env);
  const product = new Product(database, port, program);
  try {
    await product.ready();
    return product;
  } catch (error) {
    await product.stop();
    throw error;
  }
}

/** One row of what the management API answers, as far as it is used. */
export interface ApiResource {
  readonly id: string;
  readonly account_id: string;
  readonly app_secret_token: string;
}

export class Product implements Subject {
  constructor(
    private readonly database: Database,
    readonly port: number,
    private readonly program: ChildProcess,
  ) {}

  get pid(): number {
    return this.program.pid ?? 0;
  }

  stop(): Promise<void> {
    return stopProcess(this.program);
  }

  async unsettled(exceptDestinations: readonly string[]): Promise<number> {
    const rows = await this.database.query<{ count: string }>(
      'SELECT count(*) AS count FROM waiting_deliveries WHERE destination_id <> ALL ($1::uuid[])',
      [exceptDestinations],
    );
    return Number(rows[0]?.count ?? 0);
  }

  /** A call of the management API; throws on anything but 2xx. */
  async api(method: string, path: string, body: object): Promise<ApiResource> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as ApiResource;
  }

  async ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${this.port}/health/ready`).catch(() => null);
      if (response?.ok) return;
      const { exitCode, signalCode } = this.program;
      if (exitCode !== null || signalCode !== null) throw new Error(`the product ended (${signalCode ?? exitCode})`);
      if (Date.now() > deadline) throw new Error('the product did not get ready');
      await sleep(100);
    }
  }
}

/** For Node: how large the heap may get, and how it is kept. */
async function flagsOfNpmStart(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
