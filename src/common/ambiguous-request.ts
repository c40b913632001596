import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';

/** Of these Node takes the first and drops the others; whoever stands before it may take the last. */
const SINGLE = new Set(['host', 'content-type', 'authorization', 'content-encoding', 'transfer-encoding']);

/**
 * Refuses what two readers may read as two different requests (RFC 9112, sections 3.2 and 6.1), and closes: a proxy
 * that reads it otherwise than Node would let one sender's request into another's connection.
 */
export function refuseAmbiguousRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const wrong = ambiguityOf(request.raw);
    if (wrong === null) done();
    else done(new Problem('malformed_request', { error: wrong, headers: { Connection: 'close' } }));
  });
}

/** Null: there is one way to read it. */
export function ambiguityOf({
  headers,
  httpVersionMajor,
  httpVersionMinor,
  rawHeaders,
}: IncomingMessage): string | null {
  if (httpVersionMajor < 1) return 'HTTP/1.0 and HTTP/1.1 are spoken here';
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (httpVersionMinor === 0 || coding.toLowerCase() !== 'chunked')) {
    return 'Transfer-Encoding must be chunked alone, and is of HTTP/1.1';
  }
  let seen = '';
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // Nearly all others are told by their length.
    if (!LENGTHS.has(name.length) || !SINGLE.has(name.toLowerCase())) continue;
    const key = ` ${name.toLowerCase()} `;
    if (seen.includes(key)) return `${name} must not come twice`;
    seen += key;
  }
  return null;
}

const LENGTHS = new Set([...SINGLE].map((name) => name.length));
