import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { UserRole } from './user.entity.js';

export const IDLE_HOURS = 2;
export const ABSOLUTE_HOURS = 24;

/** Who is logged in, as the panel's code sees it. */
export interface Session {
  readonly hash: Buffer;
  readonly userId: string;
  readonly email: string;
  readonly role: UserRole;
}

interface SessionRow {
  user_id: string;
  email: string;
  role: UserRole;
  stale: boolean;
}

/** Sessions of the panel. The browser holds 256 random bits; we keep their SHA-256, so a dump logs nobody in. */
@Injectable()
export class SessionsService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Starts a session and returns its token, shown to the browser only. Sessions past their time are cleared away. */
  async start(userId: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `DELETE FROM admin_sessions
         WHERE seen_at < now() - make_interval(hours => $1) OR created_at < now() - make_interval(hours => $2)`,
        [IDLE_HOURS, ABSOLUTE_HOURS],
      );
      await manager.query('INSERT INTO admin_sessions (session_hash, user_id) VALUES ($1, $2)', [
        hashOf(token),
        userId,
      ]);
      await manager.query('UPDATE users SET last_login_at = now() WHERE user_id = $1', [userId]);
    });
    return token;
  }

  /** The session of this token with its user as of now, or null when there is none or its time is over. */
  async find(token: string): Promise<Session | null> {
    const hash = hashOf(token);
    const rows: SessionRow[] = await this.dataSource.query(
      `SELECT user_id, email, role, seen_at < now() - interval '1 minute' AS stale
       FROM admin_sessions s JOIN users USING (user_id)
       WHERE session_hash = $1 AND disabled_at IS NULL
         AND seen_at > now() - make_interval(hours => $2) AND s.created_at > now() - make_interval(hours => $3)`,
      [hash, IDLE_HOURS, ABSOLUTE_HOURS],
    );
    const [row] = rows;
    if (!row) return null;
    // At most one write a minute: a page asks for a dozen things at once.
    if (row.stale)
      await this.dataSource.query('UPDATE admin_sessions SET seen_at = now() WHERE session_hash = $1', [hash]);
    return { hash, userId: row.user_id, email: row.email, role: row.role };
  }

  async end(token: string): Promise<void> {
    await this.dataSource.query('DELETE FROM admin_sessions WHERE session_hash = $1', [hashOf(token)]);
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
