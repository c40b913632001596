/** RFC 3339 with a zone, and the ways in which databases and people write the same. */
const TIME =
  /^(?<day>\d{4}-\d\d-\d\d)[Tt ](?<hour>\d\d):(?<minute>\d\d)(?<second>:\d\d(?:\.\d+)?)?(?: ?(?<utc>[Zz])|(?<sign>[+ -])(?<hours>\d\d)(?::?(?<minutes>\d\d))?)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
const EXPECTED = 'must be a time with a zone such as 2026-01-31T09:00:00Z or 2026-01-31T10:00:00+01:00';
const END_MS = Date.UTC(9999, 0);

/**
 * A point in time, as milliseconds since 1970, or what is wrong in words that follow the parameter's name. A plus that
 * was not encoded in a query string comes as a space: where only a plus can stand, it is one.
 */
export function readTime(text: string): { readonly value: number } | { readonly wrong: string } {
  const found = TIME.exec(text)?.groups;
  if (!found) return { wrong: explain(text) };
  const { day = '', hour, minute, second = ':00', sign = '+', hours = '00', minutes = '00' } = found;
  const zone = `${sign === '-' ? '-' : '+'}${hours}:${minutes}`;
  const ms = isDay(day) ? Date.parse(`${day}T${hour}:${minute}${second}${zone}`) : Number.NaN;
  if (Number.isNaN(ms)) return { wrong: `${EXPECTED}; there is no such time` };
  return ms >= 0 && ms < END_MS ? { value: ms } : { wrong: `${EXPECTED}, from 1970 to 9998` };
}

/** Nothing is guessed: whose midnight, or whose clock, was meant? */
function explain(text: string): string {
  if (DAY.test(text)) return `${EXPECTED}; a day alone has no time: write ${text}T00:00:00Z`;
  if (WITHOUT_ZONE.test(text)) return `${EXPECTED}; the zone is missing: write ${text.replace(' ', 'T')}Z`;
  if (/^\d{9,13}$/.test(text)) {
    const ms = text.length > 11 ? Number(text) : Number(text) * 1000;
    const time = new Date(ms).toISOString().replace('.000Z', 'Z');
    return `${EXPECTED}; ${text} may be a count since 1970: write ${time}`;
  }
  return EXPECTED;
}

/** Is there such a day? `Date` takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const day = new Date(date);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}
