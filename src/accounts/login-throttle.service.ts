import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { anyCase } from '../common/any-case.js';
import { networkOf } from '../common/client-network.js';

/** Attempts allowed at once, and how long one takes to come back. */
interface Rule {
  readonly attempts: number;
  readonly refillSeconds: number;
}

/** An office behind one address may mistype together. */
const BY_ADDRESS: Rule = { attempts: 30, refillSeconds: 20 };
/** One user is guessed at most 480 times a day from a place, and as often from all unknown places together. */
const BY_USER: Rule = { attempts: 10, refillSeconds: 180 };
/** How long a place from which somebody logged in counts as theirs. */
const KNOWN_DAYS = 90;

/** An attempt that was counted: no guess if it turns out right. */
interface Attempt {
  /** Seconds until the next attempt may be made; 0: this one may. */
  readonly waitSeconds: number;
  readonly keys: readonly string[];
}

/**
 * Slows guessing down, counted in the database, so that all processes share one budget. By address, and by user: from
 * a place where the user has logged in before apart from all others. So who guesses from elsewhere, however often,
 * can't lock the user out where they usually are. See docs/adr/0018.
 */
@Injectable()
export class LoginThrottle {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Counts before the password is looked at, so that many at once are counted, too. */
  async take(address: string, email: string): Promise<Attempt> {
    const network = networkOf(address);
    const byAddress = `address ${network}`;
    const waitForAddress = await this.takeOne(byAddress, BY_ADDRESS);
    if (waitForAddress > 0) return { waitSeconds: waitForAddress, keys: [] };
    const name = email.toLowerCase().slice(0, 320);
    const byUser = (await this.isKnown(name, network)) ? `user ${name} at ${network}` : `user ${name}`;
    return { waitSeconds: await this.takeOne(byUser, BY_USER), keys: [byAddress, byUser] };
  }

  /** Takes a link or the like, which names no user. Returns the seconds to wait, 0: none. */
  takeAddress(address: string): Promise<number> {
    return this.takeOne(`address ${networkOf(address)}`, BY_ADDRESS);
  }

  /** Gives back what a right password took, and remembers where it came from. Clears away what has run out. */
  async wasRight({ keys }: Attempt, userId: string, address: string): Promise<void> {
    const [byAddress, byUser] = keys;
    await this.dataSource.query(`DELETE FROM login_throttles WHERE key = $1 OR full_at < now()`, [byUser ?? '']);
    await this.dataSource.query(
      `UPDATE login_throttles SET full_at = full_at - make_interval(secs => $2) WHERE key = $1`,
      [byAddress ?? '', BY_ADDRESS.refillSeconds],
    );
    await this.dataSource.query(
      `INSERT INTO login_networks (user_id, network) VALUES ($1, $2)
       ON CONFLICT (user_id, network) DO UPDATE SET seen_at = now()`,
      [userId, networkOf(address)],
    );
    await this.dataSource.query(`DELETE FROM login_networks WHERE seen_at < now() - make_interval(days => $1)`, [
      KNOWN_DAYS,
    ]);
  }

  /**
   * A token bucket in one column (the generic cell rate algorithm): the time at which it is full again. An attempt
   * moves it by one refill, unless that were further ahead than an empty bucket is. One that is further ahead already was
   * written by a clock that was set back since, and begins anew: nobody is locked out until that clock's time comes.
   * Returns the seconds to wait; 0 when the attempt was taken.
   */
  private async takeOne(key: string, { attempts, refillSeconds }: Rule): Promise<number> {
    const taken: unknown[] = await this.dataSource.query(TAKE, [key, attempts, refillSeconds]);
    if (taken.length > 0) return 0;
    // A statement of its own: the one before sees the bucket as it was before it waited for other attempts.
    const [row]: { wait: number }[] = await this.dataSource.query(WAIT, [key, attempts, refillSeconds]);
    return Math.max(1, Math.ceil(row?.wait ?? 0));
  }

  private async isKnown(email: string, network: string): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      `SELECT 1 FROM login_networks JOIN users USING (user_id)
       WHERE ${anyCase('email')} = ${anyCase('$1')} AND network = $2 AND seen_at > now() - make_interval(days => $3)`,
      [email, network, KNOWN_DAYS],
    );
    return rows.length > 0;
  }
}

/** By more than the time that passes while a statement runs. */
const WAS_SET_BACK = 't.full_at > clock_timestamp() + make_interval(secs => $2 * $3 + 1)';

/**
 * Takes one attempt, and returns a row if there was one to take. It goes by `clock_timestamp()`, because `now()` is when
 * the statement began: before it waited for the lock that other attempts held on the row.
 */
const TAKE = `
INSERT INTO login_throttles AS t (key, full_at) VALUES ($1, clock_timestamp() + make_interval(secs => $3))
ON CONFLICT (key) DO UPDATE SET full_at = make_interval(secs => $3) +
    CASE WHEN ${WAS_SET_BACK} THEN clock_timestamp() ELSE greatest(t.full_at, clock_timestamp()) END
  WHERE t.full_at <= clock_timestamp() + make_interval(secs => ($2 - 1) * $3) OR ${WAS_SET_BACK}
RETURNING key`;

/** Seconds until the next attempt comes back. */
const WAIT = `
SELECT extract(epoch FROM full_at - clock_timestamp())::float8 - ($2 - 1) * $3 AS wait
FROM login_throttles WHERE key = $1`;
