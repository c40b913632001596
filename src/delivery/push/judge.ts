import { listHeaderOf } from './client/wire/header-list.js';
import type { AnswerCode, AttemptOutcome, ErrorCode, FailureCode } from './outcome.js';
import { parseRetryAfter } from './retry-after.js';

/** What an outcome means for its delivery and its destination. */
export interface Judgement {
  readonly delivered: boolean;
  readonly errorCode: ErrorCode | null;
  /** `schedule`: again after the next delay of the schedule, if there is one left. */
  readonly retry: 'no' | 'schedule';
  /** The destination said that it is gone for good. */
  readonly disableDestination: boolean;
  /** The destination itself seems down or overloaded, so that asking it more would not help. */
  readonly countsAgainstCircuit: boolean;
  /** Adds to the failures that disable a destination after days without a success. */
  readonly countsAsFailing: boolean;
  /** The whole destination is to be left alone for this long; null: it asked for nothing. */
  readonly retryAfterMs: number | null;
}

type Weight = Pick<Judgement, 'retry' | 'disableDestination' | 'countsAgainstCircuit' | 'countsAsFailing'>;

const refuses: Weight = {
  retry: 'schedule',
  disableDestination: false,
  countsAgainstCircuit: false,
  countsAsFailing: true,
};
const isDown: Weight = { ...refuses, countsAgainstCircuit: true };
/** Says nothing about the destination: our own doing. */
const isOurs: Weight = { ...refuses, countsAsFailing: false };
/** As it stands it never can be sent, and that is no fault of the destination's health either. */
const isHopeless: Weight = { ...isOurs, retry: 'no' };

/** The one table of what each way to fail leads to. */
const WEIGHTS: Record<ErrorCode, Weight> = {
  connection_refused: isDown,
  connection_reset: isDown,
  unreachable: isDown,
  timed_out: isDown,
  name_not_found: isDown,
  tls_error: isDown,
  invalid_response: isDown,
  server_error: isDown,
  rate_limited: isDown,
  redirected: refuses,
  client_error: refuses,
  unexpected_status: refuses,
  gone: { ...refuses, retry: 'no', disableDestination: true },
  address_blocked: isOurs,
  port_blocked: isOurs,
  // No fault of the destination; but what stands before all of them is not to be asked by all that waits.
  proxy_failed: { ...isOurs, countsAgainstCircuit: true },
  interrupted: isOurs,
  url_too_long: isHopeless,
  cannot_be_sent: isHopeless,
};

/** No attempt is made there as long as the settings stay as they are. */
const FORBIDDEN: ReadonlySet<ErrorCode | null> = new Set<ErrorCode>(['address_blocked', 'port_blocked']);

/** Would another delivery to the same place fail, too? */
export function concernsDestination({ countsAsFailing, errorCode }: Judgement): boolean {
  return countsAsFailing || FORBIDDEN.has(errorCode);
}

/** Every way to fail that there is. */
export const ERROR_CODES: readonly string[] = Object.keys(WEIGHTS);

const DELIVERED: Judgement = {
  delivered: true,
  errorCode: null,
  retry: 'no',
  disableDestination: false,
  countsAgainstCircuit: false,
  countsAsFailing: false,
  retryAfterMs: null,
};

/** 2xx is delivered, all else is not. */
export function judge(outcome: AttemptOutcome): Judgement {
  const errorCode = errorCodeOf(outcome);
  if (errorCode === null) return DELIVERED;
  const weight = WEIGHTS[errorCode];
  return { ...weight, delivered: false, errorCode, retryAfterMs: weight.retry === 'no' ? null : askedWait(outcome) };
}

function askedWait(outcome: AttemptOutcome): number | null {
  const retryAfter = outcome.kind === 'answered' ? listHeaderOf(outcome.headers, 'retry-after') : null;
  return retryAfter === null ? null : parseRetryAfter(retryAfter, Date.now());
}

/** By which code an outcome is known; null when it means delivered. */
export function errorCodeOf(outcome: AttemptOutcome): FailureCode | AnswerCode | null {
  return outcome.kind === 'failed' ? outcome.errorCode : answerCode(outcome.status);
}

function answerCode(status: number): AnswerCode | null {
  if (status >= 200 && status < 300) return null;
  if (status === 410) return 'gone';
  if (status === 429) return 'rate_limited';
  if (status >= 300 && status < 400) return 'redirected';
  if (status >= 400 && status < 500) return 'client_error';
  if (status >= 500 && status < 600) return 'server_error';
  return 'unexpected_status';
}
