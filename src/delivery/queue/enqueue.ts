import { randomUUID } from 'node:crypto';
import { byteaArray, intArray, textArray, uuidArray } from '../../database/binary-array.js';
import type { HotPool } from '../../database/hot-pool.js';
import { wanted } from '../../destinations/event-types.js';
import { startsOf } from './concatenation.js';

/** One event to be accepted. Everything in it has been validated: a batch must not fail because of one member. */
export interface IncomingEvent {
  /** UUIDv7, ours. */
  readonly eventId: string;
  /** SHA-256 of the account's token; joined again here, so that what was rotated or deleted is not used. */
  readonly tokenHash: Buffer;
  /** The caller's id, at most one event of a batch may carry the same one for the same token. */
  readonly externalId: string | null;
  readonly eventType: string | null;
  readonly contentType: string;
  readonly payload: Buffer;
  /** SHA-256 of the payload; only looked at together with `externalId`. */
  readonly payloadHash: Buffer | null;
}

/** A delivery that the accepting process may start itself: it is leased to that process from its first moment. */
export interface Grant {
  /** The event's place in its batch, from 0. */
  readonly eventIndex: number;
  /** What the delivery is to be called: see {@link newDeliveryId}. */
  readonly deliveryId: string;
  readonly accountId: string;
  readonly destinationId: string;
  /** As the process knows the destination; accepted for is what it is by the database. */
  readonly destinationVersion: number;
}

/** A delivery's id begins with the first 60 bits of its event's. */
export function newDeliveryId(eventId: string): string {
  return eventId.slice(0, SHARED_CHARACTERS) + randomUUID().slice(SHARED_CHARACTERS);
}

/** Of the ids of an event and its deliveries. */
const SHARED_CHARACTERS = 18;

/** A delivery as it stands after acceptance. */
export interface EnqueuedDelivery {
  readonly deliveryId: string;
  readonly destinationId: string;
  readonly destinationVersion: number;
  /** Leased to the process that accepted, with lease number 1. */
  readonly leased: boolean;
}

export type EnqueueResult =
  | { readonly kind: 'accepted'; readonly accountId: string; readonly deliveries: readonly EnqueuedDelivery[] }
  /** The external id was seen before: see look-up.ts. */
  | { readonly kind: 'duplicate'; readonly accountId: string }
  | { readonly kind: 'invalid_token' };

/**
 * The first row tells whether all grants were used, and as they are; then what else was accepted follows, and otherwise
 * all that was. Events of which nothing is said, in either way, had no valid token.
 */
interface Row {
  /** Of the event in its batch, from 1; 0: the first row. */
  position: number;
  account_id: string;
  /** False: a duplicate. In the first row: all grants were used. */
  is_so: boolean;
  /** Null: the event has no delivery, or this is none. */
  delivery_id: string | null;
  destination_id: string;
  destination_version: number;
  leased: boolean;
}

/** The part of {@link enqueueStatement} that keeps the senders' ids. */
const FRESH = `, fresh AS (
  INSERT INTO idempotency_keys AS k (account_id, external_id, event_id, body_hash, destinations, expires_at)
  SELECT DISTINCT ON (a.account_id, a.external_id) a.account_id, a.external_id, a.event_id, a.payload_hash,
         (SELECT count(*) FROM destinations d WHERE d.account_id = a.account_id
            AND ${wanted('d.event_types', 'a.event_type')}),
         now() + interval '24 hours'
  FROM authorised a
  WHERE a.external_id IS NOT NULL
  ORDER BY a.account_id, a.external_id, a.position
  ON CONFLICT (account_id, external_id) DO UPDATE
    SET event_id = excluded.event_id, body_hash = excluded.body_hash, destinations = excluded.destinations,
        expires_at = excluded.expires_at
    WHERE k.expires_at <= now()
  RETURNING k.event_id
)`;

/** Which deliveries there are to be: destinations are read once for all events of their account. */
const DELIVERIES = `target AS MATERIALIZED (
  SELECT d.id, d.account_id, d.event_types, d.url, d.http_method, d.version,
         d.enabled AND NOT d.ordered AND d.rate_limit IS NULL
           AND EXISTS (SELECT 1 FROM processes WHERE process_id = $1)
           AND NOT EXISTS (SELECT 1 FROM destination_health h
                           WHERE h.destination_id = d.id
                             AND (h.paused_until > now() OR h.probe_at IS NOT NULL)) AS is_free
  FROM destinations d WHERE d.account_id = ANY (ARRAY(SELECT DISTINCT account_id FROM accepted))
), delivery AS MATERIALIZED (
  SELECT coalesce(g.delivery_id, (left(a.event_id::text, 18) || substr(gen_random_uuid()::text, 19))::uuid)
           AS delivery_id,
         a.position, a.event_id, a.account_id, a.acceptance, a.event_type, t.id AS destination_id, t.url,
         t.http_method, t.version, g.version AS granted_version,
         ${wanted('t.event_types', 'a.event_type')} IS TRUE AS matches,
         g.version IS NOT NULL AND t.is_free AS leased
  FROM accepted a
  LEFT JOIN target t ON t.account_id = a.account_id
  LEFT JOIN unnest($11::int[], $12::uuid[], $13::uuid[], $14::int[])
              AS g (position, destination_id, delivery_id, version)
    ON g.position = a.position AND g.destination_id = t.id
`;

/** And that which tells whose ids were seen before. */
const REFUSED = `
UNION ALL
SELECT position::int, account_id, false, NULL, NULL, NULL, NULL
FROM authorised WHERE position NOT IN (SELECT position FROM accepted)`;

/**
 * Accepts a batch: events, idempotency keys, and one delivery for each destination, in one statement and so in one
 * transaction. Payloads travel as one parameter and are cut apart where they are stored: in an array they would be
 * carried through every step of the statement.
 * Keys are inserted in sorted order: two batches with the same keys in another order would deadlock; and each once,
 * though during a rotation it may come with both tokens: ON CONFLICT can't meet a row of its own statement.
 * Without any (`withKeys`) the table of keys is not opened: a sixth of what the statement costs before its first row.
 * What was granted is only told of when not all of it came to pass: a row for each delivery costs PostgreSQL and pg as
 * much as storing it.
 */
const enqueueStatement = (withKeys: boolean): string => `
WITH input AS (
  SELECT * FROM unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[], $9::bytea[])
    WITH ORDINALITY AS i (event_id, token_hash, external_id, event_type, content_type, payload_start, payload_length,
                          payload_hash, position)
), authorised AS (
  SELECT i.*, t.account_id
  FROM input i
  JOIN account_tokens t ON t.token_hash = i.token_hash AND (t.expires_at IS NULL OR t.expires_at > now())
)${withKeys ? FRESH : ''}, accepted AS MATERIALIZED (
  SELECT a.*, nextval('acceptance_order') AS acceptance
  FROM (SELECT * FROM authorised
        ${withKeys ? 'WHERE external_id IS NULL OR event_id IN (SELECT event_id FROM fresh)' : ''} ORDER BY position) a
), stored AS (
  INSERT INTO events (event_id, account_id, external_id, event_type, content_type, payload)
  SELECT event_id, account_id, external_id, event_type, content_type,
         substring($10::bytea FROM payload_start FOR payload_length)
  FROM accepted
), ${DELIVERIES}), waiting AS (
  INSERT INTO waiting_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type,
                                  leased_by, lease_number)
  SELECT delivery_id, event_id, account_id, destination_id, acceptance, event_type,
         CASE WHEN leased THEN $1::uuid END, leased::int
  FROM delivery WHERE matches
), skipped AS (
  INSERT INTO finished_deliveries (delivery_id, event_id, account_id, destination_id, acceptance, event_type, url,
                                   http_method, state, reason, attempts, lost_attempts, lease_number, created_at)
  SELECT delivery_id, event_id, account_id, destination_id, acceptance, event_type, url, http_method,
         'skipped', 'event_type_not_wanted', 0, 0, 0, now()
  FROM delivery WHERE NOT matches AND destination_id IS NOT NULL
), used AS MATERIALIZED (
  SELECT count(*) = cardinality($11) AS all_grants FROM delivery WHERE leased AND matches AND version = granted_version
)
SELECT 0 AS position, NULL::uuid AS account_id, all_grants AS is_so, NULL::uuid AS delivery_id,
       NULL::uuid AS destination_id, NULL::int AS destination_version, NULL::boolean AS leased
FROM used
UNION ALL
SELECT position::int, account_id, true, CASE WHEN matches THEN delivery_id END, destination_id, version, leased
FROM delivery WHERE NOT (leased AND matches AND (SELECT all_grants FROM used))${withKeys ? REFUSED : ''}`;

/** Leaves time to find out what came of it, for a caller who is to have an answer within 10 s. */
const ACCEPT_DEADLINE_MS = 4_500;

const ENQUEUE = { name: 'enqueue', text: enqueueStatement(false) };
const ENQUEUE_WITH_KEYS = { name: 'enqueue with keys', text: enqueueStatement(true) };

/** Runs {@link enqueueStatement}; the results stand in the order of `events`. Throws what the database throws. */
export async function enqueue(
  pool: HotPool,
  processId: string,
  events: readonly IncomingEvent[],
  grants: readonly Grant[],
): Promise<EnqueueResult[]> {
  const payloads = events.map((event) => event.payload);
  const { name, text } = events.some((event) => event.externalId !== null) ? ENQUEUE_WITH_KEYS : ENQUEUE;
  const rows = await pool.query<Row>(
    name,
    text,
    [
      processId,
      uuidArray(events.map((event) => event.eventId)),
      byteaArray(events.map((event) => event.tokenHash)),
      textArray(events.map((event) => event.externalId)),
      textArray(events.map((event) => event.eventType)),
      textArray(events.map((event) => event.contentType)),
      intArray(startsOf(payloads)),
      intArray(payloads.map((payload) => payload.length)),
      byteaArray(events.map((event) => event.payloadHash)),
      payloads.length === 1 ? payloads[0] : Buffer.concat(payloads),
      intArray(grants.map((grant) => grant.eventIndex + 1)),
      uuidArray(grants.map((grant) => grant.destinationId)),
      uuidArray(grants.map((grant) => grant.deliveryId)),
      intArray(grants.map((grant) => grant.destinationVersion)),
    ],
    ACCEPT_DEADLINE_MS,
  );
  return toResults(events.length, grants, rows);
}

const INVALID_TOKEN: EnqueueResult = { kind: 'invalid_token' };

function toResults(count: number, grants: readonly Grant[], [used, ...rows]: readonly Row[]): EnqueueResult[] {
  const results = Array.from({ length: count }, () => INVALID_TOKEN);
  const deliveriesOf: (EnqueuedDelivery[] | undefined)[] = [];
  const accept = (index: number, accountId: string): EnqueuedDelivery[] => {
    const known = deliveriesOf[index];
    if (known) return known;
    const deliveries: EnqueuedDelivery[] = [];
    deliveriesOf[index] = deliveries;
    results[index] = { kind: 'accepted', accountId, deliveries };
    return deliveries;
  };
  if (used?.is_so === true) {
    for (const { eventIndex, accountId, deliveryId, destinationId, destinationVersion } of grants) {
      accept(eventIndex, accountId).push({ deliveryId, destinationId, destinationVersion, leased: true });
    }
  }
  for (const row of rows) {
    const index = row.position - 1;
    if (!row.is_so) {
      results[index] = { kind: 'duplicate', accountId: row.account_id };
      continue;
    }
    const deliveries = accept(index, row.account_id);
    const { delivery_id: deliveryId, destination_id: destinationId, destination_version: destinationVersion } = row;
    if (deliveryId !== null) deliveries.push({ deliveryId, destinationId, destinationVersion, leased: row.leased });
  }
  return results;
}
