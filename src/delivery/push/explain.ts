import type { ErrorCode } from './outcome.js';

/** What may be known about an attempt; whatever is missing is left out of the sentence. */
export interface ExplainFacts {
  readonly status?: number | null;
  readonly timeoutMs?: number;
  readonly detail?: string | null;
  readonly address?: string | null;
  readonly retryAfterMs?: number | null;
  /** Where a redirection pointed to. */
  readonly location?: string | null;
}

type Explanation = (facts: ExplainFacts) => string;

const EXPLANATIONS: Record<ErrorCode, Explanation> = {
  connection_refused: ({ address }) =>
    `Nothing accepts connections at the destination${at(address)}: check its port and whether it is running.`,
  connection_reset: ({ detail }) =>
    `The destination closed the connection before its answer was complete${because(detail)}: look into its own log for this time.`,
  unreachable: ({ address, detail }) =>
    `There is no route to the destination${at(address)}${because(detail)}: check its address and the network in between.`,
  timed_out: ({ timeoutMs, detail }) =>
    `The destination did not answer within ${duration(timeoutMs)}${because(detail)}: make it answer before it does the work, or raise timeout_ms.`,
  name_not_found: ({ detail }) =>
    `The host name of the destination could not be looked up${because(detail)}: check the URL for a typing error and the name's DNS record.`,
  address_blocked: ({ address, detail }) =>
    `The destination's address${is(address)} is not a public one${because(detail)}: if it is meant to be reached, add its network to ALLOWED_PRIVATE_NETWORKS.`,
  port_blocked: ({ detail }) =>
    `The destination's port may not be reached${because(detail)}: if it is meant to be, add it to ALLOWED_PORTS.`,
  proxy_failed: ({ detail }) =>
    `The proxy that destinations are reached through did not connect to it${because(detail)}: check EGRESS_PROXY and what the proxy's own log says.`,
  tls_error: ({ detail }) =>
    `No trusted TLS connection could be made${because(detail)}: check the destination's certificate, its host name and its expiry.`,
  invalid_response: ({ detail }) =>
    `What came back is not HTTP as we understand it${because(detail)}: check that the URL's scheme and port belong to a web server.`,
  url_too_long: ({ detail }) =>
    `With the payload as parameters the URL is longer than 8 KiB${because(detail)}: use POST, PUT or PATCH for payloads of this size.`,
  cannot_be_sent: ({ detail }) =>
    `The request can't be sent as the destination is configured${because(detail)}: correct its URL and headers, then retry the delivery.`,
  interrupted: ({ detail }) =>
    `The attempt was cut off on Data Pusher's side${because(detail)}: it is made again without using up the schedule, though the data may have arrived.`,
  redirected: ({ status, location }) =>
    `The destination answered ${statusText(status)}, which is not followed: set its URL to ${location ? `where it points (${location})` : 'where it points'}.`,
  client_error: ({ status }) => `The destination refused the request with ${statusText(status)}${hint(status)}.`,
  gone: () =>
    'The destination answered 410, which means it is gone for good: it has been disabled; enable it again if that was a mistake.',
  rate_limited: ({ retryAfterMs }) =>
    `The destination answered 429, which means too many requests${wait(retryAfterMs)}: set its rate_limit to what it accepts.`,
  server_error: ({ status, retryAfterMs }) =>
    `The destination failed with ${statusText(status)}${wait(retryAfterMs)}: look into its own log for this time.`,
  unexpected_status: ({ status }) =>
    `The destination answered ${statusText(status)}, which HTTP does not know: only 2xx counts as delivered.`,
};

/** One sentence in plain words: what the code means here, and what to do about it. */
export function explain(errorCode: ErrorCode, facts: ExplainFacts = {}): string {
  return EXPLANATIONS[errorCode](facts);
}

const CLIENT_ERROR_HINTS: Readonly<Record<number, string>> = {
  401: 'check the credentials in its headers',
  403: 'check the credentials in its headers and what they allow',
  404: "check the URL's path",
  405: 'check its http_method',
  413: 'the payload is larger than it accepts',
  415: 'check the Content-Type it expects',
};

function hint(status: number | null | undefined): string {
  return `: ${CLIENT_ERROR_HINTS[status ?? 0] ?? 'its answer and its own log should say why'}`;
}

function at(address: string | null | undefined): string {
  return address ? ` (${address})` : '';
}

function is(address: string | null | undefined): string {
  return address ? ` ${address}` : '';
}

function because(detail: string | null | undefined): string {
  return detail ? ` (${detail})` : '';
}

function statusText(status: number | null | undefined): string {
  return status ? String(status) : 'an error status';
}

function duration(timeoutMs: number | undefined): string {
  return timeoutMs === undefined
    ? 'its time limit'
    : timeoutMs % 1000 === 0
      ? `${timeoutMs / 1000} s`
      : `${timeoutMs} ms`;
}

function wait(retryAfterMs: number | null | undefined): string {
  return retryAfterMs ? ` and asks to wait ${Math.ceil(retryAfterMs / 1000)} s` : '';
}
