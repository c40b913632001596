import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { freePort } from '../../support/free-port.js';
import type { Cluster, Succession, Which } from './cluster.js';
import type { ClusterFaultKind, Ending } from './cluster-plan.js';
import { guardWith } from './guard.js';
import { haproxyConfig } from './haproxy-config.js';
import { Machine, Switch } from './machine.js';
import { lastWordsOf, type PatroniSite, startNode } from './patroni-node.js';
import { findPostgres, newFolder } from './postgres-tools.js';

const NAMES = ['n1', 'n2', 'n3'] as const;
/** A network that is meant for tests like this one (RFC 2544). */
const SUBNET = '198.18.77';
const WHOLE_WITHIN_MS = 180_000;
const SUCCESSOR_WITHIN_MS = 120_000;
const REJOINS_BY_ITSELF_MS = 40_000;
const LOOK_EVERY_MS = 100;
const REMOVE = `ip link delete "$1"; shift
  for namespace; do ip netns pids "$namespace" | xargs -r kill -KILL; ip netns delete "$namespace"; done`;
const NEEDED = { ip: 'iproute2', setpriv: 'util-linux', etcd: 'etcd-server', patroni: 'patroni', haproxy: 'haproxy' };

/** Why it can't run here, in words that say what to install; null when it can. */
export function whyNoPatroni(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces need root on Linux';
  const missing = Object.entries(NEEDED).filter(([program]) => !isInstalled(program));
  if (missing.length > 0) return `missing: ${missing.map(([, debian]) => debian).join(', ')} (Debian's packages)`;
  if (!existsSync('/usr/lib/python3/dist-packages/etcd')) return "missing: python3-etcd (Debian's package)";
  if (!existsSync('/usr/lib/postgresql')) return "missing: postgresql (Debian's package)";
  return null;
}

/** Three machines with PostgreSQL, Patroni and etcd, as network namespaces; HAProxy where the product is. */
export class PatroniCluster implements Cluster {
  private leader: Machine;
  private guard: ChildProcess | null = null;

  private constructor(
    readonly description: string,
    private readonly site: PatroniSite,
    private readonly net: Switch,
    private readonly password: string,
    private readonly proxy: { readonly port: number; readonly process: ChildProcess } | null,
  ) {
    this.leader = site.machines[0]!;
  }

  static async start({ through }: { through: 'hosts' | 'proxy' }): Promise<PatroniCluster> {
    const folder = newFolder();
    const tools = await findPostgres(null, folder);
    const secret = (): string => randomBytes(16).toString('hex');
    const net = new Switch(`dp${process.pid % 100_000}`, SUBNET);
    const machines = NAMES.map((name, index) => new Machine(net, name, 11 + index));
    const site: PatroniSite = {
      folder,
      bin: tools.bin,
      account: tools.account ?? { uid: 0, gid: 0 },
      passwords: { superuser: secret(), replication: secret() },
      machines,
    };
    const proxy = through === 'proxy' ? await startProxy(site) : null;
    const versions = [tools.version, versionOf('patroni', '--version'), versionOf('etcd', '--version')];
    if (proxy) versions.push(versionOf('haproxy', '-v'));
    const description = `${versions.join(', ')}, three network namespaces`;
    const cluster = new PatroniCluster(description, site, net, secret(), proxy);
    process.once('exit', cluster.removeAll);
    cluster.guard = guardWith(REMOVE, [net.bridge, ...machines.map(({ namespace }) => namespace)]);
    try {
      await cluster.create();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Namespaces have no balancer between that would end connections, and swallow only all that goes to a machine. */
  canThrow(kind: ClusterFaultKind, ending: Ending): boolean {
    if (kind === 'phantom') return false;
    if (ending === 'silence') return kind !== 'switch over';
    return kind === 'kill primary' || kind === 'kill standby' || kind === 'primary read-only' || kind === 'switch over';
  }

  get databaseUrl(): string {
    if (this.proxy) return this.urlOf([`127.0.0.1:${this.proxy.port}`]);
    return this.urlOf(this.site.machines.map(({ address }) => `${address}:5432`));
  }

  primaryUrl(): string {
    return this.urlOf([`${this.leader.address}:5432`]);
  }

  async untilWhole(withinMs = WHOLE_WITHIN_MS): Promise<void> {
    await this.until('two standbys stream, and one of them is waited for', withinMs, async () => {
      const leader = await this.findPrimary();
      if (!leader) return false;
      this.leader = leader;
      const rows = await this.streaming();
      const waitedFor = rows.find(({ sync_state }) => sync_state === 'sync');
      // PostgreSQL waits for it before Patroni has written down that it may take over.
      if (rows.length !== NAMES.length - 1 || !waitedFor) return false;
      return (await this.mayTakeOver()) === waitedFor.name;
    });
  }

  async kill(which: Which, ending: Ending): Promise<void> {
    const lost = which === 'primary' ? this.leader : await this.synchronousStandby();
    if (ending === 'silence') lost.unplug();
    lost.kill();
  }

  freezePrimary(): Promise<void> {
    this.leader.signal('SIGSTOP');
    return Promise.resolve();
  }

  cutOffPrimary(): Promise<void> {
    this.leader.unplug();
    return Promise.resolve();
  }

  /** Its etcd loses the others, too: another is elected, and this one goes on as a server that refuses to write. */
  cutOffStandbys(): Promise<'heals' | 'elects'> {
    for (const other of this.others()) {
      other.ignore(this.leader);
      this.leader.ignore(other);
    }
    return Promise.resolve('elects');
  }

  async makePrimaryReadOnly(): Promise<void> {
    await this.query(this.leader, 'ALTER SYSTEM SET default_transaction_read_only = on');
    await this.query(this.leader, 'SELECT pg_reload_conf()');
  }

  replaceReadOnly(): Promise<Succession> {
    return this.switchOver();
  }

  async switchOver(): Promise<Succession> {
    const { address, name } = this.leader;
    const answer = fetch(`http://${address}:8008/switchover`, {
      method: 'POST',
      body: JSON.stringify({ leader: name }),
      signal: AbortSignal.timeout(60_000),
    });
    const succession = await this.failOver();
    const { status } = await answer;
    if (status !== 200) throw new Error(`Patroni refused to switch over: ${status}`);
    return succession;
  }

  async failOver(): Promise<Succession> {
    const old = this.leader;
    let darkUntilMs = performance.now();
    let successor: Machine | null = null;
    await this.until(`a successor of ${old.name} commits`, SUCCESSOR_WITHIN_MS, async () => {
      const askedAtMs = performance.now();
      const states = await this.recoveryStates(old);
      successor ??= primaryOf(states);
      // One that did not answer may have been promoted, and accept already.
      if (states.every(({ isPrimary }) => isPrimary === false)) darkUntilMs = askedAtMs;
      return successor !== null && this.commits(successor);
    });
    this.leader = successor ?? old;
    return { darkUntilMs, writableAtMs: performance.now() };
  }

  async untilCommit(): Promise<void> {
    await this.until('a commit succeeds', WHOLE_WITHIN_MS, () => this.commits(this.leader));
  }

  thaw(): void {
    for (const machine of this.site.machines) machine.signal('SIGCONT');
  }

  async heal(): Promise<void> {
    this.thaw();
    for (const machine of this.site.machines) {
      machine.plug();
      for (const other of this.site.machines) if (other !== machine) machine.heed(other);
      if (!machine.runs()) await startNode(this.site, machine, false);
    }
    await this.until('every server takes writes when it is asked to', WHOLE_WITHIN_MS, async () => {
      for (const machine of this.site.machines) {
        await this.query(machine, 'ALTER SYSTEM RESET default_transaction_read_only');
        await this.query(machine, 'SELECT pg_reload_conf()');
      }
      return true;
    });
    // An old primary that Patroni does not get to follow by itself gets a new base backup, as an operator would do.
    if (!(await this.isWholeWithin(REJOINS_BY_ITSELF_MS))) await this.reinitialize();
    await this.untilWhole();
  }

  stop(): Promise<void> {
    process.off('exit', this.removeAll);
    this.removeAll();
    return Promise.resolve();
  }

  private readonly removeAll = (): void => {
    this.proxy?.process.kill('SIGKILL');
    for (const machine of this.site.machines) machine.remove();
    this.net.remove();
    this.guard?.kill('SIGKILL');
    rmSync(this.site.folder, { recursive: true, force: true, maxRetries: 3 });
  };

  private async create(): Promise<void> {
    for (const machine of this.site.machines) await startNode(this.site, machine, true);
    await this.untilWhole();
    await this.query(this.leader, `CREATE ROLE data_pusher LOGIN PASSWORD '${this.password}'`);
    await this.query(this.leader, 'GRANT pg_read_all_stats TO data_pusher');
    await this.query(this.leader, 'CREATE DATABASE data_pusher OWNER data_pusher');
  }

  private others(): Machine[] {
    return this.site.machines.filter((machine) => machine !== this.leader);
  }

  private async synchronousStandby(): Promise<Machine> {
    const rows = await this.query<{ name: string }>(
      this.leader,
      `SELECT application_name AS name FROM pg_stat_replication WHERE sync_state = 'sync'`,
    );
    return this.others().find(({ name }) => name === rows[0]?.name) ?? this.others()[0]!;
  }

  private streaming(): Promise<{ name: string; sync_state: string }[]> {
    return this.query(
      this.leader,
      `SELECT application_name AS name, sync_state FROM pg_stat_replication
       WHERE state = 'streaming' AND application_name ~ '^n[123]$'`,
    );
  }

  private isWholeWithin(ms: number): Promise<boolean> {
    return this.untilWhole(ms).then(
      () => true,
      () => false,
    );
  }

  private async reinitialize(): Promise<void> {
    const names = new Set((await this.streaming()).map(({ name }) => name));
    for (const { name, address } of this.others()) {
      if (names.has(name)) continue;
      const body = JSON.stringify({ force: true });
      await fetch(`http://${address}:8008/reinitialize`, { method: 'POST', body, signal: AbortSignal.timeout(30_000) });
    }
  }

  private async mayTakeOver(): Promise<string | undefined> {
    const answer = await fetch(`http://${this.leader.address}:8008/cluster`, { signal: AbortSignal.timeout(5_000) });
    const { members } = (await answer.json()) as { members: { name: string; role: string }[] };
    return members.find(({ role }) => role === 'sync_standby')?.name;
  }

  private async findPrimary(): Promise<Machine | null> {
    return primaryOf(await this.recoveryStates(null));
  }

  private recoveryStates(except: Machine | null): Promise<RecoveryState[]> {
    const asked = this.site.machines.filter((machine) => machine !== except);
    return Promise.all(
      asked.map(async (machine) => {
        const rows = await this.query<{ is: boolean }>(machine, 'SELECT NOT pg_is_in_recovery() AS is').catch(() => []);
        return { machine, isPrimary: rows[0]?.is ?? null };
      }),
    );
  }

  private async commits(machine: Machine): Promise<boolean> {
    const client = await this.connect(machine, '-c synchronous_commit=on');
    try {
      await client.query(`SELECT pg_logical_emit_message(true, 'chaos', 'probe')`);
      return true;
    } finally {
      client.end().catch(() => undefined);
    }
  }

  private async query<Row extends QueryResultRow>(machine: Machine, text: string): Promise<Row[]> {
    const client = await this.connect(machine, '-c synchronous_commit=local -c default_transaction_read_only=off');
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      client.end().catch(() => undefined);
    }
  }

  private async connect({ address }: Machine, options: string): Promise<Client> {
    const client = new Client({
      host: address,
      user: 'postgres',
      password: this.site.passwords.superuser,
      database: 'postgres',
      connectionTimeoutMillis: 2_000,
      query_timeout: 5_000,
      options,
    });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  private urlOf(hosts: readonly string[]): string {
    return `postgresql://data_pusher:${this.password}@${hosts.join(',')}/data_pusher`;
  }

  private async until(what: string, withinMs: number, holds: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + withinMs;
    for (let last: unknown = null; ;) {
      if (await holds().catch((error: unknown) => ((last = error), false))) return;
      if (performance.now() > endMs) {
        const words = await Promise.all(this.site.machines.map((machine) => lastWordsOf(this.site, machine)));
        throw new Error(`Patroni: waited in vain until ${what}\n${words.join('\n')}`, { cause: last });
      }
      await sleep(LOOK_EVERY_MS);
    }
  }
}

interface RecoveryState {
  readonly machine: Machine;
  /** Null: it did not say. */
  readonly isPrimary: boolean | null;
}

function primaryOf(states: readonly RecoveryState[]): Machine | null {
  return states.find(({ isPrimary }) => isPrimary === true)?.machine ?? null;
}

async function startProxy({ folder, machines }: PatroniSite): Promise<{ port: number; process: ChildProcess }> {
  const port = await freePort();
  const file = join(await mkdtemp(join(folder, 'haproxy-')), 'haproxy.cfg');
  await writeFile(file, haproxyConfig(port, machines));
  // `-db`: in the foreground, so that its end is ours.
  return { port, process: spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' }) };
}

function isInstalled(program: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}

function versionOf(program: string, flag: string): string {
  const { stdout } = spawnSync(program, [flag], { encoding: 'utf8' });
  return (stdout.split('\n')[0] ?? '').trim();
}
