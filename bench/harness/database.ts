import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { parentOf } from './usage.js';

/** The part of the product's embedded server that is used; loaded from the build when there is no `BENCH_DATABASE_URL`. */
interface EmbeddedModule {
  readonly EmbeddedPostgres: {
    start(options: { dataDir: string; name: string; tell: (message: string) => void; durable: boolean }): Promise<{
      readonly url: string;
      stop(): Promise<void>;
    }>;
  };
}

interface ConnectModule {
  readonly connectAsSuperuser: (server: { port: number; password: string }, name: string) => Promise<Client>;
}

const DROP_ATTEMPTS = 40;
const DROP_PAUSE_MS = 250;

const NAME = 'data-pusher bench';
const EMBEDDED = '../../../dist/database/embedded-postgres.js';
const CONNECT = '../../../dist/database/embedded/connect.js';

/** The one PostgreSQL of a run, with a database for each contender. */
export class BenchServer {
  private lastDatabase = 0;

  private constructor(
    private readonly rootUrl: string,
    private readonly client: Client,
    /** All its backends are children of this process. */
    readonly postmasterPid: number,
    private readonly mayCheckpoint: boolean,
    private readonly stopServer: () => Promise<void>,
  ) {}

  static async start(tell: (message: string) => void): Promise<BenchServer> {
    const given = process.env['BENCH_DATABASE_URL'];
    const { url, stop } = given ? { url: given, stop: () => Promise.resolve() } : await startEmbedded(tell);
    try {
      const client = new Client(url);
      client.on('error', () => undefined);
      await client.connect();
      const { rows } = await client.query<{ pid: number; may: boolean }>(
        "SELECT pg_backend_pid() AS pid, pg_has_role('pg_checkpoint', 'USAGE') AS may",
      );
      const postmaster = parentOf(rows[0]?.pid ?? 0);
      if (postmaster <= 1) throw new Error('PostgreSQL must run on this machine: its CPU time is measured');
      return new BenchServer(url, client, postmaster, rows[0]?.may ?? false, stop);
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** Makes an empty database. */
  async createDatabase(purpose: string): Promise<Database> {
    const name = `bench_${process.pid}_${++this.lastDatabase}_${purpose.replaceAll(/\W/g, '_')}`.slice(0, 60);
    await this.client.query(`CREATE DATABASE "${name}"`);
    const url = new URL(this.rootUrl);
    url.pathname = `/${name}`;
    return Database.connect(url.href, () => this.dropDatabase(name));
  }

  /**
   * Before a measurement, so that none pays for what another wrote, and what is written ahead goes into files that are
   * there: making one of 16 MiB holds up commits for some 14 ms. Left out where the role may not.
   */
  async checkpoint(): Promise<void> {
    if (this.mayCheckpoint) await this.client.query('CHECKPOINT');
  }

  async describe(): Promise<string> {
    const { rows } = await this.client.query<{ text: string }>(
      `SELECT 'PostgreSQL ' || current_setting('server_version') || ', fsync ' || current_setting('fsync') ||
              ', synchronous_commit ' || current_setting('synchronous_commit') ||
              ', shared_buffers ' || current_setting('shared_buffers') AS text`,
    );
    const checkpoints = this.mayCheckpoint ? '' : ', no checkpoint before a measurement (its role may not)';
    return `${rows[0]?.text}${checkpoints}`;
  }

  async stop(): Promise<void> {
    await this.client.end();
    await this.stopServer();
  }

  /** Without FORCE, which may not end autovacuum; a connection just closed may take a moment to be gone. */
  private async dropDatabase(name: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.client.query(`DROP DATABASE IF EXISTS "${name}"`);
        return;
      } catch (error) {
        if (attempt === DROP_ATTEMPTS) throw error;
        await sleep(DROP_PAUSE_MS);
      }
    }
  }
}

async function startEmbedded(tell: (message: string) => void) {
  const { EmbeddedPostgres } = (await import(EMBEDDED)) as EmbeddedModule;
  const dataDir = await mkdtemp(join(tmpdir(), 'data-pusher-bench-'));
  const server = await EmbeddedPostgres.start({ dataDir, name: NAME, tell, durable: true });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await allowCheckpoints(new URL(server.url));
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The service's role may not; the superuser has the same password. */
async function allowCheckpoints({ username, password, port }: URL): Promise<void> {
  const { connectAsSuperuser } = (await import(CONNECT)) as ConnectModule;
  const superuser = await connectAsSuperuser({ port: Number(port), password }, NAME);
  try {
    await superuser.query(`GRANT pg_checkpoint TO ${superuser.escapeIdentifier(username)}`);
  } finally {
    await superuser.end();
  }
}

/** One contender's database, with a connection for looking into it. */
export class Database {
  private constructor(
    readonly url: string,
    private readonly client: Client,
    private readonly drop: () => Promise<void>,
  ) {}

  static async connect(url: string, drop: () => Promise<void>): Promise<Database> {
    const client = new Client({ connectionString: url, application_name: 'bench' });
    client.on('error', () => undefined);
    await client.connect();
    return new Database(url, client, drop);
  }

  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
  }

  async remove(): Promise<void> {
    await this.client.end();
    await this.drop();
  }
}
