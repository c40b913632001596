import type { HeaderList } from './wire/header-list.js';

/** Milliseconds. `dns`, `connect` and `tls` only when a connection was made for this request; the rest from its start. */
export interface Timings {
  readonly dns?: number;
  readonly connect?: number;
  readonly tls?: number;
  readonly first_byte?: number;
  readonly total: number;
}

/** How far the making of a connection has come. */
export type Phase = 'dns' | 'connect' | 'tls' | 'ready';

/** The server answered, whatever the status. */
export interface HttpAnswer {
  readonly kind: 'answered';
  readonly status: number;
  /** In the order they came, names as sent. */
  readonly headers: HeaderList;
  /** The same as JSON. */
  readonly headersJson: string;
  /** As much as is kept; decompressed where the coding is known and sound. */
  readonly body: Buffer;
  /** The body was longer, or was not read to its end. */
  readonly truncated: boolean;
  /** Bytes of the whole body, decompressed; null where a truncated body's length is not known. */
  readonly bodySize: number | null;
  /** The peer's IP address. */
  readonly address: string;
  readonly timings: Timings;
  /** The kept connection ended before the answer began, so the request was sent again on a new one. */
  readonly resent: boolean;
}

/** There is no answer that counts. */
export interface HttpFailure {
  readonly kind: 'failed';
  /** One of `wire/errors.ts`, of the guard, or of Node's resolver, sockets and TLS. */
  readonly error: unknown;
  readonly phase: Phase;
  /** Where it happened, to be added to the error's own words; may be empty. */
  readonly where: string;
  readonly address: string | null;
  readonly timings: Timings;
  readonly resent: boolean;
}

/** The outcome of one HTTP request. A value, never thrown. */
export type HttpResult = HttpAnswer | HttpFailure;
