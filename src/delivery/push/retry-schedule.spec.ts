import { describe, expect, it } from 'vitest';
import { DEFAULT_RETRY_SCHEDULE, nextDelayMs } from './retry-schedule.js';

describe('nextDelayMs', () => {
  it.each([
    [0, 0, 4000],
    [0, 0.5, 5000],
    [0, 1, 6000],
    [7, 0.5, 36_000_000],
  ])('at %i with %d is %i ms', (position, random, expected) => {
    expect(nextDelayMs(DEFAULT_RETRY_SCHEDULE, position, () => random)).toBe(expected);
  });

  it('is null once the schedule is used up', () => {
    expect(nextDelayMs(DEFAULT_RETRY_SCHEDULE, 8)).toBeNull();
    expect(nextDelayMs([], 0)).toBeNull();
  });
});
