import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '../../support/free-port.js';
import type { Cluster, Succession, Which } from './cluster.js';
import type { Ending } from './cluster-plan.js';
import { PostgresNode } from './postgres-node.js';
import { findPostgres, newFolder, type PostgresTools } from './postgres-tools.js';
import { Relay } from './relay.js';

const NAMES = ['n1', 'n2', 'n3'] as const;
const QUORUM = { synchronous_standby_names: `ANY 1 (${NAMES.join(', ')})` };
const WHOLE_WITHIN_MS = 60_000;
/** By `wal_receiver_timeout` and the like. */
const RECONNECTS_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 100;

interface Member {
  readonly node: PostgresNode;
  /** Where the product reaches it. */
  readonly clients: Relay;
  /** Where this member reaches each other one. */
  readonly upstream: Map<Member, Relay>;
}

export interface StreamingOptions {
  /** The folder of PostgreSQL's programs; null: Debian's, else the embedded ones. */
  readonly bin: string | null;
  /** Whether the product knows all three hosts, or one address that follows the primary. */
  readonly through: 'hosts' | 'proxy';
}

/** Plain streaming replication on the loopback; who becomes primary is decided here. */
export class StreamingCluster implements Cluster {
  readonly description: string;
  private readonly password = randomBytes(16).toString('hex');
  private frozen: Member | null = null;

  private constructor(
    private readonly members: readonly Member[],
    private leader: Member,
    private readonly proxy: Relay,
    private readonly superPassword: string,
    private readonly options: StreamingOptions,
    { version }: PostgresTools,
    private readonly folder: string,
  ) {
    this.description = `${version}, plain streaming replication`;
  }

  static async start(options: StreamingOptions): Promise<StreamingCluster> {
    const folder = newFolder();
    const tools = await findPostgres(options.bin, folder);
    const password = randomBytes(16).toString('hex');
    const members: Member[] = [];
    for (const name of NAMES) {
      const node = new PostgresNode({ name, port: await freePort(), folder, tools, password });
      members.push({ node, clients: await Relay.open(node.port), upstream: new Map() });
    }
    for (const member of members) {
      for (const other of members) if (other !== member) member.upstream.set(other, await Relay.open(other.node.port));
    }
    const leader = members[0]!;
    const proxy = await Relay.open(leader.clients.port);
    const cluster = new StreamingCluster(members, leader, proxy, password, options, tools, folder);
    process.once('exit', cluster.killAll);
    try {
      await cluster.create();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  canThrow(): boolean {
    return true;
  }

  get databaseUrl(): string {
    const ports =
      this.options.through === 'hosts' ? this.members.map(({ clients }) => clients.port) : [this.proxy.port];
    return this.urlOf(ports);
  }

  primaryUrl(): string {
    return this.urlOf([this.leader.node.port]);
  }

  async untilWhole(): Promise<void> {
    await this.until('both standbys are waited for', async () => {
      const rows = await this.leader.node.query(
        `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('quorum', 'sync')`,
      );
      return rows.length === NAMES.length - 1;
    });
  }

  async kill(which: Which, ending: Ending): Promise<void> {
    const lost = which === 'primary' ? this.leader : this.standbys()[0]!;
    if (ending === 'silence') this.setLinks(lost, 'silent');
    await lost.node.kill();
  }

  freezePrimary(ending: Ending): Promise<void> {
    this.frozen = this.leader;
    this.leader.node.freeze();
    // A balancer that takes it out ends its connections.
    if (ending === 'FIN') this.leader.clients.set('closed');
    return Promise.resolve();
  }

  cutOffPrimary(ending: Ending): Promise<void> {
    this.setLinks(this.leader, mannerOf(ending));
    return Promise.resolve();
  }

  cutOffStandbys(ending: Ending): Promise<'heals' | 'elects'> {
    for (const standby of this.standbys()) standby.upstream.get(this.leader)?.set(mannerOf(ending));
    return Promise.resolve('heals');
  }

  async makePrimaryReadOnly(): Promise<void> {
    await this.leader.node.configure({ ...QUORUM, default_transaction_read_only: 'on' });
  }

  replaceReadOnly(): Promise<Succession> {
    return this.failOver(0);
  }

  async switchOver(ending: Ending): Promise<Succession> {
    const old = this.leader;
    if (ending === 'silence') old.clients.set('silent');
    await old.node.stop();
    return this.failOver(0);
  }

  /**
   * No standby receives any more when their positions are compared: else one of them could still acknowledge what the
   * one that is chosen lacks.
   */
  async failOver(afterMs: number): Promise<Succession> {
    await sleep(afterMs);
    const candidates = this.standbys().filter(({ node }) => node.isRunning);
    for (const { node } of candidates) await node.configure({ ...QUORUM, primary_conninfo: '' });
    const positions = await Promise.all(candidates.map((member) => this.positionOf(member)));
    const chosen = candidates.reduce((best, member, i) =>
      positions[i]! > positions[candidates.indexOf(best)]! ? member : best,
    );
    const darkUntilMs = performance.now();
    await chosen.node.query('SELECT pg_promote(true, 60)');
    for (const member of candidates) if (member !== chosen) await this.follow(member, chosen);
    this.leader = chosen;
    this.proxy.set('closed');
    this.proxy.target = chosen.clients.port;
    this.proxy.set('open');
    await this.untilCommit();
    return { darkUntilMs, writableAtMs: performance.now() };
  }

  thaw(): void {
    this.frozen?.node.thaw();
    this.frozen = null;
  }

  async heal(): Promise<void> {
    this.thaw();
    for (const { clients, upstream } of this.members) {
      for (const link of [clients, ...upstream.values()]) link.set('open');
    }
    await this.leader.node.configure(QUORUM);
    for (const member of this.standbys()) if (!(await this.comesBack(member))) await this.rejoin(member);
    await this.untilWhole();
  }

  /** Stops both standbys, so that no commit is acknowledged until {@link startStandbys}. */
  async stopStandbys(): Promise<void> {
    for (const { node } of this.standbys()) await node.stop();
  }

  /** Without a link to the primary: they know nothing of what it did meanwhile. */
  async startStandbys(): Promise<void> {
    for (const { node } of this.standbys()) {
      await node.configure({ ...QUORUM, primary_conninfo: '' });
      await node.start('standby');
    }
  }

  /** Until a backend of the product has written its commit and waits for a standby. */
  async untilCommitWaits(): Promise<void> {
    await this.until('a commit waits for a standby', async () => {
      const rows = await this.leader.node.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query ~* 'insert into events|^commit'`,
      );
      return rows.length > 0;
    });
  }

  /** Ends every connection of the product with the primary, as a network does that drops them. */
  cutConnections(): void {
    this.leader.clients.set('closed');
    this.leader.clients.set('open');
  }

  /** Whether the primary shows an event, as whoever looks it up there sees it. */
  async primaryHas(externalId: string): Promise<boolean> {
    const client = new Client({ connectionString: this.primaryUrl(), connectionTimeoutMillis: 5_000 });
    await client.connect();
    try {
      return (await client.query('SELECT 1 FROM events WHERE external_id = $1', [externalId])).rows.length > 0;
    } finally {
      await client.end();
    }
  }

  async crashAndRestartPrimary(): Promise<void> {
    await this.leader.node.kill();
    await this.leader.node.start('primary');
  }

  async stop(): Promise<void> {
    process.off('exit', this.killAll);
    for (const { clients, upstream } of this.members) for (const link of [clients, ...upstream.values()]) link.close();
    this.proxy.close();
    await Promise.all(this.members.map(({ node }) => node.kill()));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  private readonly killAll = (): void => {
    for (const { node } of this.members) node.killNow();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  };

  private async create(): Promise<void> {
    const { node } = this.leader;
    await node.create();
    await node.configure({});
    await node.start('primary');
    await node.query(`CREATE ROLE data_pusher LOGIN PASSWORD '${this.password}'`);
    await node.query('GRANT pg_read_all_stats TO data_pusher');
    await node.query('CREATE DATABASE data_pusher OWNER data_pusher');
    for (const member of this.standbys()) await this.rejoin(member);
    await node.configure(QUORUM);
    await this.untilWhole();
  }

  private standbys(): Member[] {
    return this.members.filter((member) => member !== this.leader);
  }

  private async isStandbyOf({ node }: Member): Promise<boolean> {
    const rows = await this.leader.node.query(
      `SELECT 1 FROM pg_stat_replication WHERE application_name = '${node.name}' AND state = 'streaming'`,
    );
    return rows.length > 0;
  }

  /** One that was only cut off connects again; a server that was the primary, or was killed, does not. */
  private async comesBack(member: Member): Promise<boolean> {
    const { node } = member;
    if (!node.isRunning) return false;
    if ((await node.query('SELECT 1 WHERE NOT pg_is_in_recovery()')).length > 0) return false;
    const endMs = performance.now() + RECONNECTS_WITHIN_MS;
    while (performance.now() < endMs) {
      if (await this.isStandbyOf(member)) return true;
      await sleep(LOOK_EVERY_MS);
    }
    return false;
  }

  private async rejoin(member: Member): Promise<void> {
    await member.node.kill();
    await member.node.copyFrom(this.leader.node);
    await this.follow(member, this.leader);
    await member.node.start('standby');
  }

  private async follow(member: Member, primary: Member): Promise<void> {
    const port = member.upstream.get(primary)?.port;
    const login = `host=127.0.0.1 port=${port} user=postgres password=${this.superPassword}`;
    await member.node.configure({
      ...QUORUM,
      primary_conninfo: `${login} application_name=${member.node.name} connect_timeout=5`,
    });
  }

  private async positionOf({ node }: Member): Promise<bigint> {
    await this.until(`${node.name} receives no more`, async () => {
      return (await node.query('SELECT 1 FROM pg_stat_wal_receiver')).length === 0;
    });
    const rows = await node.query<{ bytes: string }>(
      `SELECT pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')::text AS bytes`,
    );
    return BigInt(rows[0]?.bytes ?? '0');
  }

  /** As a client of the product's kind sees it: over its link, by a commit that waits for a standby. */
  async untilCommit(): Promise<void> {
    await this.until('a commit succeeds', async () => {
      const client = new Client({
        connectionString: this.urlOf([this.leader.clients.port]),
        connectionTimeoutMillis: 2_000,
        query_timeout: 10_000,
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query(`SELECT pg_logical_emit_message(true, 'chaos', 'probe')`);
        return true;
      } finally {
        client.end().catch(() => undefined);
      }
    });
  }

  private setLinks(member: Member, manner: 'silent' | 'closed'): void {
    for (const link of [member.clients, ...member.upstream.values()]) link.set(manner);
    for (const other of this.members) other.upstream.get(member)?.set(manner);
  }

  private urlOf(ports: readonly number[]): string {
    const hosts = ports.map((port) => `127.0.0.1:${port}`).join(',');
    return `postgresql://data_pusher:${this.password}@${hosts}/data_pusher`;
  }

  private async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + WHOLE_WITHIN_MS;
    for (let last: unknown = null; ;) {
      if (await holds().catch((error: unknown) => ((last = error), false))) return;
      if (performance.now() > endMs) throw new Error(`The cluster: waited in vain until ${what}`, { cause: last });
      await sleep(LOOK_EVERY_MS);
    }
  }
}

function mannerOf(ending: Ending): 'silent' | 'closed' {
  return ending === 'FIN' ? 'closed' : 'silent';
}
