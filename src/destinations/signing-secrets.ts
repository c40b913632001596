import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { SecretBox } from '../common/secret-box.js';
import { newSigningSecret, openSigningSecret, sealSigningSecret } from './signing-secret.js';

/** A destination's current signing secret; `id` is the version's. */
export interface SigningSecret {
  readonly id: string;
  readonly secret: string;
}

/** Gives a destination its first secret, or one more beside the others: see {@link expireSigningSecrets}. */
export async function issueSigningSecret(
  manager: EntityManager,
  box: SecretBox,
  destinationId: string,
): Promise<SigningSecret> {
  const id = uuidv7();
  const secret = newSigningSecret();
  await manager.query('INSERT INTO signing_secrets (signing_secret_id, destination_id, sealed) VALUES ($1, $2, $3)', [
    id,
    destinationId,
    sealSigningSecret(box, destinationId, secret),
  ]);
  return { id, secret };
}

/** Lets the destination's secrets sign until the overlap ends, those of earlier rotations no longer than that. */
export async function expireSigningSecrets(
  manager: EntityManager,
  destinationId: string,
  overlapSeconds: number,
): Promise<void> {
  await manager.query('DELETE FROM signing_secrets WHERE destination_id = $1 AND ($2 = 0 OR expires_at <= now())', [
    destinationId,
    overlapSeconds,
  ]);
  await manager.query(
    `UPDATE signing_secrets
     SET expires_at = LEAST(expires_at, now() + make_interval(secs => $2))
     WHERE destination_id = $1`,
    [destinationId, overlapSeconds],
  );
}

/** The id of the key that each destination's current secret was sealed with. */
export async function keysOfSigningSecrets(
  manager: EntityManager,
  destinationIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows: { destination_id: string; key_id: string }[] = await manager.query(
    `SELECT destination_id, split_part(sealed, '.', 1) AS key_id
     FROM signing_secrets WHERE destination_id = ANY ($1::uuid[]) AND expires_at IS NULL`,
    [destinationIds],
  );
  return new Map(rows.map((row) => [row.destination_id, row.key_id]));
}

/** The id of the version that signs now; for its entity tag, which needs no key. */
export async function currentSigningSecretId(manager: EntityManager, destinationId: string): Promise<string> {
  return (await findCurrent(manager, destinationId)).signing_secret_id;
}

/** Throws when its key is missing. */
export async function currentSigningSecret(
  manager: EntityManager,
  box: SecretBox,
  destinationId: string,
): Promise<SigningSecret> {
  const row = await findCurrent(manager, destinationId);
  return { id: row.signing_secret_id, secret: openSigningSecret(box, destinationId, row.sealed) };
}

async function findCurrent(
  manager: EntityManager,
  destinationId: string,
): Promise<{ signing_secret_id: string; sealed: string }> {
  const rows: { signing_secret_id: string; sealed: string }[] = await manager.query(
    'SELECT signing_secret_id, sealed FROM signing_secrets WHERE destination_id = $1 AND expires_at IS NULL',
    [destinationId],
  );
  const [row] = rows;
  if (!row) throw new Error(`Destination ${destinationId} has no signing secret`);
  return row;
}
