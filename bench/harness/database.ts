import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import type { RunningServer } from './servers.js';
import { parentOf } from './usage.js';

const DROP_ATTEMPTS = 40;
const DROP_PAUSE_MS = 250;

/** A PostgreSQL of the run, with a database for each contender. */
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

  static async use({ url, stop }: RunningServer): Promise<BenchServer> {
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
    return Database.connect(url.href, this, () => this.dropDatabase(name));
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

/** One contender's database, with a connection for looking into it. */
export class Database {
  private constructor(
    readonly url: string,
    readonly server: BenchServer,
    private readonly client: Client,
    private readonly drop: () => Promise<void>,
  ) {}

  static async connect(url: string, server: BenchServer, drop: () => Promise<void>): Promise<Database> {
    const client = new Client({ connectionString: url, application_name: 'bench' });
    client.on('error', () => undefined);
    await client.connect();
    return new Database(url, server, client, drop);
  }

  async query<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
  }

  async remove(): Promise<void> {
    await this.client.end();
    await this.drop();
  }
}
