import type { SecretBox } from '../common/secret-box.js';

/** A connection of pg's. */
interface Connection {
  query(text: string): Promise<{ rows: { key_id: string; destinations: number; signing_secrets: number }[] }>;
}

/** What can't be read for want of one key. */
export interface MissingKey {
  readonly keyId: string;
  /** Those with header values that were sealed with it. */
  readonly destinations: number;
  readonly signingSecrets: number;
}

/** Reads all destinations once, so not for each request. */
export async function findMissingKeys(connection: Connection, box: SecretBox): Promise<MissingKey[]> {
  const { rows } = await connection.query(
    `SELECT key_id, sum(destinations)::int AS destinations, sum(signing_secrets)::int AS signing_secrets
     FROM (SELECT split_part(v.sealed, '.', 1) AS key_id, count(DISTINCT d.id) AS destinations, 0 AS signing_secrets
           FROM destinations d, jsonb_array_elements(d.headers) AS h (header),
                jsonb_array_elements_text(h.header -> 'values') AS v (sealed)
           GROUP BY 1
           UNION ALL
           SELECT split_part(sealed, '.', 1), 0, count(*)
           FROM signing_secrets WHERE expires_at IS NULL OR expires_at > now() GROUP BY 1) used
     GROUP BY 1 ORDER BY 1`,
  );
  return rows
    .filter((row) => box.lacks(row.key_id))
    .map((row) => ({ keyId: row.key_id, destinations: row.destinations, signingSecrets: row.signing_secrets }));
}

/** For people who start the service or rotate keys. */
export function describeMissingKey({ keyId, destinations, signingSecrets }: MissingKey): string {
  return (
    `The encryption key ${keyId} is missing: the headers of ${destinations} destinations and ${signingSecrets} signing ` +
    'secrets are encrypted with it. Their deliveries wait until it is added to ENCRYPTION_KEY, or the headers are ' +
    'entered again and the secrets rotated'
  );
}
