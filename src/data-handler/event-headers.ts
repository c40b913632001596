import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '../common/problem.js';

const MAX_CHARACTERS = 255;

/** The caller's id and the type of an event, from its headers; an empty one counts as not sent. */
export function readEventHeaders(headers: IncomingHttpHeaders): {
  externalId: string | null;
  eventType: string | null;
} {
  return {
    externalId: readLabel(headers, 'CL-X-EVENT-ID') ?? readLabel(headers, 'Idempotency-Key'),
    eventType: readLabel(headers, 'CL-X-EVENT-TYPE'),
  };
}

/** Visible ASCII, so that it means the same in a header, a URL and a log. */
function readLabel(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name.toLowerCase()];
  if (value === undefined || value === '') return null;
  if (typeof value !== 'string' || value.length > MAX_CHARACTERS || !/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value)) {
    throw new Problem('invalid_data', {
      error: `${name} must have 1 to ${MAX_CHARACTERS} visible ASCII characters`,
      errors: { [name]: [`must have 1 to ${MAX_CHARACTERS} visible ASCII characters`] },
    });
  }
  return value;
}
