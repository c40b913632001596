import { chmodSync } from 'node:fs';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from './machine.js';

export interface PatroniSite {
  readonly folder: string;
  readonly bin: string;
  readonly account: { readonly uid: number; readonly gid: number };
  readonly passwords: { readonly superuser: string; readonly replication: string };
  readonly machines: readonly Machine[];
}

export const SCOPE = 'chaos';
/** Who runs everything on the machines; Debian's package of PostgreSQL makes it. */
const USER = 'postgres';

/** The shortest that Patroni 3 allows: the lock of a primary that is gone is free after this many seconds. */
const DCS = { ttl: 20, loop_wait: 2, retry_timeout: 4 };

const PARAMETERS = {
  // Nothing here loses its power, and what a killed process has written the kernel keeps.
  fsync: 'off',
  max_connections: 100,
  shared_buffers: '64MB',
  wal_keep_size: '512MB',
  wal_sender_timeout: '5s',
  wal_receiver_timeout: '5s',
  wal_log_hints: 'on',
};

/** Starts etcd and Patroni on a machine; what they keep is on its disk, so that they go on after a kill. */
export async function startNode(site: PatroniSite, machine: Machine, isNew: boolean): Promise<void> {
  const folder = join(site.folder, machine.name);
  await mkdir(folder, { recursive: true });
  await chown(folder, site.account.uid, site.account.gid);
  const patroniFile = join(folder, 'patroni.json');
  await writeFile(patroniFile, JSON.stringify(patroniConfig(site, machine, folder)));
  chmodSync(patroniFile, 0o600);
  await chown(patroniFile, site.account.uid, site.account.gid);
  keepLog(machine.spawn(USER, ['etcd', ...etcdArguments(site, machine, folder, isNew)]), join(folder, 'etcd.log'));
  keepLog(machine.spawn(USER, ['patroni', patroniFile]), join(folder, 'patroni.log'));
}

/** The end of a machine's logs, for an error. */
export async function lastWordsOf(site: PatroniSite, machine: Machine): Promise<string> {
  const texts = await Promise.all(
    ['etcd.log', 'patroni.log'].map((name) => readFile(join(site.folder, machine.name, name), 'utf8').catch(() => '')),
  );
  return texts.map((text) => text.slice(-1_500)).join('\n');
}

function keepLog(child: ReturnType<Machine['spawn']>, file: string): void {
  let text = '';
  const keep = (more: string): void => {
    text = (text + more).slice(-20_000);
    void writeFile(file, text).catch(() => undefined);
  };
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  child.on('error', (error) => keep(error.message));
  child.unref();
}

function etcdArguments(site: PatroniSite, { name, address }: Machine, folder: string, isNew: boolean): string[] {
  const cluster = site.machines.map((one) => `${one.name}=http://${one.address}:2380`).join(',');
  const options = {
    name,
    'data-dir': join(folder, 'etcd'),
    'listen-peer-urls': `http://${address}:2380`,
    'listen-client-urls': `http://${address}:2379`,
    'advertise-client-urls': `http://${address}:2379`,
    'initial-advertise-peer-urls': `http://${address}:2380`,
    'initial-cluster': cluster,
    'initial-cluster-token': SCOPE,
    'initial-cluster-state': isNew ? 'new' : 'existing',
    'enable-v2': 'true',
    'election-timeout': '2000',
    'heartbeat-interval': '200',
  };
  return Object.entries(options).map(([option, value]) => `--${option}=${value}`);
}

function patroniConfig(site: PatroniSite, { name, address }: Machine, folder: string): unknown {
  const { superuser, replication } = site.passwords;
  return {
    scope: SCOPE,
    name,
    restapi: { listen: `${address}:8008`, connect_address: `${address}:8008` },
    // By etcd's API of version 2: by that of version 3, Patroni 3.0 keeps a copy of the keys that can stay behind for good.
    etcd: { hosts: site.machines.map((one) => `${one.address}:2379`) },
    bootstrap: {
      dcs: {
        ...DCS,
        synchronous_mode: true,
        synchronous_mode_strict: true,
        synchronous_node_count: 1,
        postgresql: { use_pg_rewind: true, parameters: PARAMETERS },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C' }, 'data-checksums'],
    },
    postgresql: {
      listen: `${address}:5432`,
      connect_address: `${address}:5432`,
      data_dir: join(folder, 'data'),
      bin_dir: site.bin,
      pgpass: join(folder, 'pgpass'),
      authentication: {
        superuser: { username: 'postgres', password: superuser },
        replication: { username: 'replicator', password: replication },
        rewind: { username: 'postgres', password: superuser },
      },
      basebackup: { checkpoint: 'fast' },
      parameters: { unix_socket_directories: folder },
      pg_hba: [
        'local all all scram-sha-256',
        'host replication replicator 0.0.0.0/0 scram-sha-256',
        'host all all 0.0.0.0/0 scram-sha-256',
      ],
    },
  };
}
