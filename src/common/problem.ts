/**
 * Every error a caller can be told about, by its stable code. The one table from code to HTTP status and title;
 * domain code throws {@link Problem} and knows no HTTP.
 */
export const PROBLEMS = {
  validation_failed: { status: 400, title: 'Some fields are not valid' },
  malformed_request: { status: 400, title: 'The request is malformed' },
  invalid_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_data: { status: 400, title: 'Invalid Data' },
  unknown_parameter: { status: 400, title: 'Unknown or wrong query parameter' },
  unauthenticated: { status: 401, title: 'An API key is required' },
  invalid_token: { status: 401, title: 'Un Authenticate' },
  forbidden: { status: 403, title: 'This API key may not do that' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  timeout: { status: 408, title: 'The request took too long' },
  conflict: { status: 409, title: 'The state of the object does not allow that' },
  encryption_key_missing: { status: 409, title: 'The key that it is encrypted with is missing' },
  not_its_turn: { status: 409, title: 'The destination takes one delivery at a time, and others go before this one' },
  precondition_failed: { status: 412, title: 'The object has changed since it was read' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  uri_too_long: { status: 414, title: 'The URL is too long' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  idempotency_mismatch: { status: 422, title: 'This event id was used before with other data' },
  rate_limited: { status: 429, title: 'Too many requests' },
  header_fields_too_large: { status: 431, title: 'The header fields are too large' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  outcome_unknown: { status: 503, title: 'The data may have been accepted: send it again with the same id' },
  database_unsafe: { status: 503, title: 'The database has too few synchronous replicas to accept data safely' },
  unavailable: { status: 503, title: 'The database is not available or can not keep up' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Messages per field, as in `{ email: ['is taken'] }`. */
export type FieldErrors = Record<string, string[]>;

/** Where the fault is in what was sent. */
export interface ProblemPosition {
  /** In bytes of the body, from 0. */
  readonly offset: number;
  /** From 1. */
  readonly line?: number;
  /** In characters, from 1. */
  readonly column?: number;
  /** Of the item of a batch, from 0. */
  readonly index?: number;
}

interface ProblemExtras {
  /** What the caller reads in `error`; the title of the code when left out. */
  readonly error?: string;
  /** What is wrong, where `error` is fixed. Holds no more of what was sent than one character. */
  readonly detail?: string;
  readonly position?: ProblemPosition;
  readonly errors?: FieldErrors;
  /** Response headers such as `Allow` or `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error meant for the caller. Carries no HTTP: the filter looks the status up in {@link PROBLEMS}. */
export class Problem extends Error {
  readonly errors: FieldErrors | undefined;
  readonly detail: string | undefined;
  readonly position: ProblemPosition | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ProblemCode,
    extras: ProblemExtras = {},
  ) {
    super(extras.error ?? PROBLEMS[code].title);
    this.name = 'Problem';
    this.errors = extras.errors;
    this.detail = extras.detail;
    this.position = extras.position;
    this.headers = extras.headers ?? {};
  }

  /** A 400 that names one field. */
  static field(name: string, message: string): Problem {
    return Problem.fields({ [name]: [message] });
  }

  /** A 400 that names several fields; the text says the first of them for who reads only that. */
  static fields(errors: FieldErrors): Problem {
    const [first] = Object.entries(errors);
    const error = first && `${first[0]} ${first[1][0] ?? 'is not valid'}`;
    return new Problem('validation_failed', { error, errors });
  }
}

/** The RFC 9457 members of a problem, with our own. */
export interface ProblemBody extends Partial<ProblemPosition> {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly error: string;
  readonly detail?: string;
  readonly errors?: FieldErrors;
}

export function problemBody(problem: Problem): ProblemBody {
  const { status, title } = PROBLEMS[problem.code];
  return {
    type: `/docs/problems/${problem.code}`,
    title,
    status,
    code: problem.code,
    error: problem.message,
    ...(problem.detail !== undefined && { detail: problem.detail }),
    ...problem.position,
    ...(problem.errors && { errors: problem.errors }),
  };
}
