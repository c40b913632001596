import type { ClientBase } from 'pg';
import { keyIdIn, type SecretBox } from '../common/secret-box.js';
import { openSigningSecret, sealSigningSecret } from './signing-secret.js';
import { readHeaders, sealHeaders, type StoredHeaders } from './stored-headers.js';

const BATCH = 100;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface Resealed {
  /** Destinations whose header values were sealed with an older key. */
  readonly destinations: number;
  readonly signingSecrets: number;
}

/**
 * Seals with the newest key of `box` whatever an older one has sealed. Batch by batch, each row locked only for its
 * batch: the service goes on meanwhile. Versions and entity tags stay, because what is stored means the same. Values
 * whose key `box` lacks stay as they are: see findMissingKeys.
 */
export async function resealAll(client: ClientBase, box: SecretBox): Promise<Resealed> {
  const destinations = await inBatches((after) => resealHeaders(client, box, after));
  const signingSecrets = await inBatches((after) => resealSigningSecrets(client, box, after));
  return { destinations, signingSecrets };
}

/** What one batch did; `last` is where the next begins, null at the end. */
interface BatchResult {
  readonly resealed: number;
  readonly last: string | null;
}

async function inBatches(batch: (after: string) => Promise<BatchResult>): Promise<number> {
  let resealed = 0;
  for (let after: string | null = BEFORE_ALL; after !== null;) {
    const result: BatchResult = await batch(after);
    resealed += result.resealed;
    after = result.last;
  }
  return resealed;
}

/** Rows are locked: whoever changes the same headers meanwhile goes before or after, never in between. */
async function resealHeaders(client: ClientBase, box: SecretBox, after: string): Promise<BatchResult> {
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<{ id: string; headers: StoredHeaders }>(
      'SELECT id, headers FROM destinations WHERE id > $1 ORDER BY id LIMIT $2 FOR UPDATE',
      [after, BATCH],
    );
    const isOld = (value: string): boolean => !box.isNew(value) && !box.lacks(keyIdIn(value));
    const old = rows.filter(({ headers }) => headers.some(({ values }) => values.some(isOld)));
    for (const { id, headers } of old) {
      const read = readHeaders(box, id, headers);
      const sealed = sealHeaders(box, id, read.headers, read.unreadable);
      await client.query('UPDATE destinations SET headers = $2 WHERE id = $1', [id, JSON.stringify(sealed)]);
    }
    await client.query('COMMIT');
    return { resealed: old.length, last: rows.at(-1)?.id ?? null };
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** A signing secret is never changed, only deleted, so no lock is needed. */
async function resealSigningSecrets(client: ClientBase, box: SecretBox, after: string): Promise<BatchResult> {
  const { rows } = await client.query<{ id: string; destination_id: string; sealed: string }>(
    `SELECT signing_secret_id AS id, destination_id, sealed FROM signing_secrets
     WHERE signing_secret_id > $1 ORDER BY signing_secret_id LIMIT $2`,
    [after, BATCH],
  );
  const old = rows.filter(({ sealed }) => !box.isNew(sealed) && !box.lacks(keyIdIn(sealed)));
  for (const { id, destination_id: destinationId, sealed } of old) {
    const fresh = sealSigningSecret(box, destinationId, openSigningSecret(box, destinationId, sealed));
    await client.query('UPDATE signing_secrets SET sealed = $2 WHERE signing_secret_id = $1', [id, fresh]);
  }
  return { resealed: old.length, last: rows.at(-1)?.id ?? null };
}
