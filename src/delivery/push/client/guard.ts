/**
 * Decides where connections may go; injected, because the client has no policy of its own. Each method may throw, and
 * what it throws is the error of the request.
 */
export interface ConnectionGuard {
  /** Asked first, for every connection. */
  checkPort(port: number): void;
  /** Asked for every address of the target before any is connected to. */
  checkAddress(address: string): void;
  /** The addresses of a name that is not to be looked up; null for any other name. */
  addressesOf(hostname: string): readonly string[] | null;
}
