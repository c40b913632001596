import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IncomingEvent } from '../delivery/queue/enqueue.js';
import { CommitLane, type Family } from './commit-lane.js';

/** How many events each commit held, in order. */
let commits: number[];
/** Ends the commit that is under way; so many deliveries were made of its events. */
let endCommit: (deliveries?: number) => void;
let lane: CommitLane;

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  commits = [];
  lane = new CommitLane(256, (batch) => {
    commits.push(batch.length);
    return new Promise((resolve) => (endCommit = (deliveries = batch.length) => resolve(deliveries)));
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function eventOf(eventId: string, externalId: string | null, payload: Buffer = Buffer.from('{}')): IncomingEvent {
  const contentType = 'application/json';
  return { eventId, tokenHash: Buffer.alloc(32), externalId, eventType: null, contentType, payload, payloadHash: null };
}

function addEvent(eventId: string, externalId: string | null = null, payload?: Buffer): void {
  lane.add({
    event: eventOf(eventId, externalId, payload),
    sinceMs: performance.now(),
    resolve: () => undefined,
    reject: () => undefined,
  });
}

function add(count: number): void {
  for (let n = 0; n < count; n++) addEvent(String(n));
}

/** All that happens without a timer has happened. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await nextTurn();
}

/** A commit of so many events that takes so long; `meanwhile` more arrive during it. */
async function commit(count: number, durationMs: number, meanwhile = 0): Promise<void> {
  add(count);
  await settle();
  vi.advanceTimersByTime(durationMs);
  add(meanwhile);
  endCommit();
  await settle();
}

describe('a commit', () => {
  it('begins at once when nothing was going on, with what comes in the same turn', async () => {
    await commit(3, 1);
    expect(commits).toEqual([3]);
    vi.advanceTimersByTime(1_000);
    add(1);
    await settle();
    expect(commits).toEqual([3, 1]);
  });

  it('does not let a sender wait that is alone', async () => {
    await commit(1, 10);
    await commit(1, 10);
    expect(commits).toEqual([1, 1]);
  });

  it('waits for as many as were there when the last one ended', async () => {
    await commit(2, 10, 3);
    expect(commits).toEqual([2]);
    add(1);
    await settle();
    expect(commits).toEqual([2]);
    add(1);
    await settle();
    expect(commits).toEqual([2, 5]);
  });

  it('takes what comes in the same turn as the one it waited for', async () => {
    await commit(2, 10);
    add(2);
    for (let step = 0; step < 10; step++) await Promise.resolve();
    add(1);
    await settle();
    expect(commits).toEqual([2, 3]);
  });

  it('waits for nobody when as many bytes are there as it takes, or were when the last one began', async () => {
    const payload = Buffer.alloc(1024 * 1024);
    const addLarge = (count: number): void => {
      for (let n = 0; n < count; n++) addEvent(String(n), null, payload);
    };
    await commit(16, 10);
    addLarge(3);
    await settle();
    expect(commits).toEqual([16]);
    addLarge(3);
    await settle();
    expect(commits).toEqual([16, 4]);
    endCommit();
    await settle();
    expect(commits).toEqual([16, 4, 2]);
  });

  it('waits for no longer than half of what the last one took', async () => {
    await commit(2, 6, 2);
    vi.advanceTimersByTime(2);
    await settle();
    expect(commits).toEqual([2]);
    vi.advanceTimersByTime(1);
    await settle();
    expect(commits).toEqual([2, 2]);
  });

  it('waits for 5 ms at most, however long the last one took', async () => {
    await commit(2, 5_000, 1);
    vi.advanceTimersByTime(4);
    await settle();
    expect(commits).toEqual([2]);
    vi.advanceTimersByTime(1);
    await settle();
    expect(commits).toEqual([2, 1]);
  });

  it.each([
    [0, 32],
    [1, 16],
    [3, 8],
    [10, 3],
  ])('with %d deliveries of an event waits for %d events at most', async (fanOut, enough) => {
    add(100);
    await settle();
    vi.advanceTimersByTime(10);
    endCommit(100 * fanOut);
    await settle();
    add(enough - 1);
    await settle();
    expect(commits).toEqual([100]);
    add(1);
    await settle();
    expect(commits).toEqual([100, enough]);
  });
});

it('an id that comes twice is stored once', async () => {
  const families: (readonly Family[])[] = [];
  lane = new CommitLane(256, (batch) => {
    families.push(batch);
    return Promise.resolve(0);
  });
  addEvent('1', 'a');
  addEvent('2');
  addEvent('3', 'a');
  addEvent('4');
  await settle();
  expect(families.map((batch) => batch.map((family) => family.map((item) => item.event.eventId)))).toEqual([
    [['1', '3'], ['2'], ['4']],
  ]);
});
