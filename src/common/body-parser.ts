import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findJsonFault } from './json-fault.js';
import { lineAndColumn } from './line-and-column.js';
import { Problem } from './problem.js';
import { isReceivingRoute } from './receiving-route.js';

/** The largest body of the management API. Receiving has a limit of its own: `MAX_BODY_BYTES`. */
const API_BODY_LIMIT_BYTES = 1_048_576;

const JSON_MEDIA_TYPE = /^\s*application\/(?:[\w!#$%&'*.^`|~+-]+\+)?json\s*(?:;|$)/i;

/** `application/json` and `application/*+json`, with or without parameters. */
export function isJsonMediaType(contentType: string | undefined): boolean {
  return contentType !== undefined && JSON_MEDIA_TYPE.test(contentType);
}

const NDJSON_MEDIA_TYPE = /^\s*application\/(?:x-)?(?:ndjson|jsonl|jsonlines)\s*(?:;|$)/i;

/** JSON texts, one a line; only for receiving in batches. */
export function isNdjsonMediaType(contentType: string | undefined): boolean {
  return contentType !== undefined && NDJSON_MEDIA_TYPE.test(contentType);
}

/**
 * Bodies are JSON. Receiving is left alone: its token is checked before anything about its body, and its bytes are
 * read raw by its controller.
 */
export function registerBodyParser(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  // Fastify refuses a malformed content type before any guard runs; as a well-formed one it is refused in due order.
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw;
    const type = headers['content-type'];
    const isKnown = type === undefined || isJsonMediaType(type) || isNdjsonMediaType(type);
    if (isReceivingRoute(request.routeOptions.url) && !isKnown) headers['content-type'] = 'application/octet-stream';
    done();
  });
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    if (request.is404 || isReceivingRoute(request.routeOptions.url) || !hasBody(payload)) return undefined;
    if (!isJsonMediaType(request.headers['content-type'])) throw new Problem('unsupported_media_type');
    refuseCoding(request.headers);
    return parseJson(await readBody(payload));
  });
}

/** A body comes as it is: unpacking one would let a few bytes become any number. */
export function refuseCoding(headers: IncomingHttpHeaders): void {
  const coding = headers['content-encoding']?.trim().toLowerCase();
  if (coding === undefined || coding === '' || coding === 'identity') return;
  const error = 'The body must not be compressed: send it without Content-Encoding';
  throw new Problem('unsupported_media_type', { error, headers: { 'Accept-Encoding': 'identity' } });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

async function readBody(payload: IncomingMessage): Promise<Buffer> {
  if (Number(payload.headers['content-length']) > API_BODY_LIMIT_BYTES) throw new Problem('payload_too_large');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Left early, the stream must not be destroyed: its socket carries the answer.
    for await (const bytes of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += bytes.length;
      if (size > API_BODY_LIMIT_BYTES) throw new Problem('payload_too_large');
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('malformed_request', { error: 'The body ended early' });
  }
  return Buffer.concat(chunks);
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    const fault = findJsonFault(bytes, { root: 'any', maxDepth: Infinity });
    if (!fault) throw new Problem('invalid_json');
    const { offset, detail } = fault;
    throw new Problem('invalid_json', { detail, position: { offset, ...lineAndColumn(bytes, offset) } });
  }
}
