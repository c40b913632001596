/** What the address policy says of a URL when it is saved; provided by who knows addresses. */
export abstract class DestinationUrlPolicy {
  /** Why the URL's host may not be reached (a literal address that is not public), in words, or null. */
  abstract check(url: URL): string | null;
}

const MAX_LENGTH = 8192;

/** What is wrong with the form of a destination's URL, in words that follow the field's name, or null. */
export function wrongUrlForm(value: unknown): string | null {
  if (value === undefined) return 'is required';
  if (typeof value !== 'string') return 'must be a string';
  if (value.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters`;
  // The parser would silently drop line breaks and tabs, and replace half of a surrogate pair.
  if (/[\s\p{Cc}\p{Surrogate}]/u.test(value)) return 'must not contain spaces or control characters';
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return 'must be an http or https URL';
  const url = new URL(value);
  if (url.href.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters when encoded`;
  if (url.username !== '' || url.password !== '') {
    return 'must not contain a user name or password; use an Authorization header';
  }
  return null;
}

/** Do both URLs belong to the same scheme, host and port? */
export function hasSameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}
