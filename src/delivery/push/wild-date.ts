const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const CLOCK = String.raw`(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d{1,9}))?)?`;
const ZONE = String.raw`(?:\s*(?<zone>[a-z]{1,4}|(?:gmt|utc)?[+-]\d\d:?\d\d)(?:\s*\([a-z ]{1,40}\))?)?`;
const WEEKDAY = String.raw`(?:[a-z]{3,9}\.?,?\s+)?`;

/**
 * RFC 1123 and RFC 850 with what varies in the field (the weekday, digits of the day, hyphens, whole names of months,
 * seconds, the zone), asctime, and ISO 8601. `Date.parse` would take nearly anything, and day and month in the order of
 * one country.
 */
const FORMS = [
  String.raw`${WEEKDAY}(?<day>\d{1,2})[ -](?<month>[a-z]{3,9})\.?[ -](?<year>\d{4}|\d\d)\s+${CLOCK}${ZONE}`,
  String.raw`${WEEKDAY}(?<month>[a-z]{3,9})\s+(?<day>\d{1,2})\s+${CLOCK}(?:\s+(?<zone>[a-z]{1,4}))?\s+(?<year>\d{4})`,
  String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T\s]\s*${CLOCK}${ZONE})?`,
].map((form) => new RegExp(`^${form}$`, 'i'));

/** Hours from UTC, by the names of RFC 822. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ...['gmt', 'utc', 'ut', 'z'].map((name) => [name, 0] as const),
  ['est', -5],
  ['edt', -4],
  ['cst', -6],
  ['cdt', -5],
  ['mst', -7],
  ['mdt', -6],
  ['pst', -8],
  ['pdt', -7],
]);

/** A date as servers send it, in ms since 1970; null when it is none. Without a zone it is UTC. */
export function parseWildDate(text: string, nowMs: number): number | null {
  const parts = FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (!parts) return null;
  const number = (name: string): number => Number(parts[name] ?? 0);
  const month = monthOf(parts.month ?? '');
  const offsetMs = offsetOf(parts.zone ?? 'z');
  const day = number('day');
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')];
  if (month === null || offsetMs === null || hour > 23 || minute > 59 || second > 60) return null;
  const year = parts.year?.length === 2 ? fullYear(number('year'), nowMs) : number('year');
  const midnight = new Date(Date.UTC(year, month, day));
  // The 31st of February would be one of March.
  if (midnight.getUTCDate() !== day || midnight.getUTCMonth() !== month) return null;
  const fractionMs = Number(`0.${parts.fraction ?? 0}`) * 1000;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + fractionMs - offsetMs;
}

function monthOf(text: string): number | null {
  const number = /^\d/.test(text) ? Number(text) - 1 : MONTHS.indexOf(text.slice(0, 3).toLowerCase());
  return number >= 0 && number < 12 ? number : null;
}

function offsetOf(zone: string): number | null {
  const numeric = /([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (numeric === null) {
    const hours = ZONES.get(zone.toLowerCase());
    return hours === undefined ? null : hours * 3_600_000;
  }
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
  return (numeric[1] === '-' ? -minutes : minutes) * 60_000;
}

/** Two digits that seem more than 50 years ahead mean the past century (RFC 9110, section 5.6.7). */
function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
