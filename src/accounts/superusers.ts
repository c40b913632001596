import { createHash, randomBytes } from 'node:crypto';
import type { ClientBase } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { diffFields } from '../history/diff-fields.js';
import { recordChange } from '../history/record-change.js';
import { hashPassword } from './password.js';
import { userObject } from './user-changes.js';

export const MIN_PASSWORD_LENGTH = 12;
const SETUP_LINK_HOURS = 24;

/** What the database holds of a setup link's token. */
export function hashSetupToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export async function hasSuperuser(client: ClientBase): Promise<boolean> {
  const found = await client.query(`SELECT 1 FROM users WHERE role = 'superuser' LIMIT 1`);
  return found.rowCount !== 0;
}

/** False when the email is taken, whatever its case. */
export async function createSuperuser(client: ClientBase, email: string, password: string): Promise<boolean> {
  const user = { user_id: uuidv7(), email };
  const passwordHash = await hashPassword(password);
  await client.query('BEGIN');
  try {
    const created = await client.query(
      `INSERT INTO users (user_id, email, password_hash, role) VALUES ($1, $2, $3, 'superuser')
       ON CONFLICT DO NOTHING`,
      [user.user_id, email, passwordHash],
    );
    const isNew = created.rowCount === 1;
    if (isNew) {
      const fields = diffFields(null, { email, role: 'superuser', enabled: true });
      await recordChange(client, userObject(user), 'create', fields);
    }
    // From now on nobody may become superuser by link.
    await client.query('DELETE FROM setup_link');
    await client.query('COMMIT');
    return isNew;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** A new token for the link that sets the first superuser's password; the one before it is void. */
export async function renewSetupLink(client: ClientBase): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(32).toString('base64url');
  const renewed = await client.query<{ expires_at: Date }>(
    `INSERT INTO setup_link (token_hash, expires_at) VALUES ($1, now() + make_interval(hours => $2))
     ON CONFLICT (only_row) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at
     RETURNING expires_at`,
    [hashSetupToken(token), SETUP_LINK_HOURS],
  );
  const [row] = renewed.rows;
  if (!row) throw new Error('The setup link was not stored');
  return { token, expiresAt: row.expires_at };
}
