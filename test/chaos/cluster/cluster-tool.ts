import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { putSection } from '../report.js';
import { CLUSTER_FAULT_KINDS, type ClusterFaultKind } from './cluster-plan.js';
import { clusterFailuresOf, clusterMarkdown, clusterText } from './cluster-report.js';
import { PatroniCluster, whyNoPatroni } from './patroni-cluster.js';
import { runClusterChaos } from './run-cluster.js';
import { StreamingCluster } from './streaming-cluster.js';

export const CLUSTER_USAGE = `Against a cluster of three PostgreSQL servers with a synchronous quorum: npm run chaos -- --cluster [options]

  --short         one of each fault, in two to three minutes on an idle machine; otherwise all of them, and 20 primaries killed
  --kills N       primaries to kill in all (default 20; --short: 1)
  --seed N, --rate N, --processes N, --out DIR   as above
  --only KINDS    comma-separated: ${CLUSTER_FAULT_KINDS.join(', ')}
  --patroni       under Patroni with etcd in three network namespaces, and HAProxy for \`--through proxy\`: as root, with
                  Debian's packages patroni, etcd-server, python3-etcd, haproxy and postgresql
  --bin DIR       PostgreSQL's programs (default: Debian's, else the embedded server's)
  --through HOW   hosts: the service knows all three (default); proxy: one address that follows the primary
`;

/** True when the run shows what it has to show. */
export async function runClusterTool(args: readonly string[], tell: (message: string) => void): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      patroni: { type: 'boolean', default: false },
      short: { type: 'boolean', default: false },
      kills: { type: 'string' },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      rate: { type: 'string', default: '40' },
      processes: { type: 'string', default: '2' },
      only: { type: 'string' },
      bin: { type: 'string' },
      through: { type: 'string', default: 'hosts' },
      out: { type: 'string' },
    },
  });
  const through = oneOf('through', values.through, ['hosts', 'proxy'] as const);
  const kinds = values.only?.split(',').map((kind) => kind.trim()) ?? CLUSTER_FAULT_KINDS;
  const whyNot = values.patroni ? whyNoPatroni() : null;
  if (whyNot !== null) throw new Error(`--patroni: ${whyNot}`);
  tell(`seed ${values.seed}`);
  const result = await runClusterChaos({
    seed: Number(values.seed),
    kills: Number(values.kills ?? (values.short ? 1 : 20)),
    everyEnding: !values.short,
    only: kinds.map((kind) => oneOf<ClusterFaultKind>('only', kind, CLUSTER_FAULT_KINDS)),
    eventsPerSecond: Number(values.rate),
    processes: Number(values.processes),
    openCluster: () =>
      values.patroni ? PatroniCluster.start({ through }) : StreamingCluster.start({ bin: values.bin ?? null, through }),
    tell,
  });
  process.stdout.write(`\n${clusterText(result)}\n`);
  const failures = clusterFailuresOf(result);
  for (const text of failures) process.stdout.write(`FAILED: ${text}\n`);
  if (values.out) {
    const file = join(values.out, 'reliability.md');
    const command = `npm run chaos -- --cluster ${args.join(' ')}`;
    const date = new Date().toISOString().slice(0, 10);
    const document = await readFile(file, 'utf8').catch(() => '# Reliability');
    await writeFile(
      file,
      putSection(
        document,
        `Failover: ${values.patroni ? 'Patroni' : 'streaming replication'}`,
        clusterMarkdown(result, command, date),
      ),
    );
  }
  return failures.length === 0;
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new Error(`--${name}: expected one of ${allowed.join(', ')}`);
  return found;
}
