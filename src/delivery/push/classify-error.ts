import { AddressBlockedError, PortBlockedError } from './address-guard.js';
import type { Phase } from './client/http-result.js';
import { ProxyError } from './client/tunnel.js';
import {
  ClosedEarlyError,
  DeadlineError,
  InterruptedError,
  InvalidResponseError,
  UnsendableError,
} from './client/wire/errors.js';
import type { FailureCode } from './outcome.js';

export interface Failure {
  readonly errorCode: FailureCode;
  readonly detail: string;
}

/** Our own errors. */
const BY_CLASS: readonly [new (...args: never[]) => Error, FailureCode][] = [
  [AddressBlockedError, 'address_blocked'],
  [PortBlockedError, 'port_blocked'],
  [ProxyError, 'proxy_failed'],
  [UnsendableError, 'cannot_be_sent'],
  [InvalidResponseError, 'invalid_response'],
  [ClosedEarlyError, 'connection_reset'],
  [DeadlineError, 'timed_out'],
  [InterruptedError, 'interrupted'],
];

/** By the codes of Node's sockets and resolver. */
const BY_CODE: ReadonlyMap<string, FailureCode> = new Map<string, FailureCode>([
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_reset'],
  ['ECONNABORTED', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['EHOSTUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
  ['EACCES', 'unreachable'],
  ['EPERM', 'unreachable'],
  ['ETIMEDOUT', 'timed_out'],
  ['ENOTFOUND', 'name_not_found'],
  ['ENODATA', 'name_not_found'],
  ['EPROTO', 'tls_error'],
  // Files or memory ran out here: no fault of the destination.
  ['EMFILE', 'interrupted'],
  ['ENFILE', 'interrupted'],
  ['ENOBUFS', 'interrupted'],
  ['ENOMEM', 'interrupted'],
]);

const BY_PREFIX: readonly [RegExp, FailureCode][] = [
  [/^EAI_/, 'name_not_found'],
  [/^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH)/, 'tls_error'],
];

/** Names what went wrong. `phase`: how far the connection was. */
export function classifyError(error: unknown, phase: Phase): Failure {
  const ours = BY_CLASS.find(([kind]) => error instanceof kind);
  if (ours && error instanceof Error) return { errorCode: ours[1], detail: error.message };
  const cause = error instanceof AggregateError ? firstOf(error) : error;
  const code = codeOf(cause);
  const message = cause instanceof Error ? cause.message : String(cause);
  const detail = code === '' || message.includes(code) ? message : `${code}: ${message}`;
  // Whatever breaks a handshake, a reset too, is a question of TLS to the person who reads it.
  if (phase === 'tls') return { errorCode: 'tls_error', detail };
  const known = BY_CODE.get(code) ?? BY_PREFIX.find(([prefix]) => prefix.test(code))?.[1] ?? 'connection_reset';
  // Before there is an address whatever failed was looking it up, a refused connection to the name server too.
  return { errorCode: phase === 'dns' && known !== 'interrupted' ? 'name_not_found' : known, detail };
}

/** Which address failed, where the error says so. */
export function addressOf(error: unknown): string | null {
  const cause = error instanceof AggregateError ? firstOf(error) : error;
  return cause instanceof Error && 'address' in cause && typeof cause.address === 'string' ? cause.address : null;
}

/** Several addresses were tried and each failed: the first one stands for all. */
function firstOf(error: AggregateError): unknown {
  return error.errors[0] ?? error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
