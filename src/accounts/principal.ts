/** Who makes a request of the management API. */
export interface Principal {
  /** Null for the key given by `BOOTSTRAP_API_KEY`. */
  readonly apiKeyId: string | null;
  /** The account whose objects it may see; null: all of them. */
  readonly accountId: string | null;
  readonly readOnly: boolean;
}
