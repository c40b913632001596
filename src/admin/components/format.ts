/** So that a number and its unit are never torn apart. */
const SPACE = '\u00a0';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A length of time as people say it: `12 ms`, `1.4 s`, `3 min`, `2 h`. */
export function duration(ms: number): string {
  for (const [unit, size] of UNITS) {
    // What would be rounded to 1000 ms or 60 s is one of the next unit.
    if (ms < size * 0.995) continue;
    const amount = ms / size;
    return `${amount < 9.95 && amount % 1 !== 0 ? round(amount, 1) : Math.round(amount)}${SPACE}${unit}`;
  }
  return `${ms < 9.95 ? round(ms, 1) : Math.round(ms)}${SPACE}ms`;
}

const COMPACT = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 2 });

/** `max`: a count that stopped there stands for that many or more. */
export function count(number: number, max = Infinity): string {
  if (number >= max) return `${max.toLocaleString()}+`;
  return number < 1_000_000 ? number.toLocaleString() : COMPACT.format(number);
}

/** The share of `part` in `whole`, never rounded up to all or down to nothing. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '–';
  if (part === whole || part === 0) return `${part === 0 ? 0 : 100}${SPACE}%`;
  const percent = Math.min(99.9, Math.max(0.1, (100 * part) / whole));
  return `${percent < 10 || percent > 90 ? percent.toFixed(1) : Math.round(percent)}${SPACE}%`;
}

/** Bytes as people read them. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes}${SPACE}B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)}${SPACE}KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)}${SPACE}MiB`;
}

/** How long ago, or in how long. */
export function ago(iso: string, nowMs: number): string {
  const ms = nowMs - Date.parse(iso);
  if (Math.abs(ms) < 1_000) return 'now';
  return ms > 0 ? `${duration(ms)} ago` : `in ${duration(-ms)}`;
}

function round(number: number, digits: number): number {
  return Number(number.toFixed(digits));
}
