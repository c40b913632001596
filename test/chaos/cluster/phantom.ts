import { setTimeout as sleep } from 'node:timers/promises';
import { externalIdOf, type Load } from '../load.js';
import type { StreamingCluster } from './streaming-cluster.js';
import type { Outage } from './throw-cluster-fault.js';

/** Above all numbers of the load itself, of those with an id, of the first account. */
const FIRST_NUMBER = 1_000_001;
const OFFERS = 3;
const DELIVERED_WITHIN_MS = 30_000;

export interface PhantomResult {
  readonly outage: Outage;
  readonly problems: readonly string[];
}

/** Numbers of the load's kind with an id, a run may conjure up several. */
export function phantomNumber(index: number): number {
  return FIRST_NUMBER + index * 50;
}

/**
 * A commit that no standby has: the standbys are stopped, the event is written by the primary and waits, its connection
 * is cut, the primary crashes and shows it after its restart. Whoever looks now finds an event that is gone once a standby
 * is promoted. So the sender must hear 503, also when it sends the id again meanwhile, and 202 only from the new primary.
 */
export async function conjurePhantom(cluster: StreamingCluster, load: Load, n: number): Promise<PhantomResult> {
  const answers: (number | null)[] = [];
  const offer = async (): Promise<void> => void answers.push((await load.offer(n)).status);
  // No other commit may wait before this one does.
  const resume = await load.hold();
  await cluster.stopStandbys();
  const thrownAtMs = performance.now();
  const offered = offer();
  await cluster.untilCommitWaits();
  cluster.cutConnections();
  await cluster.crashAndRestartPrimary();
  const isVisible = await cluster.primaryHas(externalIdOf(n) ?? '');
  await offered;
  for (let i = 1; i < OFFERS; i++) await offer();
  await cluster.kill('primary', 'FIN');
  await cluster.startStandbys();
  const succession = await cluster.failOver(0);
  const isGone = !(await cluster.primaryHas(externalIdOf(n) ?? ''));
  resume();
  await cluster.heal();

  const problems: string[] = [];
  if (!isVisible) problems.push('phantom: the primary did not show the event after its restart, so nothing was tried');
  if (answers.some((status) => status !== 503)) {
    problems.push(`phantom: answered with ${answers.map(String).join(', ')} while no standby had it`);
  }
  if (!isGone) problems.push('phantom: the new primary has the event, so nothing was tried');
  const endMs = performance.now() + DELIVERED_WITHIN_MS;
  let last = await load.offer(n);
  while (last.status !== 202 && performance.now() < endMs) {
    await sleep(200);
    last = await load.offer(n);
  }
  if (last.status !== 202) problems.push(`phantom: sent again to the new primary it was answered with ${last.status}`);
  return { outage: { ...succession, thrownAtMs }, problems };
}
