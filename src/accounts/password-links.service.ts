import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Problem } from '../common/problem.js';
import { recordChange } from '../history/record-change.js';
import { hashSetupToken } from './superusers.js';
import { userObject } from './user-changes.js';
import { User } from './user.entity.js';
import { UsersService } from './users.service.js';

const PASSWORD_LINK_HOURS = 72;

/** What a page may know of the one-time link that it is shown for. */
export interface PasswordLink {
  readonly userId: string;
  readonly email: string;
}

/** One-time links with which a user sets a password: for a new user, and for one who forgot it. We send no mail. */
@Injectable()
export class PasswordLinksService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UsersService,
  ) {}

  /** A new token for the user's link, shown once; the one before is void. Throws `not_found`. */
  async create(userId: string): Promise<{ token: string; expiresAt: Date }> {
    const token = randomBytes(32).toString('base64url');
    return this.dataSource.transaction(async (manager) => {
      const user = await manager.findOneBy(User, { user_id: userId });
      if (!user) throw new Problem('not_found');
      const rows: { expires_at: Date }[] = await manager.query(
        `INSERT INTO password_links (user_id, token_hash, expires_at)
         VALUES ($1, $2, now() + make_interval(hours => $3))
         ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at
         RETURNING expires_at`,
        [userId, hashSetupToken(token), PASSWORD_LINK_HOURS],
      );
      const [row] = rows;
      if (!row) throw new Error('The link was not stored');
      await recordChange(manager, userObject(user), 'make_password_link');
      return { token, expiresAt: row.expires_at };
    });
  }

  /** Whose link this is, or null when it was used, has expired, or belongs to who may not log in. */
  async find(token: string): Promise<PasswordLink | null> {
    const rows: { user_id: string; email: string }[] = await this.dataSource.query(
      `SELECT user_id, email FROM password_links JOIN users USING (user_id)
       WHERE token_hash = $1 AND expires_at > now() AND disabled_at IS NULL`,
      [hashSetupToken(token)],
    );
    const [row] = rows;
    return row ? { userId: row.user_id, email: row.email } : null;
  }

  /** Uses the link up and sets the password, both or neither. Throws `not_found` for a link that is not valid. */
  async redeem(token: string, password: string): Promise<User> {
    const link = await this.find(token);
    if (!link) throw new Problem('not_found');
    return this.users.setPassword(link.userId, password, null, async (manager) => {
      const used: [unknown[], number] = await manager.query(
        'DELETE FROM password_links WHERE token_hash = $1 AND expires_at > now() RETURNING true',
        [hashSetupToken(token)],
      );
      if (used[1] !== 1) throw new Problem('not_found');
    });
  }
}
