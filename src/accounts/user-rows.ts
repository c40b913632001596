import type { EntityManager } from 'typeorm';
import { uniqueViolation } from '../common/database-error.js';
import { Problem } from '../common/problem.js';
import { recordChange } from '../history/record-change.js';
import { userObject } from './user-changes.js';
import { User } from './user.entity.js';

/** The user, locked against other writers until the transaction ends. Throws `not_found`. */
export async function lockUser(manager: EntityManager, userId: string): Promise<User> {
  const lock = { mode: 'pessimistic_write' } as const;
  const user = await manager.findOne(User, { where: { user_id: userId }, lock });
  if (!user) throw new Problem('not_found');
  return user;
}

export async function endSessions(manager: EntityManager, userId: string, except: Buffer | null = null): Promise<void> {
  await manager.query('DELETE FROM admin_sessions WHERE user_id = $1 AND session_hash IS DISTINCT FROM $2::bytea', [
    userId,
    except,
  ]);
}

/** Locks the superusers who may log in: of two changes that would remove the last two, the second sees the first. */
export async function lockSuperusers(manager: EntityManager): Promise<string[]> {
  const rows: { user_id: string }[] = await manager.query(
    `SELECT user_id FROM users WHERE role = 'superuser' AND disabled_at IS NULL ORDER BY user_id FOR UPDATE`,
  );
  return rows.map((row) => row.user_id);
}

export function refuseLastSuperuser(
  superusers: string[],
  userId: string,
  staysSuperuser: boolean,
  field: string,
): void {
  if (staysSuperuser || superusers.length !== 1 || superusers[0] !== userId) return;
  const error = 'This is the last superuser; make another one first';
  throw new Problem('conflict', { error, errors: { [field]: [error] } });
}

export async function orEmailTaken<T>(saved: Promise<T>): Promise<T> {
  try {
    return await saved;
  } catch (error) {
    if (uniqueViolation(error)?.startsWith('users_email')) throw Problem.field('email', 'is taken by another user');
    throw error;
  }
}

/** The new password is the only one: links that could set another end, and sessions but one that is excepted. */
export async function storePassword(
  manager: EntityManager,
  user: User,
  passwordHash: string,
  exceptSession: Buffer | null = null,
): Promise<void> {
  await manager.update(User, { user_id: user.user_id }, { password_hash: passwordHash });
  await manager.query('DELETE FROM password_links WHERE user_id = $1', [user.user_id]);
  await endSessions(manager, user.user_id, exceptSession);
  await recordChange(manager, userObject(user), 'set_password');
}
