import type { ChangedObject } from '../history/record-change.js';
import type { User } from './user.entity.js';

/** The user, as the history names it. */
export function userObject({ user_id: id, email }: Pick<User, 'user_id' | 'email'>): ChangedObject {
  return { kind: 'user', id, name: email, accountId: null };
}

/** What the history tells of a user: no password, not even that there is one. */
export function readableUser({ email, role, disabled_at }: User): Record<string, unknown> {
  return { email, role, enabled: disabled_at === null };
}
