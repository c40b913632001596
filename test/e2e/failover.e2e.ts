import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { clusterFailuresOf, clusterText } from '../chaos/cluster/cluster-report.js';
import { runClusterChaos } from '../chaos/cluster/run-cluster.js';
import { StreamingCluster } from '../chaos/cluster/streaming-cluster.js';

/** Of `npm run chaos -- --cluster --short`, which CI runs whole, what takes a minute: another seed each time. */
test(
  'a primary that falls silent and a commit that no standby has: every event is accounted for',
  {
    timeout: 300_000,
  },
  async () => {
    const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(2 ** 31));
    const told: string[] = [`again with CHAOS_SEED=${seed}`];
    const result = await runClusterChaos({
      seed,
      kills: 1,
      everyEnding: false,
      only: ['kill primary', 'phantom'],
      eventsPerSecond: 40,
      processes: 2,
      openCluster: () => StreamingCluster.start({ bin: null, through: 'hosts' }),
      tell: (message) => told.push(message),
    });
    expect(clusterFailuresOf(result), `${told.join('\n')}\n${clusterText(result)}`).toEqual([]);
    expect(result.findings.lost).toBe(0);
    expect(result.findings.accepted).toBeGreaterThan(100);
  },
);
