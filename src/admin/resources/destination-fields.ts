import { withoutBlanks } from '../../common/blanks.js';
import { Problem } from '../../common/problem.js';

/** Stands for a schedule without retries. */
const NO_RETRIES = 'none';

/** Headers as the service has them: a value, or a list of them, by name. */
type Headers = Readonly<Record<string, string | readonly string[]>>;

/**
 * Headers as the form has them: the text of a JSON list of `[name, value]`. AdminJS takes names apart at their dots,
 * and it can't do so with a text.
 */
export function splitHeaders(headers: Headers): string {
  const rows = Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  return JSON.stringify(rows);
}

/** The form's rows as the service takes them: the values of one name together, whatever its case; no empty rows. */
export function joinHeaders(text: unknown): Record<string, string | string[]> {
  const byName = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of readRows(text)) {
    if (name === '' && value === '') continue;
    const known = byName.get(name.toLowerCase());
    if (known) known.values.push(value);
    else byName.set(name.toLowerCase(), { name, values: [value] });
  }
  const entries = [...byName.values()].map(({ name, values }) => {
    const [first] = values;
    return [name, values.length === 1 && first !== undefined ? first : values] as const;
  });
  return Object.fromEntries(entries);
}

function readRows(text: unknown): [string, string][] {
  const rows = typeof text === 'string' && text !== '' ? parseJson(text) : [];
  const isRow = (row: unknown): row is [string, string] =>
    Array.isArray(row) && row.length === 2 && row.every((part) => typeof part === 'string');
  if (!Array.isArray(rows) || !rows.every(isRow)) throw Problem.field('headers', 'must be a list of names and values');
  return rows.map(([name, value]) => [withoutBlanks(name), value]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A list of texts as lines: none of them has a line break, any other separator might be part of one. Forms send CRLF. */
export function joinLines(values: readonly string[]): string {
  return values.join('\n');
}

export function splitLines(text: unknown): string[] {
  return typeof text === 'string' ? text.split(/\r?\n/).filter((line) => withoutBlanks(line) !== '') : [];
}

/** A schedule as the form has it: the seconds, or a word for none. */
export function joinSchedule(seconds: readonly number[]): string {
  return seconds.length === 0 ? NO_RETRIES : seconds.join(', ');
}

export function splitSchedule(text: unknown): unknown[] {
  return text === NO_RETRIES ? [] : splitNumbers(text);
}

function splitList(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** What is no number stays text, so that the service says what is wrong with it. */
export function toNumber(text: unknown): unknown {
  return typeof text === 'string' && /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

/** A form has no null: a field that was emptied, or holds nothing but blanks. */
export function isEmptied(value: unknown): boolean {
  return value === null || (typeof value === 'string' && withoutBlanks(value) === '');
}

function splitNumbers(text: unknown): unknown[] {
  return splitList(text).map(toNumber);
}
