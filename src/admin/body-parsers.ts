import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../common/problem.js';

const MAX_FIELDS = 1000;
/** Names that could reach an object's prototype once AdminJS has split them at their dots. */
const PROTOTYPE_NAME = /(?:^|\.)(?:__proto__|constructor|prototype)(?:\.|$)/;

/** Reads forms of the login: urlencoded fields only, and few bytes. */
export function acceptForms(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit },
    (_request: FastifyRequest, body: string) => Promise.resolve(fieldsOf(new URLSearchParams(body))),
  );
}

/**
 * Reads what AdminJS' pages send: JSON from our own components, multipart forms from its edit pages. Node's own
 * parser takes the form apart in memory, within `bodyLimit`; a file in it is refused, nothing is ever written to disk.
 */
export function acceptPanelBodies(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit },
    (_request: FastifyRequest, body: string) => Promise.resolve(parseJsonObject(body)),
  );
  scope.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer', bodyLimit },
    async (request: FastifyRequest, body: Buffer) => parseMultipart(body, request.headers['content-type'] ?? ''),
  );
}

function parseJsonObject(body: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = body === '' ? {} : JSON.parse(body);
  } catch {
    throw new Problem('invalid_json');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Problem('invalid_data');
  return fieldsOf(Object.entries(parsed));
}

async function parseMultipart(body: Buffer, contentType: string): Promise<Record<string, unknown>> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch {
    throw new Problem('invalid_data', { error: 'The form could not be read' });
  }
  const entries = [...form];
  if (entries.some(([, value]) => typeof value !== 'string')) {
    throw new Problem('unsupported_media_type', { error: 'Files are not accepted' });
  }
  return fieldsOf(entries);
}

/** Fields as one plain object, the last of each name. Also for query parameters: AdminJS splits their names, too. */
export function fieldsOf(entries: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  const fields = [...entries];
  if (fields.length > MAX_FIELDS || fields.some(([name]) => PROTOTYPE_NAME.test(name))) {
    throw new Problem('invalid_data');
  }
  return Object.fromEntries(fields);
}
