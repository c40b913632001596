import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { findFreePort } from '../common/free-port.js';
import { keepSecret, readSecret } from '../common/keep-secret.js';
import { ensureDatabase, serviceUrl } from './embedded/connect.js';
import { createCluster, hasCluster } from './embedded/create-cluster.js';
import { claimServer } from './embedded/ownership.js';
import { place, type Placement } from './embedded/placement.js';
import { clearLeftover, DataDirInUse } from './embedded/running-server.js';
import { clusterDirOf, serverArguments } from './embedded/server-arguments.js';
import { ServerProcess } from './embedded/server-process.js';

/** A port taken meanwhile, or shared memory of a killed server, goes away by itself. */
const START_ATTEMPTS = 8;
const START_PAUSE_MS = 500;
/** Between attempts to start again what has run before, while that takes a person: a full disk, say. */
const LONGEST_PAUSE_MS = 10_000;

export interface EmbeddedPostgresOptions {
  /** Absolute path; made when missing. */
  readonly dataDir: string;
  /** How others see who uses the folder, such as `data-pusher serve (process 17)`. */
  readonly name: string;
  /** Hears of what takes time or went wrong, in words for people. */
  readonly tell: (message: string) => void;
  /** False only for tests: a power cut may then lose what was committed. */
  readonly durable?: boolean;
  /** Only for tests and benchmarks: the folder with `bin/postgres` of another version than the one that comes along. */
  readonly binaries?: string | undefined;
}

/**
 * A PostgreSQL of our own below `dataDir`: made at the first start, started again when it dies, ended by `stop`.
 * One process owns it at a time: `start` throws `DataDirInUse` while that is another one.
 */
export class EmbeddedPostgres {
  /** Settles with the reason when the server died and another process has taken its data over. */
  readonly failed: Promise<Error>;
  private fail: (error: Error) => void = () => undefined;
  private port = 0;
  private server: ServerProcess | null = null;
  private owner: Client | null = null;
  private readonly stopping = new AbortController();
  private restarting: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: EmbeddedPostgresOptions,
    private readonly placement: Placement,
    private readonly password: string,
  ) {
    this.failed = new Promise((resolve) => {
      this.fail = resolve;
    });
  }

  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const placement = await place(options.dataDir, options.tell, options.binaries);
    const password = await preparePassword(placement);
    if (!(await hasCluster(placement))) {
      options.tell('Creating the database (once, some seconds) …');
      await createCluster(placement, password);
    }
    const embedded = new EmbeddedPostgres(options, placement, password);
    const owner = await embedded.launch();
    await ensureDatabase(owner, password);
    return embedded;
  }

  /** Connection URL; stays the same until `stop`, restarts included. */
  get url(): string {
    return serviceUrl({ port: this.port, password: this.password });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.restarting;
    await this.owner?.end().catch(() => undefined);
    await this.server?.stop();
  }

  /** The first start: tries again while what stands in the way can go away by itself. */
  private async launch(): Promise<Client> {
    for (let attempt = 1; ; attempt++) {
      await this.clearLeftover();
      this.port = await findFreePort('127.0.0.1');
      try {
        return await this.launchOnce();
      } catch (error) {
        if (attempt === START_ATTEMPTS) throw error;
        await sleep(START_PAUSE_MS);
      }
    }
  }

  private clearLeftover(): Promise<void> {
    const { dataDir, databaseDir } = this.placement;
    const { name, tell } = this.options;
    return clearLeftover({ dataDir, clusterDir: clusterDirOf(databaseDir), password: this.password, name, tell });
  }

  private async launchOnce(): Promise<Client> {
    const { placement, password, port, options } = this;
    const { databaseDir } = placement;
    const args = serverArguments({ databaseDir, port, durable: options.durable ?? true });
    const server = new ServerProcess({ placement, args, password, port, name: options.name });
    try {
      const connection = await server.ready();
      const claim = await claimServer(connection);
      // Whoever looked just now whether the server has an owner is about to stop it: try again after that.
      if ('owner' in claim) throw new Error(`PostgreSQL was claimed by ${claim.owner}`);
      this.server = server;
      this.owner = connection;
      void server.ended.then((how) => this.restartAfter(how));
      return connection;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private restartAfter(how: string): void {
    if (this.stopping.signal.aborted) return;
    this.options.tell(`PostgreSQL has ended (${how}): starting it again`);
    this.restarting = this.restart();
  }

  /**
   * At the same port, and until it succeeds: a disk that is full is made room on some day, and meanwhile the service
   * says that it is not ready.
   */
  private async restart(): Promise<void> {
    const { signal } = this.stopping;
    for (let pauseMs = START_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        await this.clearLeftover();
        await this.launchOnce();
        this.options.tell('PostgreSQL is back');
        return;
      } catch (error) {
        if (error instanceof DataDirInUse) return this.fail(error);
        this.options.tell(`${error instanceof Error ? error.message : String(error)}: trying again in ${pauseMs} ms`);
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

async function preparePassword(placement: Placement): Promise<string> {
  const path = join(placement.dataDir, 'database-password');
  if ((await readSecret(path)) === null && (await hasCluster(placement))) {
    throw new Error(`${path} is missing: the database in ${placement.databaseDir} can't be opened without it`);
  }
  return keepSecret(path, () => randomBytes(24).toString('hex'));
}
