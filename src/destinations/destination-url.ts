import { blankWithin } from '../common/blanks.js';

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
  if (value === '') return 'must not be empty';
  if (value.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters`;
  // The parser would silently drop line breaks, tabs and what has no width, and replace half of a surrogate pair.
  const blank = blankWithin(value);
  if (blank !== null) return blank;
  if (/[\p{Cc}\p{Surrogate}]/u.test(value)) return 'must not contain control characters or half of a surrogate pair';
  const wrong = wrongAuthority(value);
  if (wrong !== null) return wrong;
  if (!URL.canParse(value)) return 'must be an http or https URL whose host is a name or an address';
  const url = new URL(value);
  if (url.href.length > MAX_LENGTH) return `must have at most ${MAX_LENGTH} characters when encoded`;
  if (url.username !== '' || url.password !== '') {
    return 'must not contain a user name or password; use an Authorization header';
  }
  return wrongHost(url.hostname);
}

/** What the URL parser would mend in silence, and so reach another host than the person has read. */
function wrongAuthority(text: string): string | null {
  const [, scheme = '', slashes = '', rest = ''] = /^(https?):([\\/]*)(.*)$/is.exec(text) ?? [];
  if (scheme === '') return 'must begin with http:// or https://';
  if (slashes.includes('\\') || /^[^?#]*\\/.test(rest)) return 'must not contain a backslash: write /';
  if (slashes.length < 2) return `must begin with ${scheme.toLowerCase()}://`;
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (slashes.length > 2 || host === '' || host.startsWith(':'))
    return `must name a host after ${scheme.toLowerCase()}://`;
  if (host.includes('%')) return 'must not have a percent sign in its host';
  const port = /:([^:\]]*)$/.exec(host)?.[1] ?? '';
  if (port === '') return null;
  if (/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535) return null;
  return 'must have a port from 1 to 65535';
}

/** By the lengths of RFC 1035. A dot at the end is part of a name. */
function wrongHost(hostname: string): string | null {
  if (hostname.startsWith('[')) return null;
  const labels = hostname.replace(/\.$/, '').split('.');
  if (labels.includes('')) return 'has a host with an empty part between its dots';
  const isLong = hostname.length > 254 || labels.some((label) => label.length > 63);
  return isLong ? 'has a host that is longer than names may be: 63 characters between dots, 253 in all' : null;
}

/** Do both URLs belong to the same scheme, host and port? */
export function hasSameOrigin(one: string, other: string): boolean {
  return new URL(one).origin === new URL(other).origin;
}
