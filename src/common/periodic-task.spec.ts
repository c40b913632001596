import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PeriodicTask } from './periodic-task.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A task whose runs end when told to. */
function task() {
  const runs: PromiseWithResolvers[] = [];
  const periodic = new PeriodicTask('testing', 1_000, () => {
    const run = withResolvers();
    runs.push(run);
    return run.promise;
  });
  return { periodic, runs };
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function withResolvers(): PromiseWithResolvers {
  let resolve = (): void => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((resolveIt, rejectIt) => {
    resolve = resolveIt;
    reject = rejectIt;
  });
  return { promise, resolve, reject };
}

test('runs at its pace, and leaves out the turns that come while a run is under way', async () => {
  const { periodic, runs } = task();
  periodic.start();
  await vi.advanceTimersByTimeAsync(3_500);
  expect(runs).toHaveLength(1);
  runs[0]?.resolve();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(runs).toHaveLength(2);
});

test('a run that fails does not end it', async () => {
  const { periodic, runs } = task();
  periodic.start();
  await vi.advanceTimersByTimeAsync(1_000);
  runs[0]?.reject(new Error('away'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(runs).toHaveLength(2);
});

test('a run out of turn is the one that is under way, if there is one', async () => {
  const { periodic, runs } = task();
  const [one, other] = [periodic.run(), periodic.run()];
  expect(runs).toHaveLength(1);
  runs[0]?.resolve();
  await Promise.all([one, other]);
  void periodic.run();
  expect(runs).toHaveLength(2);
});

test('a stop waits for the run under way, and no other follows', async () => {
  const { periodic, runs } = task();
  periodic.start();
  await vi.advanceTimersByTimeAsync(1_000);
  let isStopped = false;
  const stopped = periodic.stop().then(() => (isStopped = true));
  await vi.advanceTimersByTimeAsync(5_000);
  expect([isStopped, runs.length]).toEqual([false, 1]);
  runs[0]?.resolve();
  await stopped;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(runs).toHaveLength(1);
});
