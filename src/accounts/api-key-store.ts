import type { ClientBase } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { credentialHint, hashCredential, newCredential } from '../common/credential.js';

export interface NewApiKey {
  readonly name: string;
  /** Null: an admin key. */
  readonly accountId: string | null;
  readonly readOnly: boolean;
}

/** Creates an API key; `key` is shown once and stored hashed. */
export async function issueApiKey(client: ClientBase, wanted: NewApiKey): Promise<{ id: string; key: string }> {
  const id = uuidv7();
  const key = newCredential('dpk_');
  await client.query(
    `INSERT INTO api_keys (api_key_id, name, key_hash, hint, account_id, read_only) VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, wanted.name, hashCredential('dpk_', key), credentialHint(key), wanted.accountId, wanted.readOnly],
  );
  return { id, key };
}

export interface ListedApiKey {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly accountId: string | null;
  readonly readOnly: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export async function listApiKeys(client: ClientBase): Promise<ListedApiKey[]> {
  const result = await client.query<ListedApiKey>(
    `SELECT api_key_id AS id, name, hint, account_id AS "accountId", read_only AS "readOnly",
            created_at AS "createdAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"
     FROM api_keys ORDER BY api_key_id`,
  );
  return result.rows;
}

/** False when there is no such key that is still valid. */
export async function revokeApiKey(client: ClientBase, id: string): Promise<boolean> {
  const revoked = await client.query(
    'UPDATE api_keys SET revoked_at = now() WHERE api_key_id = $1 AND revoked_at IS NULL',
    [id],
  );
  return revoked.rowCount === 1;
}
