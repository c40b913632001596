import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { childrenOf, isRunning } from '../../support/data-dir.js';
import { copyTree } from './copy-tree.js';
import { guardWith } from './guard.js';
import type { PostgresTools } from './postgres-tools.js';

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };

/**
 * The same on all servers, since each may become the primary. Without fsync: nothing here loses its power, what a killed
 * process has written the kernel keeps, and a busy disk is no fault to be found.
 */
const SETTINGS = `
include 'node.conf'
fsync = off
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
wal_level = replica
wal_keep_size = 512MB
max_connections = 100
shared_buffers = 64MB
wal_sender_timeout = 5s
wal_receiver_timeout = 5s
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 500ms
logging_collector = off
track_activity_query_size = 16384
`;

interface Place {
  readonly name: string;
  readonly port: number;
  readonly folder: string;
  readonly tools: PostgresTools;
  /** Of the superuser. */
  readonly password: string;
}

/** One PostgreSQL server of the cluster. */
export class PostgresNode {
  readonly name: string;
  readonly port: number;
  private readonly dataDir: string;
  private child: ChildProcess | null = null;
  private said = '';

  constructor(private readonly place: Place) {
    this.name = place.name;
    this.port = place.port;
    this.dataDir = join(place.folder, place.name);
  }

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Makes a new, empty database cluster. */
  async create(): Promise<void> {
    const passwordFile = join(this.place.folder, 'password');
    await writeFile(passwordFile, `${this.place.password}\n`, { mode: 0o600 });
    this.hand(passwordFile);
    this.makeFolder();
    const args = [
      '-D',
      this.dataDir,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
    ];
    const child = this.spawn('initdb', [...args, '--locale=C', '--no-sync', '--no-instructions']);
    if ((await once(child, 'close'))[0] !== 0) throw new Error(`initdb: ${this.said}`);
    await appendFile(join(this.dataDir, 'postgresql.conf'), SETTINGS);
    await appendFile(
      join(this.dataDir, 'pg_hba.conf'),
      'host replication all 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n',
    );
  }

  /** A base backup of a running server, by its own functions: pg_basebackup is not among the embedded programs. */
  async copyFrom(primary: PostgresNode): Promise<void> {
    await rm(this.dataDir, { recursive: true, force: true });
    this.makeFolder();
    const client = await primary.connect();
    try {
      await client.query(`SELECT pg_backup_start('base backup for ${this.name}', true)`);
      await copyTree(primary.dataDir, this.dataDir, ['postmaster.pid', 'postmaster.opts', 'pg_wal', 'pg_replslot']);
      const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
      for (const folder of ['pg_wal', join('pg_wal', 'archive_status'), 'pg_replslot'])
        mkdirSync(join(this.dataDir, folder), { mode: 0o700 });
      await writeFile(join(this.dataDir, 'backup_label'), rows[0]?.labelfile ?? '');
    } finally {
      await client.end();
    }
  }

  /** Replaces the settings that are this server's own; a running one reads them at once. */
  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const all = { port: String(this.port), ...settings };
    const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    await writeFile(join(this.dataDir, 'node.conf'), lines.join(''));
    if (this.isRunning) this.child?.kill('SIGHUP');
  }

  async start(as: 'primary' | 'standby'): Promise<void> {
    const signalFile = join(this.dataDir, 'standby.signal');
    if (as === 'standby') await writeFile(signalFile, '');
    else await rm(signalFile, { force: true });
    if (this.place.tools.account) this.handAll();
    this.child = this.spawn('postgres', ['-D', this.dataDir]);
    // What is frozen must go on first, or it would not hear of its end.
    const guard = guardWith(
      'kill -CONT "$1"; kill -QUIT "$1"',
      [String(this.child.pid)],
      this.place.tools.account ?? {},
    );
    this.child.once('exit', () => guard.kill('SIGKILL'));
    const endMs = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const client = await this.connect().catch(() => null);
      if (client) {
        await client.end();
        return;
      }
      if (!this.isRunning || performance.now() > endMs) throw new Error(`${this.name} did not start: ${this.said}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Fast shutdown: ends sessions, and waits until the standbys have everything. */
  async stop(): Promise<void> {
    await this.end('SIGINT');
  }

  /** SIGKILL to the server and all its processes, which have sessions of their own, at one moment. */
  async kill(): Promise<void> {
    this.signalAll('SIGSTOP');
    const pids = this.pids();
    this.signalAll('SIGKILL');
    await this.gone();
    // Each of them holds on to the shared memory that keeps the next from starting.
    while (pids.some(isRunning)) await sleep(LOOK_EVERY_MS / 10);
  }

  /** As {@link kill}, for the end of the tool itself. */
  killNow(): void {
    this.signalAll('SIGKILL');
  }

  freeze(): void {
    this.signalAll('SIGSTOP');
  }

  thaw(): void {
    this.signalAll('SIGCONT');
  }

  /** On a connection of its own as the superuser, straight to the server, waiting for no standby. */
  async query<Row extends QueryResultRow>(text: string): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async connect(): Promise<Client> {
    const { port, place } = this;
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      password: place.password,
      database: 'postgres',
      connectionTimeoutMillis: 5_000,
      query_timeout: 60_000,
      options: '-c synchronous_commit=local -c default_transaction_read_only=off',
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.child?.kill(signal);
    await this.gone();
  }

  private async gone(): Promise<void> {
    const { child } = this;
    if (child && this.isRunning) await once(child, 'exit');
    this.child = null;
  }

  private signalAll(signal: NodeJS.Signals): void {
    const [server] = this.pids();
    // The server first: frozen, it starts no process that would be missed.
    if (signal === 'SIGSTOP' && server !== undefined) send(server, signal);
    for (const one of this.pids().reverse()) send(one, signal);
  }

  /** The server's and its children's. */
  private pids(): number[] {
    const pid = this.child?.pid;
    if (pid === undefined || !this.isRunning) return [];
    return isRunning(pid) ? [pid, ...childrenOf(pid)] : [pid];
  }

  private spawn(program: string, args: readonly string[]): ChildProcess {
    const { bin, account } = this.place.tools;
    // A session of its own: Ctrl-C must not reach it, or its end would be a fault of nobody's.
    const options = { detached: true, cwd: '/', env: ENVIRONMENT, ...account };
    const child = spawn(join(bin, program), args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (text: string): void => void (this.said = (this.said + text).slice(-4_096));
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', (error) => keep(error.message));
    return child;
  }

  private makeFolder(): void {
    mkdirSync(this.dataDir, { mode: 0o700 });
    this.hand(this.dataDir);
  }

  private hand(path: string): void {
    chmodSync(path, path === this.dataDir ? 0o700 : 0o600);
    const { account } = this.place.tools;
    if (account) chownSync(path, account.uid, account.gid);
  }

  /** What a root process has written into the folder. */
  private handAll(): void {
    const { account } = this.place.tools;
    if (!account) return;
    for (const name of OWN_FILES) {
      try {
        chownSync(join(this.dataDir, name), account.uid, account.gid);
      } catch {
        // It is not there.
      }
    }
  }
}

const OWN_FILES = [
  'node.conf',
  'standby.signal',
  'backup_label',
  'pg_wal',
  join('pg_wal', 'archive_status'),
  'pg_replslot',
];

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}
