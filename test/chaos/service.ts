import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { type App, startApp } from '../support/app.js';
import { type Clock, newClock } from '../support/clock.js';
import { childrenOf, type DataDir } from '../support/data-dir.js';
import { openServer } from './own-server.js';

const BACK_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 50;
const QUERY_WITHIN_MS = 20_000;

export interface ServiceOptions {
  readonly dir: DataDir;
  readonly port: number;
  readonly processes: number;
  /** The service's own PostgreSQL, one that lives apart from it, or one that the caller brings along. */
  readonly database: 'embedded' | 'external' | OwnDatabase;
  readonly env?: Readonly<Record<string, string>>;
}

export interface OwnDatabase {
  /** The service's DATABASE_URL. */
  readonly url: string;
  /** Where this tool looks into it, now. */
  lookUrl(): string | null;
  stop(): Promise<void>;
}

/** The built product, kept running as an init system would: what ends without having been asked is started again. */
export class Service {
  /** Ends that nobody asked for, and stops that did not end well. */
  readonly unasked: string[] = [];
  readonly clock: Clock;
  readonly url: string;
  readonly apiKey = randomBytes(32).toString('base64url');
  private readonly encryptionKey = randomBytes(32).toString('base64');
  private app: App | null = null;
  private keeping: Promise<void> = Promise.resolve();
  private asked = false;

  private constructor(
    private readonly options: ServiceOptions,
    private readonly server: OwnDatabase | null,
  ) {
    this.url = `http://127.0.0.1:${options.port}`;
    this.clock = newClock(join(options.dir.path, '..', 'clock-offset'));
  }

  static async start(options: ServiceOptions): Promise<Service> {
    const service = new Service(options, await openDatabase(options));
    await service.launch();
    return service;
  }

  get pid(): number {
    return this.app?.pid ?? 0;
  }

  get databasePid(): number | null {
    return this.options.dir.databasePid();
  }

  /** The processes that do the work; the supervisor itself if that is all there is. */
  workers(): number[] {
    const forks = childrenOf(this.pid).filter((pid) => commandOf(pid).includes('fork-process'));
    return forks.length > 0 ? forks : [this.pid];
  }

  /** As an init system does after an end of any kind. */
  async launch(): Promise<void> {
    const endMs = performance.now() + BACK_WITHIN_MS;
    this.asked = false;
    for (;;) {
      try {
        this.app = await this.launchAnother({}, this.options.port);
        break;
      } catch (error) {
        if (performance.now() > endMs) throw error;
        this.unasked.push(`a start failed: ${String(error).slice(0, 300)}`);
        await sleep(500);
      }
    }
    const { app } = this;
    void app.ended.then((how) => {
      if (this.asked || this.app !== app) return;
      this.unasked.push(`ended with ${how}: ${lastWords(app)}`);
      this.keeping = this.launch();
    });
  }

  /** Another service on the same database, as of another version. */
  launchAnother(env: Readonly<Record<string, string>>, port = 0): Promise<App> {
    const databaseUrl = port === 0 ? this.lookUrl() : (this.server?.url ?? null);
    return startApp({
      databaseUrl,
      env: {
        DATA_DIR: this.options.dir.path,
        ENCRYPTION_KEY: this.encryptionKey,
        BOOTSTRAP_API_KEY: this.apiKey,
        PORT: String(port),
        PROCESSES: String(this.options.processes),
        // Longer than any attempt: a stop cuts nothing off.
        DRAIN_SECONDS: '15',
        ...this.clock.env,
        ...this.options.env,
        ...env,
      },
    });
  }

  /** Ends it by `end` and waits for that; returns the exit code or signal. */
  async end(end: () => void): Promise<number | NodeJS.Signals | null> {
    await this.keeping;
    this.asked = true;
    end();
    return (await this.app?.ended) ?? null;
  }

  /** The end of what it logged. */
  lastWords(lines: number): string {
    return (this.app?.output() ?? '').trim().split('\n').slice(-lines).join('\n');
  }

  async stop(): Promise<number | NodeJS.Signals | null> {
    return this.end(() => this.app?.kill('SIGTERM'));
  }

  async close(): Promise<void> {
    await this.stop();
    await this.server?.stop();
  }

  /** Until it answers that it is ready; throws when it does not for long. */
  async untilReady(): Promise<void> {
    const endMs = performance.now() + BACK_WITHIN_MS;
    for (;;) {
      await this.keeping;
      const signal = AbortSignal.timeout(5_000);
      const answer = await fetch(`${this.url}/health/ready`, { signal }).catch(() => null);
      if (answer?.ok) return;
      if (performance.now() > endMs) throw new Error(`Not ready again after ${BACK_WITHIN_MS} ms`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** On a connection of its own; waits for a server that is away. */
  async sql<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const endMs = performance.now() + QUERY_WITHIN_MS;
    for (;;) {
      try {
        return await this.sqlOnce<Row>(text, values);
      } catch (error) {
        if (performance.now() > endMs) throw error;
        await sleep(LOOK_EVERY_MS);
      }
    }
  }

  async connect(): Promise<Client> {
    const url = this.lookUrl();
    if (url === null) throw new Error('PostgreSQL does not run');
    const client = new Client({ connectionString: url, application_name: 'chaos', connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  private lookUrl(): string | null {
    return this.server ? this.server.lookUrl() : this.options.dir.databaseUrl();
  }

  private async sqlOnce<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function openDatabase({ database, dir }: ServiceOptions): Promise<OwnDatabase | null> {
  if (database === 'embedded') return null;
  if (database !== 'external') return database;
  const { url, stop } = await openServer(dir.path).then((server) => ({ url: server.url, stop: () => server.stop() }));
  return { url, stop, lookUrl: () => dir.databaseUrl() };
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function lastWords(app: App): string {
  return app.output().trim().split('\n').slice(-3).join(' | ').slice(0, 600);
}
