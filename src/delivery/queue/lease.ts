import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { HotPool } from '../../database/hot-pool.js';

/** A process without a heartbeat for so long is dead: its leases go back. */
export const DEAD_AFTER_SECONDS = 8;

/** Attempts cut off by crashes of ours before a delivery fails: what kills its process must not do so for ever. */
const MAX_LOST_ATTEMPTS = 20;

/**
 * Where a process id means something: this machine, since it was started, and in it this container. The host name
 * alone is no answer, since containers and machines may share one.
 */
const MACHINE = [
  hostname(),
  readOrNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  readOrNothing(() => readlinkSync('/proc/self/ns/pid')),
].join(' ');

function readOrNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '-';
  }
}

/** Registers this process under a new id. Without a row no lease can be taken. */
export async function register(pool: HotPool, processId: string, role: string): Promise<void> {
  await pool.queryVital('register', 'INSERT INTO processes (process_id, role, host, pid) VALUES ($1, $2, $3, $4)', [
    processId,
    role,
    MACHINE,
    process.pid,
  ]);
}

/** How many processes deliver, and this one's place among them (-1: it does not deliver). */
export interface Membership {
  readonly processCount: number;
  readonly processIndex: number;
  /**
   * How long its last sign of life was ago by the database's clock: much longer than a beat after the database was away,
   * a sleep, or a clock that was set; below zero when it was set back.
   */
  readonly silentMs: number;
}

/**
 * Says that this process lives, on the database's clock, and learns who shares the work. Null: this process was taken
 * for dead and is no longer on the list.
 */
export async function beat(pool: HotPool, processId: string): Promise<Membership | null> {
  const rows = await pool.queryVital<{ process_id: string; role: string; silent_ms: number }>(
    'beat',
    `WITH before AS (
       SELECT extract(epoch FROM now() - seen_at)::float8 * 1000 AS silent_ms FROM processes WHERE process_id = $1
     ), alive AS (
       UPDATE processes SET seen_at = now() WHERE process_id = $1 RETURNING process_id
     )
     SELECT p.process_id, p.role, b.silent_ms FROM processes p, alive, before b ORDER BY p.process_id`,
    [processId],
  );
  const [first] = rows;
  if (!first) return null;
  const delivering = rows.filter((row) => row.role !== 'api');
  return {
    processCount: delivering.length,
    processIndex: delivering.findIndex((row) => row.process_id === processId),
    silentMs: first.silent_ms,
  };
}

/** Takes processes off the list that are known to be gone, and returns their leases. */
export async function reap(pool: HotPool, processIds: readonly string[]): Promise<number> {
  return reapWhere(pool, 'reap', 'process_id = ANY ($1::uuid[])', processIds);
}

/**
 * Does so with those whose heartbeat stopped: seen last too long ago, or by a clock that was set back since. For who has
 * been heard all the time: see {@link Membership.silentMs}.
 */
export async function reapSilent(pool: HotPool): Promise<number> {
  return reapWhere(pool, 'reap-silent', 'abs(extract(epoch FROM now() - seen_at)) > $1', DEAD_AFTER_SECONDS);
}

async function reapWhere(pool: HotPool, name: string, condition: string, value: unknown): Promise<number> {
  const dead = await pool.query<{ process_id: string }>(
    name,
    `DELETE FROM processes WHERE ${condition} RETURNING process_id`,
    [value],
  );
  if (dead.length === 0) return 0;
  return returnLeases(
    pool,
    'w.leased_by = ANY ($2::uuid[])',
    dead.map((row) => row.process_id),
  );
}

/** The processes of this machine that no longer run although their row says so: found at once, not by a time-out. */
export async function findGoneOnThisHost(pool: HotPool): Promise<string[]> {
  const rows = await pool.query<{ process_id: string; pid: number }>(
    'find-gone',
    'SELECT process_id, pid FROM processes WHERE host = $1',
    [MACHINE],
  );
  // Ours is no row of ours yet: it belonged to who had this pid before, as after the restart of a container.
  return rows.filter((row) => row.pid === process.pid || !isRunning(row.pid)).map((row) => row.process_id);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Returns the leases that match. The attempt was cut off, may have arrived, and is written down as `interrupted`; it
 * counts apart from the attempts made, so it does not use up the schedule. A scan of what waits.
 */
async function returnLeases(pool: HotPool, condition: string, processIds: readonly string[]): Promise<number> {
  const rows = await pool.run(
    `WITH lost AS (
       SELECT w.delivery_id, w.lost_attempts + 1 >= $1 AS hopeless FROM waiting_deliveries w
       WHERE w.leased_by IS NOT NULL AND ${condition} FOR UPDATE
     ), returned AS (
       UPDATE waiting_deliveries w
       SET leased_by = NULL, lost_attempts = w.lost_attempts + 1, due_at = now(), attempted_at = now(),
           last_error = 'interrupted'
       FROM lost WHERE lost.delivery_id = w.delivery_id AND NOT lost.hopeless
       RETURNING w.delivery_id, w.destination_id, w.lease_number
     ), given_up AS (
       DELETE FROM waiting_deliveries w USING lost
       WHERE lost.delivery_id = w.delivery_id AND lost.hopeless
       RETURNING w.*
     ), history AS (
       INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, url,
                                        http_method, state, reason, attempts, lost_attempts, lease_number,
                                        last_status, created_at)
       SELECT g.delivery_id, g.event_id, g.account_id, g.destination_id, g.acceptance, g.event_type,
              coalesce(d.url, ''), coalesce(d.http_method, ''), 'failed', 'interrupted', g.attempts,
              g.lost_attempts + 1, g.lease_number, g.last_status, g.created_at
       FROM given_up g LEFT JOIN destinations d ON d.id = g.destination_id
     ), cut_off AS (
       SELECT delivery_id, destination_id, lease_number FROM returned
       UNION ALL SELECT delivery_id, destination_id, lease_number FROM given_up
     )
     INSERT INTO attempts (delivery_id, number, started_at, method, url, request_headers, timings, error_code, message)
     SELECT c.delivery_id, c.lease_number, now(), coalesce(d.http_method, ''), coalesce(d.url, ''), '[]', '{}',
            'interrupted',
            'The service stopped unexpectedly during this attempt; the request may or may not have arrived.'
     FROM cut_off c LEFT JOIN destinations d ON d.id = c.destination_id
     RETURNING delivery_id`,
    [MAX_LOST_ATTEMPTS, processIds],
  );
  return rows.length;
}

/**
 * Returns leases whose holder has no row: granted in the very moment in which the holder was taken off the list.
 * For the janitor only.
 */
export async function returnOrphans(pool: HotPool): Promise<number> {
  return returnLeases(
    pool,
    'NOT EXISTS (SELECT 1 FROM processes p WHERE p.process_id = w.leased_by) AND $2::uuid[] IS NOT NULL',
    [],
  );
}
