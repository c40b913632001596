/** SQLSTATE codes and classes (PostgreSQL, appendix A) that say "not now" rather than "never". */
/** Connection, authorization, no such database, out of resources, system error. */
const UNAVAILABLE_CLASSES = new Set(['08', '28', '3D', '53', '58']);
const UNAVAILABLE_CODES = new Set([
  '25006', // read_only_sql_transaction: this is no primary (any more)
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '57014', // query_canceled: our statement timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT', // a Unix socket that is gone
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What `pg` says in words only. */
const UNAVAILABLE_MESSAGE =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error|not queryable|cannot use a pool after calling end|connection is not established/i;

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** No answer within a deadline of ours, or none at all: the connection was cut off. */
export class DatabaseSilent extends Error {}

/** No connection could be had, so nothing was sent and nothing was changed. */
export class DatabaseUnreachable extends Error {
  /** `where`: the server, when it was known. The message holds no secret. */
  constructor(where: string | null, options: ErrorOptions) {
    super(`${where === null ? '' : `${where}: `}${messageOf(options.cause)}`, options);
  }
}

/** A connection was lost after a statement had been sent: nobody knows whether it was carried out. */
export class ConnectionLost extends Error {
  constructor(
    /** The process of PostgreSQL that may still be at it. */
    readonly backend: { readonly pid: number; readonly startedAt: string } | null,
    options: ErrorOptions,
  ) {
    super(`The connection to the database was lost: ${messageOf(options.cause)}`, options);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Did PostgreSQL itself answer with an error? Then the statement was rolled back, unless {@link endsSession}. */
export function isServerError(error: unknown): boolean {
  const { code } = driverErrorOf(error);
  // Every SQLSTATE has a digit; EPIPE has none.
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code);
}

/** Did the error end the connection, so that what was under way may yet be committed? Classes 08 and 57P. */
export function endsSession(error: unknown): boolean {
  return /^(?:08...|57P..)$/.test(driverErrorOf(error).code);
}

/** Is it certain that the statement, a transaction of its own, changed nothing? */
export function wasNotCarriedOut(error: unknown): boolean {
  return error instanceof DatabaseUnreachable || (isServerError(error) && !endsSession(error));
}

/** Is the database away or overloaded, so that the same request may succeed later? */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code, message, isOfOurs } = driverErrorOf(error);
  if (isOfOurs || UNAVAILABLE_CODES.has(code)) return true;
  if (/^[0-9A-Z]{5}$/.test(code)) return UNAVAILABLE_CLASSES.has(code.slice(0, 2));
  return UNAVAILABLE_MESSAGE.test(message);
}

/** Did PostgreSQL refuse a value (SQLSTATE class 22), which the checks before it should have done? */
export function isDataException(error: unknown): boolean {
  return /^22[0-9A-Z]{3}$/.test(driverErrorOf(error).code);
}

/**
 * Will PostgreSQL never take this statement with these values (cardinality, data, integrity, program limits: SQLSTATE
 * classes 21, 22, 23, 54)? Then nothing was done, and trying again is no use.
 */
export function isRefused(error: unknown): boolean {
  return /^(?:21|22|23|54)[0-9A-Z]{3}$/.test(driverErrorOf(error).code);
}

/** The unique constraint or index that was violated, or null when that is not the error. */
export function uniqueViolation(error: unknown): string | null {
  const { code, constraint } = driverErrorOf(error);
  return code === UNIQUE_VIOLATION ? constraint : null;
}

export function isDeadlock(error: unknown): boolean {
  return driverErrorOf(error).code === '40P01';
}

/** A statement waited for a lock for as long as `lock_timeout` lets it. */
export function isLockTimeout(error: unknown): boolean {
  return driverErrorOf(error).code === '55P03';
}

export function isForeignKeyViolation(error: unknown): boolean {
  return driverErrorOf(error).code === FOREIGN_KEY_VIOLATION;
}

interface DriverError {
  readonly code: string;
  readonly constraint: string;
  readonly message: string;
  /** That there was no answer. */
  readonly isOfOurs: boolean;
}

/** `pg`'s own error, whether it comes bare or wrapped by TypeORM. */
function driverErrorOf(error: unknown): DriverError {
  if (!(error instanceof Error)) return { code: '', constraint: '', message: '', isOfOurs: false };
  if ('driverError' in error && error.driverError instanceof Error) return driverErrorOf(error.driverError);
  return {
    code: textMember(error, 'code'),
    constraint: textMember(error, 'constraint'),
    message: error.message,
    isOfOurs:
      error instanceof DatabaseSilent || error instanceof DatabaseUnreachable || error instanceof ConnectionLost,
  };
}

function textMember(error: Error, name: string): string {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}
