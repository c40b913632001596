/** One HTTP request, ready for the wire but for what its connection adds. */
export interface HttpRequest {
  readonly method: string;
  /** In the URL parser's normal form, without userinfo and fragment. */
  readonly url: string;
  /** As they go over the wire, each made by {@link headerLine}; without those that HTTP itself needs. */
  readonly headers: string;
  readonly body: Buffer | null;
}
