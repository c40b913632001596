import { Client, DatabaseError } from 'pg';

/** Any constant that nothing else locks in the database `postgres`: "DPOWNER" in ASCII. */
const OWNER_LOCK = '19228600113710418';

/** `connection`: the server is ours until that ends. `owner`: another process has it, described for people. */
export type Claim = { readonly connection: Client } | { readonly owner: string };

/**
 * Claims a running server for this process with an advisory lock. The lock ends with the connection, and so with the
 * process however that ends: no stale lock file, and no guessing whose process id it is.
 */
export async function claimServer(connection: Client): Promise<Claim> {
  const claimed = await connection.query<{ ok: boolean }>('SELECT pg_try_advisory_lock($1) AS ok', [OWNER_LOCK]);
  if (claimed.rows[0]?.ok) return { connection };
  const owners = await connection.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32 | l.objid::bigint) = $1`,
    [OWNER_LOCK],
  );
  return { owner: owners.rows[0]?.name ?? 'another process' };
}

/** Why a server does not take a connection: it will soon, it is about to end, or that needs a person. */
export type Refusal = 'starting' | 'stopping' | 'unreachable' | 'refused';

export function whyRefused(error: unknown): Refusal {
  if (!(error instanceof DatabaseError)) return 'unreachable';
  if (error.code !== '57P03') return 'refused';
  return error.message.includes('shutting down') ? 'stopping' : 'starting';
}
