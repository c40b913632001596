import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { Gates } from '../../src/delivery/engine/gates.js';
import { HealthReporter } from '../../src/delivery/engine/health-reporter.js';
import { type Job, Runner } from '../../src/delivery/engine/runner.js';
import { Settler } from '../../src/delivery/engine/settler.js';
import { AddressPolicy } from '../../src/delivery/push/address-policy.js';
import { Transport } from '../../src/delivery/push/transport.js';
import { DeliveryQueue } from '../../src/delivery/queue/delivery-queue.js';
import { openQueueBench, settlementOf, type QueueBench } from '../support/queue.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

let bench: QueueBench;
let receiver: Receiver;
let transport: Transport;
beforeAll(async () => {
  [bench, receiver] = await Promise.all([openQueueBench(), startReceiver()]);
  transport = new Transport({ policy: new AddressPolicy(['127.0.0.0/8']) });
});
afterAll(async () => {
  transport.destroy();
  await receiver.close();
  await bench.close();
});

/** A runner for one destination that takes one request at a time, and what it gives back. */
function startRunner() {
  const target = {
    id: uuidv7(),
    accountId: uuidv7(),
    version: 1,
    url: receiver.url,
    httpMethod: 'POST',
    headers: [],
    timeoutMs: 30_000,
    maxConcurrency: 1,
    rateLimit: null,
    retrySchedule: [],
    eventTypes: [],
    ordered: false,
    signingKeys: [],
    weight: 0,
  };
  const gates = new Gates();
  const returned: Job[] = [];
  const runner = new Runner(
    transport,
    new Settler(new DeliveryQueue(bench.pool)),
    gates,
    new HealthReporter(bench.pool),
    {
      onRoom: () => undefined,
      onSettled: () => undefined,
      onDue: () => undefined,
      onProbeDue: () => undefined,
      onRecovered: () => undefined,
      holdsLeases: () => true,
      giveBack: (jobs) => {
        returned.push(...jobs);
        return Promise.resolve();
      },
    },
  );
  const submit = (): string => {
    const [eventId, deliveryId] = [uuidv7(), uuidv7()];
    const lease = { deliveryId, eventId, accountId: target.accountId, destinationId: target.id };
    gates.hold(target.id, target.accountId);
    runner.submit({
      processId: uuidv7(),
      delivery: { cause: 'due', ...lease, leaseNumber: 1, schedulePosition: 0 },
      target,
      event: { eventId, contentType: 'application/json', payload: Buffer.from('{}') },
    });
    return deliveryId;
  };
  return { runner, returned, submit, target };
}

it('what waited long in memory is given back: its destination may be another by now', async () => {
  const { runner, returned, submit } = startRunner();
  // The runner's clock goes on while the second is under way, and at no other time.
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  receiver.answer((_request, number) => {
    if (number === 2) vi.advanceTimersByTime(2_500);
    return { status: 200 };
  });
  for (let i = 0; i < 2; i++) submit();
  const late = [submit(), submit()];
  await runner.idle();
  // The second came at once after the first; the others had to wait for more than two seconds.
  expect(receiver.requests).toHaveLength(2);
  expect(returned.map((job) => job.delivery.deliveryId)).toEqual(late);
});

it.each(['id', 'accountId'] as const)('nothing starts after a recall by %s, and what is under way ends', async (by) => {
  const { runner, returned, submit, target } = startRunner();
  const before = receiver.requests.length;
  const late: string[] = [];
  receiver.answer(() => {
    runner.recall(target[by]);
    late.push(submit());
    return { status: 200 };
  });
  submit();
  const waiting = submit();
  await runner.idle();
  expect(receiver.requests.length - before).toBe(1);
  expect(returned.map((job) => job.delivery.deliveryId)).toEqual([waiting, ...late]);
});

it('an outcome that can not be written down keeps no other from it', async () => {
  const account = await bench.newAccount();
  await bench.newDestination(account);
  await bench.fill(account, 3);
  const processId = await bench.newProcess();
  const [wrong, ...right] = await bench.claim(processId);
  if (!wrong) throw new Error('nothing claimed');
  // An attempt of this number is there already, which nothing we know of brings about.
  await bench.sql(
    `INSERT INTO attempts (delivery_id, number, started_at, method, url, request_headers, timings, message)
     VALUES ($1, $2, now(), 'POST', 'http://a/', '[]', '{}', '')`,
    [wrong.deliveryId, wrong.leaseNumber],
  );
  const settler = new Settler(new DeliveryQueue(bench.pool));
  const done = { kind: 'finished', state: 'delivered', reason: null } as const;
  await Promise.all(
    [wrong, ...right].map((delivery) => settler.settle(processId, settlementOf(delivery, done), false)),
  );
  const states = await bench.sql('SELECT state FROM finished_deliveries WHERE account_id = $1', [account.id]);
  expect(states).toEqual([{ state: 'delivered' }, { state: 'delivered' }]);
});
