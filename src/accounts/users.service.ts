import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { uniqueViolation } from '../common/database-error.js';
import type { ListQuery } from '../common/list-query.js';
import { findPage, type Page } from '../common/page.js';
import { Problem } from '../common/problem.js';
import { hashPassword, verifyPassword } from './password.js';
import { checkUserFields, isUserRole } from './user-rules.js';
import { User, type UserRole } from './user.entity.js';

export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly role: string;
}

/** The people who may log in to the panel, and their passwords. */
@Injectable()
export class UsersService {
  /** Verified against when no such user exists, so that the time of an answer doesn't tell who does. */
  private nobodysHash: Promise<string> | null = null;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async list(query: ListQuery): Promise<Page<User>> {
    const builder = this.dataSource.manager.createQueryBuilder(User, 'user');
    return findPage(builder, query, { text: ['email'], key: 'user_id' });
  }

  /** Throws `not_found`. */
  async get(userId: string): Promise<User> {
    const user = await this.dataSource.manager.findOneBy(User, { user_id: userId });
    if (!user) throw new Problem('not_found');
    return user;
  }

  async create(fields: NewUser): Promise<User> {
    checkUserFields(fields);
    const passwordHash = await hashPassword(fields.password);
    return this.insert(this.dataSource.manager, fields.email, passwordHash, asRole(fields.role));
  }

  /**
   * Creates the first superuser, or throws `conflict` when there is one. With it ends every setup link.
   * `claim` runs first in the same transaction and may refuse by throwing.
   */
  async createFirstSuperuser(
    email: string,
    password: string,
    claim: (manager: EntityManager) => Promise<void> = () => Promise.resolve(),
  ): Promise<User> {
    checkUserFields({ email, password });
    const passwordHash = await hashPassword(password);
    return this.dataSource.transaction(async (manager) => {
      await manager.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
      await claim(manager);
      if (await manager.existsBy(User, { role: 'superuser' })) {
        throw new Problem('conflict', { error: 'There is a superuser already' });
      }
      await manager.query('DELETE FROM setup_link');
      return this.insert(manager, email, passwordHash, 'superuser');
    });
  }

  async hasSuperuser(): Promise<boolean> {
    return this.dataSource.manager.existsBy(User, { role: 'superuser' });
  }

  /** Changes email and role; a changed role ends the user's sessions at their next request, which reads it anew. */
  async update(userId: string, fields: { email?: string; role?: string }): Promise<User> {
    checkUserFields(fields);
    return this.dataSource.transaction(async (manager) => {
      const superusers = await lockSuperusers(manager);
      const user = await manager.findOneBy(User, { user_id: userId });
      if (!user) throw new Problem('not_found');
      if (fields.role !== undefined) {
        refuseLastSuperuser(superusers, userId, fields.role === 'superuser');
        user.role = asRole(fields.role);
      }
      if (fields.email !== undefined) user.email = fields.email;
      return orEmailTaken(manager.save(user));
    });
  }

  /** Sets a new password and ends the user's sessions, but the one whose hash is `exceptSession`. */
  async setPassword(userId: string, password: string, exceptSession: Buffer | null = null): Promise<void> {
    checkUserFields({ password });
    const passwordHash = await hashPassword(password);
    await this.dataSource.transaction(async (manager) => {
      const { affected } = await manager.update(User, { user_id: userId }, { password_hash: passwordHash });
      if (!affected) throw new Problem('not_found');
      await manager.query('DELETE FROM admin_sessions WHERE user_id = $1 AND session_hash IS DISTINCT FROM $2::bytea', [
        userId,
        exceptSession,
      ]);
    });
  }

  /** As {@link setPassword}, for the user who knows the current one. */
  async changePassword(userId: string, current: string, next: string, exceptSession: Buffer | null): Promise<void> {
    const { email } = await this.get(userId);
    if (!(await this.authenticate(email, current))) throw Problem.field('current', 'is not your password');
    await this.setPassword(userId, next, exceptSession);
  }

  async remove(userId: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      refuseLastSuperuser(await lockSuperusers(manager), userId, false);
      const { affected } = await manager.delete(User, { user_id: userId });
      if (!affected) throw new Problem('not_found');
    });
  }

  /** The user with this email and password, or null; takes as long for an email that nobody has. */
  async authenticate(email: string, password: string): Promise<User | null> {
    const decoy = await (this.nobodysHash ??= hashPassword('nobody has this password'));
    const user = await this.dataSource.manager
      .createQueryBuilder(User, 'user')
      .addSelect('user.password_hash')
      .where('lower(user.email) = lower(:email)', { email })
      .getOne();
    const matches = await verifyPassword(password, user?.password_hash ?? decoy);
    return matches ? user : null;
  }

  private async insert(manager: EntityManager, email: string, passwordHash: string, role: UserRole): Promise<User> {
    const user = manager.create(User, {
      user_id: uuidv7(),
      email,
      password_hash: passwordHash,
      role,
      last_login_at: null,
    });
    return orEmailTaken(manager.save(user));
  }
}

/** Locks the superusers' rows: of two changes that would remove the last two, the second sees the first. */
async function lockSuperusers(manager: EntityManager): Promise<string[]> {
  const rows: { user_id: string }[] = await manager.query(
    "SELECT user_id FROM users WHERE role = 'superuser' ORDER BY user_id FOR UPDATE",
  );
  return rows.map((row) => row.user_id);
}

function refuseLastSuperuser(superusers: string[], userId: string, staysSuperuser: boolean): void {
  if (staysSuperuser || superusers.length !== 1 || superusers[0] !== userId) return;
  const error = 'This is the last superuser; make another one first';
  throw new Problem('conflict', { error, errors: { role: [error] } });
}

async function orEmailTaken<T>(saved: Promise<T>): Promise<T> {
  try {
    return await saved;
  } catch (error) {
    if (uniqueViolation(error) === 'users_email') throw Problem.field('email', 'is taken by another user');
    throw error;
  }
}

function asRole(text: string): UserRole {
  if (!isUserRole(text)) throw Problem.field('role', 'Unknown role');
  return text;
}
