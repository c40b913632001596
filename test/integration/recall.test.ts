import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { Recall } from '../../src/delivery/queue/recall.js';
import { WakeListener } from '../../src/delivery/queue/wake-channel.js';
import { openQueueBench, type QueueBench } from '../support/queue.js';

let bench: QueueBench;
beforeAll(async () => {
  bench = await openQueueBench();
});
afterAll(() => bench.close());

/** A process that delivers, or hears only (`ROLE=api`). */
async function startProcess(delivers: boolean) {
  const processId = delivers ? await bench.newProcess() : null;
  const recall = new Recall(bench.pool);
  const recalled: string[] = [];
  if (delivers) recall.onRecall = (id) => recalled.push(id);
  const listener = new WakeListener(bench.databaseUrl, (message) => recall.receive(message, processId));
  await listener.start();
  onTestFinished(() => listener.stop());
  return { recalled, recall: (id: string) => recall.recall(id, processId) };
}

it('every process that delivers has heard of a recall when it returns, from a process that delivers or does not', async () => {
  const [api, one, other] = [await startProcess(false), await startProcess(true), await startProcess(true)];
  const [first, second] = [uuidv7(), uuidv7()];
  await api.recall(first);
  expect([one.recalled, other.recalled]).toEqual([[first], [first]]);
  await one.recall(second);
  expect(new Set(one.recalled)).toEqual(new Set([first, second]));
  expect(other.recalled).toEqual([first, second]);
});

it('a process that does not answer holds a recall up for a second only', async () => {
  await bench.newProcess();
  const api = await startProcess(false);
  await expect(api.recall(uuidv7())).resolves.toBeUndefined();
});
