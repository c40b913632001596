import { blankWithin } from '../common/blanks.js';
import { Problem, type FieldErrors } from '../common/problem.js';
import { MIN_PASSWORD_LENGTH } from './superusers.js';
import { USER_ROLES, type UserRole } from './user.entity.js';

/** Bounds the work of hashing; far above what a password manager makes. */
const MAX_PASSWORD_LENGTH = 1000;
const MAX_EMAIL_LENGTH = 320;
/** One @ with something on both sides; no space, control character or markup. Who owns it is not our question. */
const EMAIL = /^[^\s@<>"'&\p{Cc}]+@[^\s@<>"'&\p{Cc}]+$/u;

export interface UserFields {
  readonly email?: string | undefined;
  readonly password?: string | undefined;
  readonly role?: string | undefined;
}

/** Throws a validation problem naming every field that is given and wrong. */
export function checkUserFields(fields: UserFields): void {
  const errors: FieldErrors = {};
  const { email, password, role } = fields;
  const wrongEmail = email === undefined ? null : wrongEmailAddress(email);
  if (wrongEmail !== null) errors['email'] = [wrongEmail];
  if (password !== undefined && password.length < MIN_PASSWORD_LENGTH) {
    errors['password'] = [`must have at least ${MIN_PASSWORD_LENGTH} characters`];
  }
  if (password !== undefined && password.length > MAX_PASSWORD_LENGTH) {
    errors['password'] = [`must have at most ${MAX_PASSWORD_LENGTH} characters`];
  }
  if (role !== undefined && !isUserRole(role)) errors['role'] = [`must be one of ${USER_ROLES.join(', ')}`];
  if (Object.keys(errors).length > 0) throw new Problem('validation_failed', { errors });
}

function wrongEmailAddress(email: string): string | null {
  if (email.length > MAX_EMAIL_LENGTH || email === '') return 'must be an email address such as ada@example.com';
  return blankWithin(email) ?? (EMAIL.test(email) ? null : 'must be an email address such as ada@example.com');
}

export function isUserRole(text: string): text is UserRole {
  return (USER_ROLES as readonly string[]).includes(text);
}
