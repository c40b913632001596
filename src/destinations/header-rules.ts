import { trimmed, withoutBlanks } from '../common/blanks.js';
import type { FieldErrors } from '../common/problem.js';

/** A header of a destination: one name with its values in order, each sent as a field line of its own. */
export interface Header {
  readonly name: string;
  readonly values: readonly string[];
}

/** What is read instead of a secret value, and keeps the stored one when sent back. */
export const MASK = '********';

const MAX_NAMES = 50;
const MAX_VALUES = 100;
/** All names and values together: what servers commonly take in a request's head, less what we add. */
const MAX_TOTAL_BYTES = 8192;
const MAX_NAME_LENGTH = 256;

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible ASCII with spaces and tabs within. Bytes above (obs-text) are refused: no receiver agrees on their charset. */
const FIELD_VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

const SECRET_NAME = /^(?:authorization|cookie)$|token|secret|key|password|auth|signature/i;

/** Hop-by-hop (RFC 9110, section 7.6.1) or set by us for every request. */
const FORBIDDEN_NAME =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|http2-settings|host|content-length|expect|webhook-.*)$/i;

/** Must its values never be shown? */
export function isSecretHeader(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * Reads the `headers` member of a destination: an object of name to value or list of values. What is wrong is said
 * under `headers` or `headers.<name>`.
 */
export function parseHeaders(value: unknown): { headers: Header[]; errors: FieldErrors } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const wrong = value === undefined ? 'is required' : 'must be an object of name to value or list of values';
    return { headers: [], errors: { headers: [wrong] } };
  }
  const headers: Header[] = [];
  // A map, because a header may be called __proto__, which is a token.
  const errors = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const [key, given] of Object.entries(value)) {
    const name = withoutBlanks(key);
    // Blanks around a value are no part of it (RFC 9110, section 5.5).
    const values: unknown[] = (Array.isArray(given) ? given : [given]).map(trimmed);
    const wrong = wrongName(name, seen) ?? wrongValues(values);
    if (wrong === null) headers.push({ name, values: values.filter((item) => typeof item === 'string') });
    else errors.set(`headers.${name}`, [wrong]);
    seen.add(name.toLowerCase());
  }
  const wrong = seen.size === 0 ? 'must have at least one header' : wrongTotal(headers);
  if (wrong !== null) errors.set('headers', [wrong]);
  return { headers, errors: Object.fromEntries(errors) };
}

function wrongName(name: string, seen: ReadonlySet<string>): string | null {
  if (!TOKEN.test(name) || name.length > MAX_NAME_LENGTH) return 'is not a header name (RFC 9110 token)';
  if (FORBIDDEN_NAME.test(name)) return 'can not be configured: it belongs to the connection or is set by us';
  if (seen.has(name.toLowerCase())) return 'is given twice; header names are equal whatever their case';
  return null;
}

function wrongValues(values: readonly unknown[]): string | null {
  if (values.length === 0) return 'must have at least one value';
  for (const value of values) {
    if (typeof value !== 'string') return 'must be a string or a list of strings';
    if (!FIELD_VALUE.test(value)) {
      return 'must be visible ASCII characters, with spaces and tabs only between them';
    }
  }
  return null;
}

function wrongTotal(headers: readonly Header[]): string | null {
  const lines = headers.flatMap(({ name, values }) => values.map((value) => name.length + value.length));
  if (headers.length > MAX_NAMES) return `must have at most ${MAX_NAMES} names`;
  if (lines.length > MAX_VALUES) return `must have at most ${MAX_VALUES} values`;
  const total = lines.reduce((sum, length) => sum + length, 0);
  return total > MAX_TOTAL_BYTES ? `must have at most ${MAX_TOTAL_BYTES} bytes of names and values together` : null;
}

/** The headers as they may be read: secret values masked, and `unreadable` ones; a single value without its list. */
export function presentHeaders(
  headers: readonly Header[],
  unreadable: ReadonlySet<string> = new Set(),
): Record<string, string | string[]> {
  return Object.fromEntries(
    headers.map(({ name, values }) => {
      const shown = values.map((value) => (isSecretHeader(name) || unreadable.has(value) ? MASK : value));
      const [first] = shown;
      return [name, shown.length === 1 && first !== undefined ? first : shown];
    }),
  );
}

/** Does any value stand for a stored one? */
export function hasMask(headers: readonly Header[]): boolean {
  return headers.some(({ values }) => values.includes(MASK));
}

/** Does any header have values that are not shown? */
export function hasSecret(headers: readonly Header[]): boolean {
  return headers.some(({ name }) => isSecretHeader(name));
}

/** Puts the stored value of the same name and position in the place of each mask. */
export function mergeMasks(
  headers: readonly Header[],
  stored: readonly Header[],
): { headers: Header[]; errors: FieldErrors } {
  const byName = new Map(stored.map(({ name, values }) => [name.toLowerCase(), values]));
  const errors = new Map<string, string[]>();
  const merged = headers.map(({ name, values }) => {
    const kept = byName.get(name.toLowerCase()) ?? [];
    const filled = values.map((value, position) => (value === MASK ? kept[position] : value));
    const known = filled.filter((value) => value !== undefined);
    if (known.length < filled.length) {
      errors.set(`headers.${name}`, [`has the mask ${MASK} where no value is stored: send the value itself`]);
    }
    return { name, values: known };
  });
  return { headers: merged, errors: Object.fromEntries(errors) };
}
