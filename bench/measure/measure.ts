import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from '../children/load.js';
import type { Contender } from '../harness/contender.js';
import { cpuUs, largestMemoryMib } from '../harness/usage.js';
import type { World } from '../harness/world.js';
import { type Percentiles, percentilesMs } from './percentiles.js';
import { DoesNotReconcile, reconcile } from './reconcile.js';
import { readArrived, readSent } from './records.js';

/** What is sent in one measurement. */
export interface Phase {
  readonly events: number;
  readonly connections: number;
  readonly bodyBytes: number;
  /** null: as fast as the answers come. */
  readonly ratePerSecond: number | null;
}

export interface Measurement {
  readonly events: number;
  readonly deliveries: number;
  readonly requests: number;
  readonly duplicates: number;
  readonly refused: Record<string, number>;
  /** Events accepted a second, first sent to last answered. */
  readonly eventsPerSecond: number;
  /** First sent to last received. */
  readonly deliveriesPerSecond: number;
  /** Sent to answered. */
  readonly acceptMs: Percentiles;
  /** Sent to received. */
  readonly arriveMs: Percentiles;
  readonly nodeCpuUsPerDelivery: number;
  readonly postgresCpuUsPerDelivery: number;
  readonly cpuUsPerDelivery: number;
  readonly peakMib: number;
}

const MAX_LOAD_SECONDS = 600;
/** Without one more delivery for so long something is lost. */
const STALLED_AFTER_MS = 30_000;
const POLL_MS = 50;

/** Sends one phase to a contender, waits until all of it has arrived and is settled, and accounts for every event. */
export async function measure(world: World, contender: Contender, phase: Phase): Promise<Measurement> {
  const sentFile = join(world.directory, 'sent');
  const arrivedFile = join(world.directory, 'arrived');
  await world.receiver.call('reset', null);
  await contender.server.checkpoint();
  const before = usage(contender);
  const result = await contender.send(world, { ...phase, maxSeconds: MAX_LOAD_SECONDS, file: sentFile });
  contender.accepted += result.accepted;
  await untilArrived(world, contender, result);
  const after = usage(contender);
  await world.receiver.call('save', arrivedFile);
  const [sent, arrived] = [await readSent(sentFile), await readArrived(arrivedFile)];
  const healthy = new Set(contender.destinations);
  const reconciled = reconcile(
    sent,
    arrived.filter((arrival) => healthy.has(arrival.destination)),
    (account) => contender.destinationsOf(account),
  );
  await contender.checkHeldBack();
  const { deliveries, requests, duplicates, lastArrivedUs } = reconciled;
  const node = (after.node - before.node) / deliveries;
  const postgres = (after.postgres - before.postgres) / deliveries;
  return {
    events: result.accepted,
    deliveries,
    requests,
    duplicates,
    refused: result.refused,
    eventsPerSecond: result.accepted / ((result.lastAcceptedUs - result.firstSentUs) / 1e6),
    deliveriesPerSecond: deliveries / ((lastArrivedUs - result.firstSentUs) / 1e6),
    acceptMs: percentilesMs(reconciled.acceptUs),
    arriveMs: percentilesMs(reconciled.arriveUs),
    nodeCpuUsPerDelivery: node,
    postgresCpuUsPerDelivery: postgres,
    cpuUsPerDelivery: node + postgres,
    peakMib: largestMemoryMib(contender.pid, 'peak'),
  };
}

function usage(contender: Contender): { node: number; postgres: number } {
  return { node: cpuUs(contender.pid), postgres: cpuUs(contender.server.postmasterPid) };
}

async function untilArrived(world: World, contender: Contender, result: LoadResult): Promise<void> {
  // Events go to the accounts in turn, so each account has its share but for the last round.
  const expected = contender.expectedDeliveries(result.accepted);
  let delivered = 0;
  let stalledAt = Date.now() + STALLED_AFTER_MS;
  for (;;) {
    const counts = await world.receiver.call('counts', null);
    if (counts.delivered >= expected && (await contender.unsettled()) === 0) return;
    if (counts.delivered > delivered) {
      delivered = counts.delivered;
      stalledAt = Date.now() + STALLED_AFTER_MS;
    }
    if (Date.now() > stalledAt) {
      throw new DoesNotReconcile(`${expected} deliveries are due, ${delivered} came, then nothing for 30 s`);
    }
    await sleep(POLL_MS);
  }
}
