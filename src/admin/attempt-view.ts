/** One request made for a delivery, as the panel shows it. */
export interface AttemptView {
  readonly number: number;
  readonly startedAt: string;
  readonly request: string;
  readonly requestHeaders: readonly (readonly [string, string])[];
  /** Null: no answer came. */
  readonly status: number | null;
  readonly responseHeaders: readonly (readonly [string, string])[] | null;
  readonly responseBody: string | null;
  /** Milliseconds in all; null where it was not measured. */
  readonly totalMs: number | null;
  /** Null: delivered. */
  readonly errorCode: string | null;
  readonly message: string;
}
