/** One request as it came over the wire. */
export interface ReceivedRequest {
  /** Counted from 1. */
  readonly number: number;
  readonly at: Date;
  readonly method: string;
  /** Path and query, untouched. */
  readonly url: string;
  /** In the order they came, names as sent. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The peer's IP address. */
  readonly from: string;
}

/** What stands behind `?`, untouched; empty when there is none. */
export function rawQuery(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** The value of a header that may be sent once, by its name in lower case; undefined when it was not. */
export function headerOf(request: Pick<ReceivedRequest, 'headers'>, name: string): string | undefined {
  return request.headers.find(([sent]) => sent.toLowerCase() === name)?.[1];
}
