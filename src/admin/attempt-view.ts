/** One request made for a delivery, as the panel shows it. */
export interface AttemptView {
  readonly number: number;
  readonly startedAt: string;
  readonly method: string;
  /** With the query as it was sent. */
  readonly url: string;
  /** Secrets masked. */
  readonly requestHeaders: readonly (readonly [string, string])[];
  /** Null: no answer came. */
  readonly status: number | null;
  readonly responseHeaders: readonly (readonly [string, string])[] | null;
  readonly responseBody: string | null;
  /** What the page says about a body that was cut; null where all of it is shown. */
  readonly responseBodyNote: string | null;
  /** The kept connection ended before the answer began, so the request was sent again on a new one. */
  readonly resent: boolean;
  /** The peer's IP address. */
  readonly address: string | null;
  readonly timings: TimingsView;
  /** Null: delivered. */
  readonly errorCode: string | null;
  readonly message: string;
}

/** Milliseconds; what was not measured is left out. `first_byte` and `total` count from the start of the request. */
export interface TimingsView {
  readonly dns?: number;
  readonly connect?: number;
  readonly tls?: number;
  readonly first_byte?: number;
  readonly total?: number;
}
