/** The response is not HTTP/1.1 as we understand it. */
export class InvalidResponseError extends Error {
  constructor(detail: string) {
    super(`invalid HTTP: ${detail}`);
    this.name = 'InvalidResponseError';
  }
}

/** The peer closed the connection although it owed us a response, or the rest of one. */
export class ClosedEarlyError extends Error {
  constructor() {
    super('the other side closed');
    this.name = 'ClosedEarlyError';
  }
}

/** A request that HTTP has no form for. */
export class UnsendableError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'UnsendableError';
  }
}

/** The request's time is up. */
export class DeadlineError extends Error {
  constructor(timeoutMs: number) {
    super(`after ${timeoutMs} ms`);
    this.name = 'DeadlineError';
  }
}

/** The request was ended from our side. */
export class InterruptedError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'InterruptedError';
  }
}
