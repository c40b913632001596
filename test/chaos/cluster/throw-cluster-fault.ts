import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, Succession } from './cluster.js';
import type { ClusterFault, ClusterFaultKind } from './cluster-plan.js';

/** When commits were impossible. */
export interface Outage extends Succession {
  readonly thrownAtMs: number;
}

/** A phantom takes more: see `phantom.ts`. */
export type ThrowableKind = Exclude<ClusterFaultKind, 'phantom'>;

type Thrower = (cluster: Cluster, fault: ClusterFault, thrown: () => void) => Promise<Succession>;

/** What was frozen and comes back finds its cluster with another primary; how long it runs on like this. */
const AWAKE_MS = 2_000;

/**
 * Throws a fault and waits until commits succeed again; `thrown` is called as soon as they don't. What was lost is still
 * lost then: {@link Cluster.heal} brings it back.
 */
export async function throwClusterFault(
  cluster: Cluster,
  kind: ThrowableKind,
  fault: ClusterFault,
  thrown: () => void,
): Promise<Outage> {
  let thrownAtMs = performance.now();
  const outage = await THROWERS[kind](cluster, fault, () => {
    thrownAtMs = performance.now();
    thrown();
  });
  return { ...outage, thrownAtMs };
}

const THROWERS: { readonly [K in ThrowableKind]: Thrower } = {
  'kill primary': async (cluster, { ending, outageMs }, thrown) => {
    await cluster.kill('primary', ending);
    thrown();
    return cluster.failOver(outageMs);
  },
  'cut off primary': async (cluster, { ending, outageMs }, thrown) => {
    await cluster.cutOffPrimary(ending);
    thrown();
    return cluster.failOver(outageMs);
  },
  'cut off standbys': async (cluster, { ending, outageMs }, thrown) => {
    const what = await cluster.cutOffStandbys(ending);
    thrown();
    if (what === 'elects') return cluster.failOver(outageMs);
    await sleep(outageMs);
    const darkUntilMs = performance.now();
    const healed = cluster.heal();
    await cluster.untilCommit();
    const writableAtMs = performance.now();
    await healed;
    return { darkUntilMs, writableAtMs };
  },
  'freeze primary': async (cluster, { ending, outageMs }, thrown) => {
    await cluster.freezePrimary(ending);
    thrown();
    const outage = await cluster.failOver(outageMs);
    cluster.thaw();
    await sleep(AWAKE_MS);
    return outage;
  },
  'primary read-only': async (cluster, { outageMs }, thrown) => {
    await cluster.makePrimaryReadOnly();
    thrown();
    await sleep(outageMs);
    return cluster.replaceReadOnly();
  },
  'switch over': async (cluster, { ending }, thrown) => {
    thrown();
    return cluster.switchOver(ending);
  },
  'kill standby': async (cluster, { ending, outageMs }, thrown) => {
    thrown();
    await cluster.kill('standby', ending);
    await sleep(outageMs);
    const now = performance.now();
    return { darkUntilMs: now, writableAtMs: now };
  },
};
