import type { HotPool } from '../../database/hot-pool.js';

/** What was answered when an external id was first seen. */
export interface FirstAnswer {
  readonly eventId: string;
  readonly payloadHash: Buffer;
  readonly destinations: number;
}

/** The caller's id for an event, unique within the account. */
export interface IdempotencyKey {
  readonly accountId: string;
  readonly externalId: string;
}

/** What was answered, or would have been, for an event that is stored. */
export interface StoredEvent {
  readonly accountId: string;
  readonly destinations: number;
}

/** Leaves time for the answer that is made of it. */
const DEADLINE_MS = 3_000;

/**
 * The column of a row of its own that makes the commit of a look-up one like any other: it waits for the disk and for
 * the standbys, and so for all that the look-up has seen. Without it an answer could tell of a commit that a failover
 * undoes. Needs no privilege, and fails on a standby. See docs/adr/0036.
 */
const CONFIRMED = `pg_logical_emit_message(true, 'data-pusher', 'look-up')::text AS confirmed`;

/**
 * The first answers, in the order of `keys`. A statement of its own: what the acceptance collided with may be newer than
 * its snapshot.
 */
export async function findFirstAnswers(
  pool: HotPool,
  keys: readonly IdempotencyKey[],
): Promise<(FirstAnswer | undefined)[]> {
  const rows = await pool.query<{ position: number; event_id: string; body_hash: Buffer; destinations: number }>(
    'find-first-answers',
    `SELECT NULL AS position, NULL AS event_id, NULL AS body_hash, NULL AS destinations, ${CONFIRMED}
     UNION ALL
     SELECT i.position, k.event_id, k.body_hash, k.destinations, NULL
     FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS i (account_id, external_id, position)
     JOIN idempotency_keys k ON k.account_id = i.account_id AND k.external_id = i.external_id`,
    [keys.map((key) => key.accountId), keys.map((key) => key.externalId)],
    DEADLINE_MS,
  );
  const answers = new Map<number, FirstAnswer>(
    rows.map((row) => [
      row.position - 1,
      { eventId: row.event_id, payloadHash: row.body_hash, destinations: row.destinations },
    ]),
  );
  return keys.map((_key, index) => answers.get(index));
}

/** Which of these events are stored: asked when the outcome of a commit is unknown. */
export async function findStored(pool: HotPool, eventIds: readonly string[]): Promise<Map<string, StoredEvent>> {
  const rows = await pool.query<{ event_id: string | null; account_id: string; destinations: number }>(
    'find-stored',
    `SELECT NULL AS event_id, NULL AS account_id, NULL AS destinations, ${CONFIRMED}
     UNION ALL
     SELECT e.event_id, e.account_id,
            (SELECT count(*) FROM waiting_deliveries w WHERE ${DELIVERIES_OF_EVENT('w')})
            + (SELECT count(*) FROM finished_deliveries f
               WHERE ${DELIVERIES_OF_EVENT('f')} AND f.state <> 'skipped'), NULL
     FROM events e WHERE e.event_id = ANY ($1::uuid[])`,
    [eventIds],
    DEADLINE_MS,
  );
  const stored = new Map<string, StoredEvent>();
  for (const { event_id: eventId, account_id: accountId, destinations } of rows) {
    if (eventId !== null) stored.set(eventId, { accountId, destinations });
  }
  return stored;
}

/** The deliveries of `e.event_id` as a range of the primary key: their ids share its first 60 bits. */
function DELIVERIES_OF_EVENT(alias: string): string {
  return `${alias}.delivery_id >= (left(e.event_id::text, 18) || '-0000-000000000000')::uuid
      AND ${alias}.delivery_id <= (left(e.event_id::text, 18) || '-ffff-ffffffffffff')::uuid
      AND ${alias}.event_id = e.event_id`;
}
