import type { HttpAnswer, Timings } from './client/http-result.js';

/** No whole answer came, or no request went out. */
export type FailureCode =
  | 'connection_refused'
  | 'connection_reset'
  | 'unreachable'
  | 'timed_out'
  | 'name_not_found'
  | 'address_blocked'
  | 'port_blocked'
  | 'proxy_failed'
  | 'tls_error'
  | 'invalid_response'
  | 'url_too_long'
  | 'cannot_be_sent'
  | 'interrupted';

/** An answer came, but not one that means delivered. */
export type AnswerCode = 'redirected' | 'client_error' | 'gone' | 'rate_limited' | 'server_error' | 'unexpected_status';

export type ErrorCode = FailureCode | AnswerCode;

/** Of an answer's body no more than this is kept, after decompression. */
export const MAX_ANSWER_BYTES = 16_384;

/** The destination answered, whatever the status. */
export type AnsweredOutcome = HttpAnswer;

/** There is no answer that counts. `detail` says in technical words what happened, and where. */
export interface FailedOutcome {
  readonly kind: 'failed';
  readonly errorCode: FailureCode;
  readonly detail: string;
  readonly address: string | null;
  readonly timings: Timings;
  /** See {@link HttpAnswer.resent}. */
  readonly resent: boolean;
}

/** What became of one HTTP request. A value, never thrown. */
export type AttemptOutcome = AnsweredOutcome | FailedOutcome;

/** The outcome of what was never sent: too long, not sendable, cut off by a crash of ours. */
export function failedOutcome(errorCode: FailureCode, detail: string): FailedOutcome {
  return { kind: 'failed', errorCode, detail, address: null, timings: { total: 0 }, resent: false };
}
