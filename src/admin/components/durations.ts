const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** Stands for a schedule without retries. */
export const NO_RETRIES = 'none';

/** Seconds as people write them: `90` as `1m30s`. */
export function durationText(seconds: number): string {
  let rest = seconds;
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count}${unit}` : '';
  });
  return parts.join('') || '0s';
}

/** Seconds of what a person writes (`30s`, `1h30m`, `90`), or null when it is no duration. */
export function parseDuration(text: string): number | null {
  const match = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s?)?$/i.exec(text);
  if (!match || text === '') return null;
  const [, ...counts] = match;
  return UNITS.reduce((sum, [, size], index) => sum + Number(counts[index] ?? 0) * size, 0);
}

/** A schedule as the form holds it (`5, 30, 120`) as people write it (`5s 30s 2m`). */
export function scheduleText(stored: string): string {
  return stored
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? durationText(Number(part)) : part))
    .join(' ');
}

/** The other way; `wrong` is the first part that is no duration, and stays for the server to refuse. */
export function parseSchedule(text: string): { stored: string; seconds: readonly number[]; wrong: string | null } {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  if (parts.length === 1 && parts[0]?.toLowerCase() === NO_RETRIES) {
    return { stored: NO_RETRIES, seconds: [], wrong: null };
  }
  const parsed = parts.map((part) => parseDuration(part) ?? part);
  const wrong = parsed.find((part) => typeof part === 'string') ?? null;
  return {
    stored: parsed.join(', '),
    seconds: parsed.filter((part) => typeof part === 'number'),
    wrong: typeof wrong === 'string' ? wrong : null,
  };
}
