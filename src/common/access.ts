/** On what terms an object is read or written. */
export interface Access {
  /** The account the caller is bound to: another account's object is not found. Null or left out: all accounts. */
  readonly scope?: string | null;
  /** Entity tags one of which the object must have (the value of `If-Match`), or the write is refused. */
  readonly ifMatch?: string;
}

/** May a caller bound to `scope` see what belongs to `accountId`? */
export function isWithin(accountId: string, scope: string | null | undefined): boolean {
  return scope === null || scope === undefined || scope === accountId;
}
