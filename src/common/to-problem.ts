import { HttpException } from '@nestjs/common';
import { isDatabaseUnavailable, isDataException } from './database-error.js';
import { Problem, PROBLEMS, type ProblemCode } from './problem.js';
import { MissingKeyError } from './secret-box.js';

/** How long a caller should wait for a database that is away. */
const RETRY_AFTER_SECONDS = '5';

/** What the caller is told about any error. `isOurFault`: it must be logged, because nobody foresaw it. */
export interface Verdict {
  readonly problem: Problem;
  readonly isOurFault: boolean;
}

/** The one place that turns whatever was thrown (by us, Nest, Fastify or the database) into a {@link Problem}. */
export function toProblem(error: unknown): Verdict {
  if (error instanceof Problem) return { problem: error, isOurFault: false };
  if (error instanceof MissingKeyError) return { problem: missingKey(error), isOurFault: false };
  if (error instanceof HttpException) return fromStatus(error.getStatus(), error.message);
  if (isDatabaseUnavailable(error)) {
    const headers = { 'Retry-After': RETRY_AFTER_SECONDS };
    return { problem: new Problem('unavailable', { headers }), isOurFault: true };
  }
  // A value that only the database found wrong is still the caller's; logged, because a check of ours is missing.
  if (isDataException(error)) return { problem: new Problem('validation_failed'), isOurFault: true };
  if (isFastifyError(error)) return fromStatus(error.statusCode, error.message);
  return { problem: new Problem('internal_error'), isOurFault: true };
}

function missingKey({ keyId }: MissingKeyError): Problem {
  const error = `What is asked for is encrypted with the key ${keyId}, which ENCRYPTION_KEY lacks`;
  return new Problem('encryption_key_missing', { error });
}

const CODE_OF_STATUS: ReadonlyMap<number, ProblemCode> = new Map([
  [400, 'malformed_request'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [405, 'method_not_allowed'],
  [408, 'timeout'],
  [409, 'conflict'],
  [412, 'precondition_failed'],
  [413, 'payload_too_large'],
  [414, 'uri_too_long'],
  [415, 'unsupported_media_type'],
  [429, 'rate_limited'],
  [431, 'header_fields_too_large'],
]);

function fromStatus(status: number, message: string): Verdict {
  const known = CODE_OF_STATUS.get(status);
  if (known) return { problem: new Problem(known), isOurFault: false };
  if (status >= 400 && status < 500) {
    return { problem: new Problem('malformed_request', { error: message }), isOurFault: false };
  }
  return { problem: new Problem(status === 503 ? 'unavailable' : 'internal_error'), isOurFault: true };
}

function isFastifyError(error: unknown): error is Error & { statusCode: number } {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
}

/** The status and title of a code, for those who write raw HTTP. */
export function statusOf(problem: Problem): number {
  return PROBLEMS[problem.code].status;
}
