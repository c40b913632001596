import { VERSION } from '../../common/version.js';
import { isSecretHeader, MASK } from '../../destinations/header-rules.js';
import type { HmacKey } from './hmac.js';
import { UnsendableError } from './client/wire/errors.js';
import { headerLine } from './client/wire/header-line.js';
import type { HttpRequest } from './client/wire/http-request.js';
import { toQueryParameters } from './query-parameters.js';
import { sign } from './sign.js';

/** What a request needs of its destination. Its prepared form is remembered for the object, so treat it as immutable. */
export interface PushDestination {
  readonly url: string;
  readonly httpMethod: string;
  /** Opened: the values are the real ones. */
  readonly headers: readonly { readonly name: string; readonly values: readonly string[] }[];
}

export interface PushInput {
  readonly destination: PushDestination;
  readonly event: { readonly eventId: string; readonly contentType: string; readonly payload: Buffer };
  /** Of the newest secret first; two during a rotation. */
  readonly signingKeys: readonly HmacKey[];
  readonly nowMs: number;
}

export type BuildResult =
  | {
      readonly ok: true;
      readonly request: HttpRequest;
      /** The request's headers as they may be shown: JSON, a list of [name, value], secret values masked. */
      readonly shownHeaders: string;
    }
  | { readonly ok: false; readonly errorCode: 'url_too_long' | 'cannot_be_sent'; readonly message: string };

export const MAX_URL_BYTES = 8192;

/** Ours or the connection's, never the destination's: refused when saved, and left out here should one be stored. */
const RESERVED_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Builds and signs the request for one attempt; pure. The payload's bytes are the body as they are, or for GET the
 * query. Without a body the received `Content-Type` describes nothing, so a GET carries one only when configured.
 */
export function buildRequest(input: PushInput): BuildResult {
  try {
    return build(input);
  } catch (error) {
    if (error instanceof UnsendableError) return refusal('cannot_be_sent', error.message);
    throw error;
  }
}

function build(input: PushInput): BuildResult {
  const { destination, event, signingKeys, nowMs } = input;
  const prepared = prepare(destination);
  if (prepared === null) return refusal('cannot_be_sent', 'the URL is not an absolute http or https URL');
  const isGet = destination.httpMethod === 'GET';
  const query = isGet ? joinQuery(prepared.query, event.payload) : prepared.query;
  if (query === null) return refusal('cannot_be_sent', 'the payload is no JSON and so has no parameters');
  const url = query === '' ? prepared.base : `${prepared.base}?${query}`;
  // Both are percent-encoded, so that characters are bytes.
  if (url.length > MAX_URL_BYTES) {
    return refusal('url_too_long', `the URL would have ${url.length} bytes, at most ${MAX_URL_BYTES} are sent`);
  }
  const timestamp = Math.floor(nowMs / 1000);
  const signature = sign(signingKeys, event.eventId, timestamp, isGet ? query : event.payload);
  let { headers, shownHeaders: shown } = prepared;
  if (!isGet && !prepared.hasContentType) {
    headers += headerLine('Content-Type', event.contentType);
    shown += `,["Content-Type",${JSON.stringify(event.contentType)}]`;
  }
  // Of ours, and known to be plain.
  headers += `webhook-id: ${event.eventId}\r\nwebhook-timestamp: ${timestamp}\r\nwebhook-signature: ${signature}\r\n`;
  return {
    ok: true,
    request: { method: destination.httpMethod, url, headers, body: isGet ? null : event.payload },
    // Put together rather than masked and serialised: it is kept with every attempt.
    shownHeaders: `[${shown},["webhook-id","${event.eventId}"],["webhook-timestamp","${timestamp}"],${SHOWN_SIGNATURE}]`,
  };
}

const SHOWN_SIGNATURE = `["webhook-signature","${MASK}"]`;

function refusal(errorCode: 'url_too_long' | 'cannot_be_sent', message: string): BuildResult {
  return { ok: false, errorCode, message };
}

/** null when the payload is no JSON. The URL's own query comes first. */
function joinQuery(own: string, payload: Buffer): string | null {
  try {
    const parameters = toQueryParameters(payload.toString('utf8'));
    if (parameters === '' || own === '') return own + parameters;
    return own.endsWith('&') ? own + parameters : `${own}&${parameters}`;
  } catch {
    return null;
  }
}

/** What is the same for every request to one destination. */
interface Prepared {
  /** Origin and path. */
  readonly base: string;
  /** The URL's own query without `?`. */
  readonly query: string;
  readonly headers: string;
  /** The same as members of a JSON list, secret values masked; at least one. */
  readonly shownHeaders: string;
  readonly hasContentType: boolean;
}

const remembered = new WeakMap<PushDestination, Prepared>();

function prepare(destination: PushDestination): Prepared | null {
  const known = remembered.get(destination);
  if (known) return known;
  if (!URL.canParse(destination.url)) return null;
  const url = new URL(destination.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  const prepared = { base: url.origin + url.pathname, query: url.search.slice(1), ...prepareHeaders(destination) };
  remembered.set(destination, prepared);
  return prepared;
}

function prepareHeaders(destination: PushDestination): Pick<Prepared, 'headers' | 'shownHeaders' | 'hasContentType'> {
  const sendable = destination.headers.filter(
    ({ name, values }) => values.length > 0 && !isReserved(name.toLowerCase()),
  );
  const has = (wanted: string): boolean => sendable.some(({ name }) => name.toLowerCase() === wanted);
  const pairs = sendable.flatMap(({ name, values }) => values.map((value) => [name, value] as const));
  if (!has('user-agent')) pairs.push(['User-Agent', `Data-Pusher/${VERSION}`]);
  return {
    headers: pairs.map(([name, value]) => headerLine(name, value)).join(''),
    shownHeaders: pairs.map(([name, value]) => JSON.stringify([name, isSecretHeader(name) ? MASK : value])).join(','),
    hasContentType: has('content-type'),
  };
}

function isReserved(lowerCaseName: string): boolean {
  return RESERVED_HEADERS.has(lowerCaseName) || lowerCaseName.startsWith('webhook-');
}
