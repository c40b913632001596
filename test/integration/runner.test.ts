import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Gates } from '../../src/delivery/engine/gates.js';
import { HealthReporter } from '../../src/delivery/engine/health-reporter.js';
import type { PushTarget } from '../../src/delivery/engine/push-target.js';
import { type Job, Runner } from '../../src/delivery/engine/runner.js';
import { Settler } from '../../src/delivery/engine/settler.js';
import { AddressPolicy } from '../../src/delivery/push/address-policy.js';
import { Transport } from '../../src/delivery/push/transport.js';
import type { ClaimedDelivery } from '../../src/delivery/queue/claim.js';
import { DeliveryQueue } from '../../src/delivery/queue/delivery-queue.js';
import { openQueueBench, type QueueBench } from '../support/queue.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

/** Jobs whose destination is shut between their lease and their turn. */
/** Out of the way of the next test's claim. */
const GIVEN_BACK_FOR_MS = 3_600_000;

let bench: QueueBench;
let queue: DeliveryQueue;
let transport: Transport;
let receiver: Receiver;
let gates: Gates;
let runner: Runner;
let returned: string[];
let holdsLeases: boolean;

beforeAll(async () => {
  bench = await openQueueBench();
  queue = new DeliveryQueue(bench.pool);
  transport = new Transport({ policy: new AddressPolicy(['127.0.0.0/8']) });
  receiver = await startReceiver();
});
afterAll(async () => {
  transport.destroy();
  await receiver.close();
  await bench.close();
});
beforeEach(() => {
  gates = new Gates();
  returned = [];
  holdsLeases = true;
  runner = new Runner(transport, new Settler(queue), gates, new HealthReporter(bench.pool), {
    onRoom: () => undefined,
    onSettled: () => undefined,
    onDue: () => undefined,
    onProbeDue: () => undefined,
    onRecovered: () => undefined,
    holdsLeases: () => holdsLeases,
    giveBack: async (jobs) => {
      returned.push(...jobs.map(({ delivery }) => delivery.deliveryId));
      for (const { processId, delivery } of jobs) await queue.release(processId, [delivery], GIVEN_BACK_FOR_MS);
    },
  });
});

async function leasedJobs(count: number): Promise<Job[]> {
  const account = await bench.newAccount();
  await bench.newDestination(account);
  await bench.fill(account, count);
  const processId = await bench.newProcess();
  const claimed = await bench.claim(processId);
  return claimed.map((delivery) => ({
    processId,
    delivery,
    target: targetOf(delivery),
    event: { eventId: delivery.eventId, contentType: 'application/json', payload: Buffer.from('{}') },
  }));
}

const targetOf = ({ destinationId, accountId }: ClaimedDelivery): PushTarget => ({
  id: destinationId,
  accountId,
  version: 1,
  url: receiver.url,
  httpMethod: 'POST',
  headers: [],
  timeoutMs: 20_000,
  maxConcurrency: 1,
  rateLimit: null,
  retrySchedule: [],
  eventTypes: [],
  ordered: false,
  signingKeys: [],
  weight: 0,
});

function submit(job: Job): void {
  gates.hold(job.target.id, job.target.accountId);
  runner.submit(job);
}

describe('a process that was frozen or starved for so long that others may have its leases', () => {
  it('sends nothing that it holds, and gives it back', async () => {
    receiver.clear();
    const jobs = await leasedJobs(3);
    holdsLeases = false;
    for (const job of jobs) submit(job);
    await runner.idle();
    expect(receiver.requests).toEqual([]);
    expect(returned.toSorted()).toEqual(jobs.map(({ delivery }) => delivery.deliveryId).toSorted());
  });

  it('does not send what waited for its turn either', async () => {
    receiver.clear();
    const [first, second] = await leasedJobs(2);
    if (!first || !second) throw new Error('too few jobs');
    receiver.answer(() => {
      holdsLeases = false;
      return { status: 200 };
    });
    submit(first);
    submit(second);
    await runner.idle();
    expect(receiver.requests).toHaveLength(1);
    expect(returned).toEqual([second.delivery.deliveryId]);
  });
});

describe('what nothing would start any more goes back to the table', () => {
  it('when its destination was to be left alone before it was submitted', async () => {
    const [job] = await leasedJobs(1);
    if (!job) throw new Error('no job');
    gates.mute(job.target.id, true);
    submit(job);
    await runner.idle();
    expect(returned).toEqual([job.delivery.deliveryId]);
    expect(gates.hasWaiting(job.target.id)).toBe(true);
    expect(await queue.leasesOf(job.processId)).toEqual([]);
  });

  it('when the last attempt under way ends while its destination is to be left alone', async () => {
    const [first, second] = await leasedJobs(2);
    if (!first || !second) throw new Error('too few jobs');
    let answer: (() => void) | undefined;
    receiver.answer(async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { status: 500 };
    });
    receiver.clear();
    submit(first);
    submit(second);
    await receiver.waitFor(1, 20_000);
    gates.mute(first.target.id, true);
    answer?.();
    await runner.idle();
    expect(returned).toEqual([second.delivery.deliveryId]);
    expect(await queue.leasesOf(first.processId)).toEqual([]);
  });
});
