import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Problem } from '../common/problem.js';
import { hashSetupToken } from './superusers.js';
import type { User } from './user.entity.js';
import { UsersService } from './users.service.js';

/** The one-time link that sets the first superuser's password. Its token is made at start; here it is checked and used. */
@Injectable()
export class SetupLinkService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly users: UsersService,
  ) {}

  /** Whether the link may still be used: known, not expired, and no superuser exists. */
  async isValid(token: string): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      'SELECT 1 FROM setup_link WHERE token_hash = $1 AND expires_at > now()',
      [hashSetupToken(token)],
    );
    return rows.length > 0 && !(await this.users.hasSuperuser());
  }

  /**
   * Uses the link up and creates the superuser, both or neither: of two who post it at once, one wins, and a password
   * that is refused leaves the link as it was. Throws `not_found` for a link that is not valid.
   */
  async redeem(token: string, email: string, password: string): Promise<User> {
    // Before the password is hashed: that costs 0.3 s, and nobody should get it with a made-up link.
    if (!(await this.isValid(token))) throw new Problem('not_found');
    return this.users.createFirstSuperuser(email, password, async (manager) => {
      const used: [unknown[], number] = await manager.query(
        'DELETE FROM setup_link WHERE token_hash = $1 AND expires_at > now() RETURNING true',
        [hashSetupToken(token)],
      );
      if (used[1] !== 1) throw new Problem('not_found');
    });
  }
}
