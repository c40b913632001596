import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { anyCase } from '../common/any-case.js';
import { withoutBlanks } from '../common/blanks.js';
import { etagOf, requireMatch } from '../common/etag.js';
import type { ListQuery } from '../common/list-query.js';
import { findPage, timeConditions, type Page } from '../common/page.js';
import { Problem } from '../common/problem.js';
import { diffFields } from '../history/diff-fields.js';
import { recordChange, recordUpdate } from '../history/record-change.js';
import { hashPassword, verifyPassword } from './password.js';
import { readableUser, userObject } from './user-changes.js';
import {
  endSessions,
  lockSuperusers,
  lockUser,
  orEmailTaken,
  refuseLastSuperuser,
  storePassword,
} from './user-rows.js';
import { checkUserFields, isUserRole } from './user-rules.js';
import { User, type UserRole } from './user.entity.js';

export interface NewUser {
  readonly email: string;
  /** Null: nobody can log in until one is set by a link (see PasswordLinksService). */
  readonly password: string | null;
  readonly role: string;
}

export interface UserUpdate {
  readonly email?: string;
  readonly role?: string;
  readonly isEnabled?: boolean;
  readonly password?: string;
}

/** The people who may log in to the panel, and their passwords. */
@Injectable()
export class UsersService {
  /** Verified against when no such user exists, so that the time of an answer doesn't tell who does. */
  private nobodysHash: Promise<string> | null = null;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async list(query: ListQuery): Promise<Page<User>> {
    const builder = this.dataSource.manager.createQueryBuilder(User, 'user');
    return findPage(builder, query, {
      text: ['email'],
      key: 'user_id',
      conditions: { is_enabled: '(user.disabled_at IS NULL) = $', ...timeConditions('user.created_at', 'created') },
    });
  }

  /** Throws `not_found`. */
  async get(userId: string): Promise<User> {
    const user = await this.dataSource.manager.findOneBy(User, { user_id: userId });
    if (!user) throw new Problem('not_found');
    return user;
  }

  async create({ password, role, ...given }: NewUser): Promise<User> {
    const email = withoutBlanks(given.email);
    checkUserFields({ email, role, password: password ?? undefined });
    // What nobody knows is as good as no password, and needs no case of its own anywhere else.
    const passwordHash = await hashPassword(password ?? randomBytes(32).toString('base64url'));
    return this.dataSource.transaction((manager) => insertUser(manager, email, passwordHash, asRole(role)));
  }

  /**
   * Creates the first superuser, or throws `conflict` when there is one. With it ends every setup link.
   * `claim` runs first in the same transaction and may refuse by throwing.
   */
  async createFirstSuperuser(
    givenEmail: string,
    password: string,
    claim: (manager: EntityManager) => Promise<void> = () => Promise.resolve(),
  ): Promise<User> {
    const email = withoutBlanks(givenEmail);
    checkUserFields({ email, password });
    const passwordHash = await hashPassword(password);
    return this.dataSource.transaction(async (manager) => {
      await manager.query('LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE');
      await claim(manager);
      if (await manager.existsBy(User, { role: 'superuser' })) {
        throw new Problem('conflict', { error: 'There is a superuser already' });
      }
      await manager.query('DELETE FROM setup_link');
      return insertUser(manager, email, passwordHash, 'superuser');
    });
  }

  async hasSuperuser(): Promise<boolean> {
    return this.dataSource.manager.existsBy(User, { role: 'superuser' });
  }

  /**
   * A new role counts from the user's next request on, which reads it anew; who is disabled or gets another
   * password is logged out at once.
   */
  async update(userId: string, given: UserUpdate, ifMatch?: string): Promise<User> {
    const fields = given.email === undefined ? given : { ...given, email: withoutBlanks(given.email) };
    checkUserFields(fields);
    const passwordHash = fields.password === undefined ? null : await hashPassword(fields.password);
    return this.dataSource.transaction(async (manager) => {
      const superusers = await lockSuperusers(manager);
      const user = await lockUser(manager, userId);
      requireMatch(ifMatch, userEtag(user));
      const before = readableUser(user);
      if (fields.email !== undefined) user.email = fields.email;
      if (fields.role !== undefined) user.role = asRole(fields.role);
      if (fields.isEnabled !== undefined) user.disabled_at = fields.isEnabled ? null : (user.disabled_at ?? new Date());
      const stays = user.role === 'superuser' && user.disabled_at === null;
      refuseLastSuperuser(superusers, userId, stays, fields.isEnabled === false ? 'is_enabled' : 'role');
      const saved = await orEmailTaken(manager.save(user));
      if (saved.disabled_at !== null) await endSessions(manager, userId);
      await recordUpdate(manager, userObject(saved), diffFields(before, readableUser(saved)));
      if (passwordHash !== null) await storePassword(manager, saved, passwordHash);
      return saved;
    });
  }

  /**
   * Sets a new password and ends the user's sessions, but the one whose hash is `exceptSession`, and every link that
   * could set another. `claim` as in {@link createFirstSuperuser}.
   */
  async setPassword(
    userId: string,
    password: string,
    exceptSession: Buffer | null = null,
    claim: (manager: EntityManager) => Promise<void> = () => Promise.resolve(),
  ): Promise<User> {
    checkUserFields({ password });
    const passwordHash = await hashPassword(password);
    return this.dataSource.transaction(async (manager) => {
      const user = await lockUser(manager, userId);
      await claim(manager);
      await storePassword(manager, user, passwordHash, exceptSession);
      return user;
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
      refuseLastSuperuser(await lockSuperusers(manager), userId, false, 'role');
      const user = await lockUser(manager, userId);
      await recordChange(manager, userObject(user), 'delete', diffFields(readableUser(user), null));
      await manager.delete(User, { user_id: userId });
    });
  }

  /** The user with this email and password who may log in, or null; takes as long for an email that nobody has. */
  async authenticate(email: string, password: string): Promise<User | null> {
    const decoy = await (this.nobodysHash ??= hashPassword('nobody has this password'));
    const user = await this.dataSource.manager
      .createQueryBuilder(User, 'user')
      .addSelect('user.password_hash')
      .where(`${anyCase('user.email')} = ${anyCase(':email')}`, { email: withoutBlanks(email) })
      .andWhere({ disabled_at: IsNull() })
      .getOne();
    const matches = await verifyPassword(password, user?.password_hash ?? decoy);
    return matches ? user : null;
  }
}

export function userEtag({ user_id: id, version }: User): string {
  return etagOf(id, version);
}

async function insertUser(manager: EntityManager, email: string, passwordHash: string, role: UserRole): Promise<User> {
  const user = manager.create(User, {
    user_id: uuidv7(),
    email,
    password_hash: passwordHash,
    role,
    last_login_at: null,
    disabled_at: null,
  });
  const saved = await orEmailTaken(manager.save(user));
  await recordChange(manager, userObject(saved), 'create', diffFields(null, readableUser(saved)));
  return saved;
}

function asRole(text: string): UserRole {
  if (!isUserRole(text)) throw Problem.field('role', 'Unknown role');
  return text;
}
