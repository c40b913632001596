import { parseWildDate } from './wild-date.js';

/** The longest that a `Retry-After` is followed. */
export const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/** Above this a number of seconds may be a point in time: as a wait it would be 31 years. */
const MIN_EPOCH_SECONDS = 1_000_000_000;
/** A number counts as a point in time only if it is near. */
const EPOCH_BEHIND_MS = 24 * 3_600_000;
const EPOCH_AHEAD_MS = 31 * 24 * 3_600_000;

/** Milliseconds of the units that are written behind a number; none means seconds. */
const UNITS: ReadonlyMap<string, number> = new Map(
  [
    { names: ['ms', 'msec', 'msecs', 'millisecond', 'milliseconds'], ms: 1 },
    { names: ['', 's', 'sec', 'secs', 'second', 'seconds'], ms: 1000 },
    { names: ['m', 'min', 'mins', 'minute', 'minutes'], ms: 60_000 },
    { names: ['h', 'hr', 'hrs', 'hour', 'hours'], ms: 3_600_000 },
  ].flatMap(({ names, ms }) => names.map((name) => [name, ms] as const)),
);

const NUMBER = /^([+-]?)(\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})\s*([a-z]{0,12})$/i;

/**
 * The wait a `Retry-After` field asks for, at most 24 hours and not below 0; null when it can't be understood. RFC 9110
 * knows whole seconds and an HTTP-date. Servers also send fractions, units, quotes, other dates and points in time as
 * seconds since 1970. Of a list, which comes about when two intermediaries add a field each, the longest wait counts.
 * Fractions are rounded up to the second.
 */
export function parseRetryAfter(value: string, nowMs: number): number | null {
  const waits = itemsOf(value, nowMs).filter((wait) => wait !== null);
  if (waits.length === 0) return null;
  const seconds = Math.ceil(Math.max(...waits) / 1000);
  return Math.min(Math.max(seconds * 1000, 0), MAX_RETRY_AFTER_MS);
}

/** A date may have a comma in it, so an item may be two parts. */
function itemsOf(value: string, nowMs: number): (number | null)[] {
  const parts = value.slice(0, 1024).split(',');
  const waits: (number | null)[] = [];
  for (let at = 0; at < parts.length; at++) {
    const both = waitOf(`${parts[at] ?? ''},${parts[at + 1] ?? ''}`, nowMs);
    waits.push(both ?? waitOf(parts[at] ?? '', nowMs));
    if (both !== null) at++;
  }
  return waits;
}

function waitOf(item: string, nowMs: number): number | null {
  // Parameters, as other fields have them, may follow.
  const [first = ''] = item.split(';');
  const text = first
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();
  const number = NUMBER.exec(text);
  if (number === null) {
    const dateMs = parseWildDate(text, nowMs);
    return dateMs === null ? null : dateMs - nowMs;
  }
  const unitMs = UNITS.get((number[3] ?? '').toLowerCase());
  if (unitMs === undefined) return null;
  const ms = Number(number[2]) * unitMs;
  if (number[1] === '-') return -ms;
  return number[3] === '' ? (waitUntilEpoch(Number(number[2]), nowMs) ?? ms) : ms;
}

/** null: not a point in time near now, neither in seconds nor in milliseconds. */
function waitUntilEpoch(number: number, nowMs: number): number | null {
  if (number < MIN_EPOCH_SECONDS) return null;
  for (const waitMs of [number * 1000 - nowMs, number - nowMs]) {
    if (waitMs > -EPOCH_BEHIND_MS && waitMs < EPOCH_AHEAD_MS) return waitMs;
  }
  return null;
}
