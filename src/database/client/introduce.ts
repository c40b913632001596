import type { Client } from 'pg';

/** The process of PostgreSQL that serves a connection, as it tells itself: a pooler tells another number. */
export interface Backend {
  readonly pid: number;
  /** As text, with microseconds: a later process may have the same number. */
  readonly startedAt: string;
}

/**
 * Who serves us, and does it take writes? A server, database or role whose commits do not wait for the disk or the
 * standbys is overruled; `on` and `remote_apply` are left alone. `relaxed` connections overrule that again.
 */
const INTRODUCE = `
SELECT pg_backend_pid() AS pid,
       (SELECT backend_start::text FROM pg_stat_get_activity(pg_backend_pid())) AS started_at,
       NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::bool AS writable,
       CASE WHEN current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')
            THEN set_config('synchronous_commit', 'on', false) END AS raised`;

/** Introduces a new connection; throws where the server takes no writes. */
export async function introduce(client: Client): Promise<Backend> {
  const { rows } = await client.query<{ pid: number; started_at: string | null; writable: boolean }>(INTRODUCE);
  const [row] = rows;
  if (!row?.writable) throw new TakesNoWrites();
  return { pid: row.pid, startedAt: row.started_at ?? '' };
}

/** The only server that there is, or the one that was found a moment ago, is a standby or set to read-only. */
class TakesNoWrites extends Error {
  readonly code = '25006';

  constructor() {
    super('takes no writes (a standby, or set to read-only)');
  }
}

/**
 * Ends a backend, whose statement may still be committed, and waits for its end. True when it is gone for certain: it may
 * have gone before, or have been one of another server. See docs/adr/0036.
 */
export async function endBackend(client: Client, { pid, startedAt }: Backend): Promise<boolean> {
  const { rows } = await client.query<{ gone: boolean }>(
    `SELECT pg_terminate_backend(pid, 2000) AS gone FROM pg_stat_get_activity($1)
     WHERE backend_start::text = $2`,
    [pid, startedAt],
  );
  return rows[0]?.gone ?? true;
}
