import { UnsendableError } from './errors.js';
import type { HttpRequest } from './http-request.js';

/** Up to here one piece of memory for head and content is cheaper than two writes. */
const MAX_COPIED_BYTES = 16_384;

const NOT_IN_TARGET = /[^\x21-\x7e]/;
const METHOD = /^[A-Z]+$/;
/** Of these a missing content is said to be empty (RFC 9110, section 8.6). */
const EXPECTS_CONTENT: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/**
 * The request as it goes over the wire, in one piece or two. `target`: path and query. Throws {@link UnsendableError}
 * for what would not be the request that was meant.
 */
export function requestBytes({ method, headers, body }: HttpRequest, host: string, target: string): Buffer[] {
  if (!METHOD.test(method)) throw new UnsendableError('the method is no HTTP method');
  if (NOT_IN_TARGET.test(target)) throw new UnsendableError('the path has characters that no path may have');
  let head = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${headers}`;
  const length = body?.length ?? 0;
  head += length > 0 || EXPECTS_CONTENT.has(method) ? `content-length: ${length}\r\n\r\n` : '\r\n';
  if (body === null || length === 0) return [Buffer.from(head, 'latin1')];
  if (length > MAX_COPIED_BYTES) return [Buffer.from(head, 'latin1'), body];
  const bytes = Buffer.allocUnsafe(head.length + length);
  bytes.write(head, 'latin1');
  body.copy(bytes, head.length);
  return [bytes];
}
