import { setTimeout as sleep } from 'node:timers/promises';
import { isDeadlock, isLockTimeout } from '../common/database-error.js';
import type { Query } from './hot-pool.js';

/**
 * How long a change of the schema waits for a lock. While it waits, everybody who comes after it waits as well, so this is
 * what others feel of it when a long query is in its way.
 */
const LOCK_TIMEOUT_MS = 300;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const TELL_EVERY_MS = 10_000;

export interface BriefLockOptions {
  /** Rejects with what PostgreSQL said once it has tried for so long; by default it tries until `signal` aborts. */
  readonly giveUpAfterMs?: number;
  /** Is told every ten seconds that it still waits, and for whom. */
  readonly tell?: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` in a transaction that waits for each of its locks no longer than {@link LOCK_TIMEOUT_MS}, and tries again
 * after a pause until it gets them. `query` is one session's. `what` names the work for people.
 */
export async function withBriefLocks<T>(
  query: Query,
  what: string,
  work: () => Promise<T>,
  { giveUpAfterMs = Infinity, tell, signal }: BriefLockOptions = {},
): Promise<T> {
  const beganAtMs = performance.now();
  let toldAtMs = beganAtMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    try {
      return await once(query, work);
    } catch (error) {
      const nowMs = performance.now();
      const isInTheWay = isLockTimeout(error) || isDeadlock(error);
      if (!isInTheWay || nowMs + pauseMs - beganAtMs > giveUpAfterMs) throw error;
      if (tell && nowMs - toldAtMs >= TELL_EVERY_MS) {
        toldAtMs = nowMs;
        tell(`Still waiting to ${what}: ${await oldestTransaction(query)}`);
      }
    }
    await sleep(pauseMs, undefined, { signal });
  }
}

async function once<T>(query: Query, work: () => Promise<T>): Promise<T> {
  await query('BEGIN');
  try {
    await query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    const result = await work();
    await query('COMMIT');
    return result;
  } catch (error) {
    await query('ROLLBACK');
    throw error;
  }
}

async function oldestTransaction(query: Query): Promise<string> {
  const [row] = await query<{ pid: number; name: string; seconds: number }>(
    `SELECT pid, application_name AS name, extract(epoch FROM now() - xact_start)::int AS seconds FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
     ORDER BY xact_start LIMIT 1`,
  );
  if (!row) return 'other transactions hold the table';
  return `the oldest transaction is ${row.seconds} s old (process ${row.pid} of PostgreSQL, "${row.name}")`;
}
