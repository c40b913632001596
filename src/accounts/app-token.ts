import type { EntityManager } from 'typeorm';
import { credentialHint, hashCredential, newCredential } from '../common/credential.js';

/** An account's app secret token with its masked form. `token` is shown once and stored hashed. */
export interface AppToken {
  readonly token: string;
  readonly hint: string;
}

/** Gives an account its first token, or one more beside the others: see {@link expireTokens}. */
export async function issueToken(manager: EntityManager, accountId: string): Promise<AppToken> {
  const token = newCredential('dpt_');
  const hint = credentialHint(token);
  await manager.query('INSERT INTO account_tokens (token_hash, account_id, hint) VALUES ($1, $2, $3)', [
    hashCredential('dpt_', token),
    accountId,
    hint,
  ]);
  return { token, hint };
}

/**
 * Lets the account's tokens end after the overlap, those of earlier rotations no later than that: an overlap of 0 is
 * for a leak, after which no old token may be valid.
 */
export async function expireTokens(manager: EntityManager, accountId: string, overlapSeconds: number): Promise<void> {
  await manager.query('DELETE FROM account_tokens WHERE account_id = $1 AND ($2 = 0 OR expires_at <= now())', [
    accountId,
    overlapSeconds,
  ]);
  await manager.query(
    `UPDATE account_tokens
     SET expires_at = LEAST(expires_at, now() + make_interval(secs => $2))
     WHERE account_id = $1`,
    [accountId, overlapSeconds],
  );
}

/** The masked current tokens by account. */
export async function findTokenHints(
  manager: EntityManager,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows: { account_id: string; hint: string }[] = await manager.query(
    'SELECT account_id, hint FROM account_tokens WHERE account_id = ANY($1) AND expires_at IS NULL',
    [accountIds],
  );
  return new Map(rows.map((row) => [row.account_id, row.hint]));
}
