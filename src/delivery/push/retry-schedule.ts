/** Seconds before each retry, unless the destination has a schedule of its own. Some 18 hours in all. */
export const DEFAULT_RETRY_SCHEDULE: readonly number[] = [5, 30, 120, 600, 1800, 7200, 18_000, 36_000];

/** The longest that a `Retry-After` is followed. */
export const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

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

/**
 * The wait a `Retry-After` field asks for (RFC 9110: seconds or an HTTP-date), at most 24 hours and not below 0;
 * null when it is neither.
 */
export function parseRetryAfter(value: string, nowMs: number): number | null {
  const text = value.trim();
  const delayMs = /^-?\d+$/.test(text) ? Number(text) * 1000 : httpDateMs(text, nowMs) - nowMs;
  return Number.isNaN(delayMs) ? null : Math.min(Math.max(delayMs, 0), MAX_RETRY_AFTER_MS);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLOCK = String.raw`(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d):(?<second>[0-5]\d|60)`;
/** The three forms a recipient must accept; `Date.parse` would take nearly anything. */
const HTTP_DATES = [
  new RegExp(String.raw`^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) ${CLOCK} GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) ${CLOCK} GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) ${CLOCK} (?<year>\d{4})$`),
];

function httpDateMs(text: string, nowMs: number): number {
  const parts = HTTP_DATES.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  const month = MONTHS.indexOf(parts?.month ?? '');
  if (!parts || month < 0) return Number.NaN;
  const number = (name: string): number => Number(parts[name]);
  const year = parts.year?.length === 2 ? fullYear(number('year'), nowMs) : number('year');
  return Date.UTC(year, month, number('day'), number('hour'), number('minute'), number('second'));
}

/** Two digits that seem more than 50 years ahead mean the past century (RFC 9110, 5.6.7). */
function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
