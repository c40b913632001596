/** Seconds before each retry, unless the destination has a schedule of its own. Some 18 hours in all. */
export const DEFAULT_RETRY_SCHEDULE: readonly number[] = [5, 30, 120, 600, 1800, 7200, 18_000, 36_000];

const JITTER = 0.2;

/**
 * How long to wait before the retry at `position` (0 for the first one), or null when the schedule is used up.
 * ±20 % (`random` gives 0 to 1), so that what failed together does not come back together.
 */
export function nextDelayMs(
  scheduleSeconds: readonly number[],
  position: number,
  random: () => number = Math.random,
): number | null {
  const seconds = scheduleSeconds[position];
  return seconds === undefined ? null : Math.round(seconds * 1000 * (1 - JITTER + 2 * JITTER * random()));
}
