import type { HotPool, Query } from '../../database/hot-pool.js';
import {
  conditionsOf,
  filterOf,
  isOfWaiting,
  REPLAY_FILTER_COLUMNS,
  type ReplayFilter,
  type ReplayFilterColumns,
} from './replay-filter.js';
import { newDeliveryId } from './replay-event.js';
import { oneAheadOf } from './urgent.js';
import { waitingStepStatement } from './waiting-step.js';

/** Counting stops here: a question must not cost by the whole of history. */
const MAX_COUNT = 1_000_000;
/** A step is small enough to be over in a moment and large enough not to pay for its transaction. */
const STEPS_A_SECOND = 5;
const MAX_STEP = 1_000;
/** What a pause of ours left undone is not made up for in one rush. */
const MAX_ARREARS = '1 second';
/** How many a replay would send again; not exact beyond a million. */
export async function countReplay(
  pool: HotPool,
  filter: ReplayFilter,
  finishedBy: Date,
): Promise<{ total: number; isExact: boolean }> {
  const values: unknown[] = [finishedBy];
  const { from, where } = conditionsOf(filter, values);
  const [row] = await pool.run<{ total: number }>(
    `SELECT count(*) AS total FROM (SELECT 1 FROM ${from} WHERE ${where} LIMIT ${MAX_COUNT + 1}) c`,
    values,
  );
  const total = row?.total ?? 0;
  return { total: Math.min(total, MAX_COUNT), isExact: total <= MAX_COUNT };
}

interface RunningReplay extends ReplayFilterColumns {
  replay_id: string;
  created_at: Date;
  started_at: Date;
  pace: number;
  cursor_id: string;
}

interface Moved {
  seen: number;
  moved: number;
  last_id: string | null;
}

export interface ReplayStep {
  readonly moved: number;
  /** When the next step of any replay is due; null: none is running. */
  readonly nextInMs: number | null;
}

/**
 * Takes one step of one running replay that is due. All of it is one transaction that holds the replay's row: what a
 * crash interrupts has not happened, what has happened is behind the cursor, and no two processes work on the same one.
 */
export async function stepReplay(pool: HotPool): Promise<ReplayStep> {
  return pool.transaction(async (query) => {
    const [replay] = await query<RunningReplay>(
      `SELECT replay_id, created_at, started_at, pace, cursor_id, ${REPLAY_FILTER_COLUMNS}
       FROM replays WHERE state = 'running' AND next_step_at <= now()
       ORDER BY next_step_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    );
    const moved = replay ? await advance(query, replay) : 0;
    const [next] = await query<{ in_ms: number | null }>(
      `SELECT (extract(epoch FROM min(next_step_at) - now()) * 1000)::float8 AS in_ms
       FROM replays WHERE state = 'running'`,
    );
    return { moved, nextInMs: next?.in_ms ?? null };
  });
}

async function advance(query: Query, replay: RunningReplay): Promise<number> {
  const size = Math.max(1, Math.min(MAX_STEP, Math.ceil(replay.pace / STEPS_A_SECOND)));
  const { created_at: finishedBy, started_at: startedAt, cursor_id: cursorId } = replay;
  const range = { finishedBy, startedAt, cursorId, size };
  const { text, values } = stepStatement(filterOf(replay), range);
  const [row] = await query<Moved>(text, values);
  const { seen = 0, moved = 0, last_id: lastId = null } = row ?? {};
  await query(
    `UPDATE replays
     SET done = done + $2, skipped = skipped + $3, cursor_id = coalesce($4, cursor_id),
         next_step_at = greatest(next_step_at, now() - interval '${MAX_ARREARS}') + $5 * interval '1 second',
         state = CASE WHEN $6 THEN 'finished' ELSE state END, finished_at = CASE WHEN $6 THEN now() END,
         version = version + 1
     WHERE replay_id = $1`,
    [replay.replay_id, moved, seen - moved, lastId, seen / replay.pace, seen < size],
  );
  return moved;
}

/**
 * The statement that sends the next deliveries again. What failed or was cancelled goes back to what waits: the same
 * delivery, with its schedule anew. What was delivered stays on record and gets a new delivery. What can't be sent any
 * more, because its destination or its payload is gone, is passed over.
 */
export function stepStatement(
  filter: ReplayFilter,
  { finishedBy, startedAt, cursorId, size }: { finishedBy: Date; startedAt: Date; cursorId: string; size: number },
): { text: string; values: unknown[] } {
  const values: unknown[] = [finishedBy, cursorId, size];
  const { from, where } = conditionsOf(filter, values);
  if (filter.action === 'send') values.push(startedAt);
  const startedAtParameter = `$${values.length}::timestamptz`;
  if (isOfWaiting(filter)) {
    return { text: waitingStepStatement(filter.action, from, where, startedAtParameter), values };
  }
  const text = `
WITH candidate AS MATERIALIZED (
  SELECT f.delivery_id, f.event_id, f.account_id, f.destination_id, f.event_type, f.created_at
  FROM ${from} WHERE ${where} AND f.delivery_id > $2
  ORDER BY f.delivery_id LIMIT $3
), sendable AS MATERIALIZED (
  SELECT c.* FROM candidate c
  WHERE EXISTS (SELECT 1 FROM destinations d WHERE d.id = c.destination_id)
    AND EXISTS (SELECT 1 FROM events e WHERE e.event_id = c.event_id)
  ORDER BY c.delivery_id
), ${filter.state === 'delivered' ? AS_NEW : BACK}, ${oneAheadOf('waiting', startedAtParameter)}
SELECT (SELECT count(*) FROM candidate) AS seen, (SELECT count(*) FROM waiting) AS moved,
       (SELECT delivery_id FROM candidate ORDER BY delivery_id DESC LIMIT 1) AS last_id`;
  return { text, values };
}

const BACK = `back AS (
  DELETE FROM finished_deliveries f USING sendable s
  WHERE f.delivery_id = s.delivery_id AND f.state IN ('failed', 'cancelled') AND f.finished_at <= $1
  RETURNING f.*
), waiting AS (
  INSERT INTO waiting_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, created_at,
                                  attempts, lease_number, last_status, last_error, attempted_at)
  SELECT delivery_id, event_id, account_id, destination_id, acceptance, event_type, created_at, attempts, lease_number,
         last_status, reason, CASE WHEN lease_number > 0 THEN finished_at END
  FROM back
  RETURNING delivery_id, destination_id, acceptance, lease_number
)`;

const AS_NEW = `waiting AS (
  INSERT INTO waiting_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, created_at)
  SELECT ${newDeliveryId('event_id')}, event_id, account_id, destination_id, nextval('acceptance_order'), event_type,
         created_at
  FROM sendable
  RETURNING delivery_id, destination_id, acceptance, lease_number
)`;
