import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gates, MAX_HELD, MAX_HELD_BYTES, shareOf } from './gates.js';
import type { PushTarget } from './push-target.js';

const ID = '0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a';
const ACCOUNT = '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f';

const target = (more: Partial<PushTarget> = {}): PushTarget => ({
  id: ID,
  accountId: ACCOUNT,
  version: 1,
  url: 'https://r.example.com/',
  httpMethod: 'POST',
  headers: [],
  timeoutMs: 1_000,
  maxConcurrency: 2,
  rateLimit: null,
  retrySchedule: [],
  eventTypes: [],
  ordered: false,
  signingKeys: [],
  weight: 0,
  ...more,
});

let gates: Gates;
beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  gates = new Gates();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('shareOf', () => {
  it.each([
    [16, 1],
    [16, 3],
    [1, 2],
    [2, 5],
    [100, 7],
  ])('gives %d out whole to %d processes, as evenly as can be', (limit, processes) => {
    const shares = Array.from({ length: processes }, (_, index) => shareOf(limit, ID, processes, index));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(limit);
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
  });

  it('gives the rest of different destinations to different processes', () => {
    const holders = ['000000', '000001'].map((end) => shareOf(1, `0198d4a2-6f00-7c21-8a11-5f6e7d${end}`, 2, 0));
    expect(new Set(holders)).toEqual(new Set([0, 1]));
  });
});

describe('an account', () => {
  const other = target({
    id: '0198d4a2-6f00-7c21-8a11-000000000000',
    accountId: '0198d4a2-5c1e-7b3a-9f00-000000000000',
  });

  /** Does the process take more for it: handed over, and claimed? */
  const hasRoom = (destination: PushTarget): boolean[] => {
    gates.queueUp(destination.id);
    const canClaim = gates.hasRoom(destination.id, destination);
    gates.emptied(destination.id, performance.now());
    return [gates.canTakeAtOnce(destination, performance.now()), canClaim];
  };

  it('with many slow destinations leaves room for the others', () => {
    for (let n = 0; n < MAX_HELD / 2; n++) gates.hold(`slow ${n}`, ACCOUNT);
    expect([hasRoom(target()), hasRoom(other)]).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(gates.crowdedAccounts()).toEqual([ACCOUNT]);
    gates.letGo('slow 0');
    expect([hasRoom(target()), gates.crowdedAccounts()]).toEqual([[true, true], []]);
  });

  it('with large payloads does so, too', () => {
    gates.hold('large', ACCOUNT);
    gates.carry('large', MAX_HELD_BYTES / 2);
    expect([hasRoom(target()), hasRoom(other)]).toEqual([
      [false, false],
      [true, true],
    ]);
    gates.carry('large', -1);
    expect(gates.crowdedAccounts()).toEqual([]);
  });
});

describe('what is taken at once', () => {
  const canTake = (destination: PushTarget): boolean => gates.canTakeAtOnce(destination, performance.now());

  it('is as much as may be under way', () => {
    for (const expected of [true, true, false]) {
      expect(canTake(target())).toBe(expected);
      gates.hold(ID, ACCOUNT);
    }
    for (let held = 3; held >= 2; held--) gates.letGo(ID);
    expect(canTake(target())).toBe(true);
  });

  it('is nothing where others have a say or something older waits', () => {
    expect(canTake(target({ ordered: true }))).toBe(false);
    expect(canTake(target({ rateLimit: 5 }))).toBe(false);
    gates.queueUp(ID);
    expect(canTake(target())).toBe(false);
    gates.emptied(ID, performance.now());
    expect(canTake(target())).toBe(true);
  });

  it('is nothing behind what was left in the table, until all of that has been taken', () => {
    gates.hold(ID, ACCOUNT);
    gates.leave(ID, performance.now());
    expect([canTake(target()), gates.waiting()]).toEqual([false, [ID]]);
    vi.advanceTimersByTime(1);
    gates.emptied(ID, performance.now());
    expect([canTake(target()), gates.waiting()]).toEqual([true, []]);
    vi.advanceTimersByTime(1);
    gates.leave(ID, performance.now());
    expect([canTake(target()), gates.waiting()]).toEqual([false, [ID]]);
  });

  it('goes on although something waits that was left there while the last of a backlog was being taken', () => {
    gates.hold(ID, ACCOUNT);
    gates.queueUp(ID);
    const plannedAtMs = performance.now();
    vi.advanceTimersByTime(1);
    const claimedAtMs = performance.now();
    vi.advanceTimersByTime(1);
    // Accepted by a statement that ended first, and so maybe not seen by the claim;
    gates.leave(ID, plannedAtMs);
    vi.advanceTimersByTime(1);
    gates.emptied(ID, claimedAtMs);
    expect([canTake(target()), gates.waiting()]).toEqual([true, [ID]]);
    // by one that ended later;
    gates.emptied(ID, performance.now());
    vi.advanceTimersByTime(1);
    gates.leave(ID, plannedAtMs);
    expect([canTake(target()), gates.waiting()]).toEqual([true, [ID]]);
    // and for which a claim found no room.
    gates.queueUp(ID);
    expect(canTake(target())).toBe(false);
  });

  it('is nothing during a pause; a shorter one does not end a longer', () => {
    gates.rest(ID, performance.now() + 1_000);
    gates.rest(ID, performance.now() + 10);
    vi.advanceTimersByTime(999);
    expect(canTake(target())).toBe(false);
    vi.advanceTimersByTime(1);
    expect(canTake(target())).toBe(true);
  });

  it('is nothing in a process that has no share', () => {
    const one = target({ maxConcurrency: 1 });
    const taken = [0, 1].map((index) => {
      gates.setMembership(2, index);
      return canTake(one);
    });
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  /** So many requests follow one another, `everyMs`. */
  const run = (count: number, everyMs: number): void => {
    for (let n = 0; n < count; n++) {
      vi.advanceTimersByTime(everyMs);
      gates.hold(ID, ACCOUNT);
      gates.begin(target());
      gates.end(ID);
      gates.letGo(ID);
    }
    for (let n = 0; n < 10; n++) gates.hold(ID, ACCOUNT);
  };
  const lookahead = (): number => 10 - (gates.taken(performance.now()).get(ID) ?? 0);

  it('is more for a destination that is fast', () => {
    run(5_000, 1);
    expect(canTake(target())).toBe(true);
    expect(lookahead()).toBe(500);
    vi.advanceTimersByTime(10_000);
    expect(canTake(target())).toBe(false);
    expect(lookahead()).toBe(0);
  });

  it('is more for one that begins fast, as far as can be told', () => {
    run(10, 1);
    expect(lookahead()).toBe(39);
  });

  it('is no more for one that is slow', () => {
    run(100, 600);
    expect(lookahead()).toBeLessThan(6);
    vi.advanceTimersByTime(100);
    expect(lookahead()).toBeLessThan(5);
  });
});

describe('what is left in the table', () => {
  const isClaimable = (destination = target()): boolean => gates.isClaimable(ID, destination);

  it('is worth a claim while there is room for it', () => {
    expect([isClaimable(), gates.isClaimable(ID, undefined)]).toEqual([true, true]);
    gates.hold(ID, ACCOUNT);
    expect([isClaimable(), isClaimable(target({ ordered: true }))]).toEqual([true, false]);
    gates.hold(ID, ACCOUNT);
    expect([isClaimable(), gates.isClaimable(ID, undefined)]).toEqual([false, true]);
    gates.letGo(ID);
    expect(isClaimable()).toBe(true);
  });

  it('is so where only claiming can tell', () => {
    for (let n = 0; n < 2; n++) gates.hold(ID, ACCOUNT);
    expect(isClaimable(target({ rateLimit: 5 }))).toBe(true);
    gates.carry(ID, MAX_HELD_BYTES);
    expect(isClaimable()).toBe(true);
  });

  it('is not while its destination rests, until it recovers', () => {
    gates.rest(ID, performance.now() + 60_000);
    gates.queueUp(ID);
    expect(isClaimable()).toBe(false);
    gates.recovered(ID);
    expect(isClaimable()).toBe(true);
  });
});

describe('a circuit', () => {
  const fail = (times: number): number =>
    Array.from({ length: times }, () => gates.note(ID, 'down')).filter(Boolean).length;

  it('opens once, whatever else fails that was under way', () => {
    expect(fail(10)).toBe(1);
    gates.rest(ID, performance.now() + 5_000);
    expect(fail(100)).toBe(0);
  });

  it('forgets its failures with a success', () => {
    fail(9);
    gates.note(ID, 'up');
    expect(fail(9)).toBe(0);
  });

  it('learns nothing from attempts that began before its destination recovered', () => {
    gates.hold(ID, ACCOUNT);
    const beganAtMs = performance.now();
    vi.advanceTimersByTime(1);
    gates.recovered(ID);
    expect([gates.isOutdated(ID, beganAtMs), gates.isOutdated(ID, performance.now())]).toEqual([true, false]);
  });

  it('of a destination that is gone is forgotten', () => {
    fail(9);
    expect(gates.size).toBe(1);
    vi.advanceTimersByTime(3_600_000);
    gates.room(() => undefined, performance.now());
    expect(gates.size).toBe(0);
  });
});

describe('a rate limit', () => {
  const limited = target({ rateLimit: 4 });
  const room = (): number | undefined => gates.room(() => limited, performance.now()).get(ID);

  it('is earned by time, at most a second’s worth', () => {
    gates.queueUp(ID);
    expect(room()).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(room()).toBe(4);
    for (let n = 0; n < 4; n++) gates.spend(ID);
    expect(room()).toBe(0);
    expect(gates.hasRoom(ID, limited)).toBe(false);
    expect(gates.msUntilToken(limited)).toBe(250);
    vi.advanceTimersByTime(500);
    expect(room()).toBe(2);
  });

  it('is shared with the other processes', () => {
    gates.setMembership(2, 0);
    gates.queueUp(ID);
    vi.advanceTimersByTime(60_000);
    expect(room()).toBe(2);
  });
});

it('a gate with nothing to remember is forgotten', () => {
  gates.hold(ID, ACCOUNT);
  gates.queueUp(ID);
  expect(gates.waiting()).toEqual([ID]);
  gates.letGo(ID);
  gates.emptied(ID, performance.now());
  expect(gates.waiting()).toEqual([]);
  expect(gates.taken(performance.now())).toEqual(new Map());
});
