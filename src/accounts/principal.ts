/** Who makes a request of the management API. */
export interface Principal {
  /** Null for the key given by `BOOTSTRAP_API_KEY`. */
  readonly apiKeyId: string | null;
  /** What people call the key, with the part of it that may be shown. */
  readonly name: string;
  /** The account whose objects it may see; null: all of them. */
  readonly accountId: string | null;
  readonly readOnly: boolean;
}
