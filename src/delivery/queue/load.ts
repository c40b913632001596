import type { HotPool } from '../../database/hot-pool.js';

/** What was received, as a push needs it. */
export interface StoredEvent {
  readonly eventId: string;
  readonly contentType: string;
  readonly payload: Buffer;
}

/**
 * Reads each event once, however many of its deliveries were claimed, and payloads until `maxBytes` are exceeded: at
 * least one; the events beyond that are null. One that is not in the result is gone.
 */
export async function loadEvents(
  pool: HotPool,
  eventIds: readonly string[],
  maxBytes: number,
): Promise<Map<string, StoredEvent | null>> {
  const rows = await pool.queryRelaxed<{ event_id: string; content_type: string; payload: Buffer | null }>(
    'load-events',
    // The length of a payload is known without reading it.
    `SELECT event_id, content_type, CASE WHEN up_to_here - size < $2 THEN payload END AS payload
     FROM (SELECT event_id, content_type, payload, octet_length(payload) AS size,
                  sum(octet_length(payload)) OVER (ROWS UNBOUNDED PRECEDING) AS up_to_here
           FROM events WHERE event_id = ANY ($1::uuid[])) e`,
    [eventIds, maxBytes],
  );
  return new Map(
    rows.map(({ event_id: eventId, content_type: contentType, payload }) => [
      eventId,
      payload && { eventId, contentType, payload },
    ]),
  );
}

/** A destination as stored: header values and signing secrets are sealed. */
export interface StoredTarget {
  readonly id: string;
  readonly account_id: string;
  readonly version: number;
  readonly url: string;
  readonly http_method: string;
  readonly headers: { name: string; values: string[] }[];
  readonly timeout_ms: number;
  readonly max_concurrency: number;
  readonly rate_limit: number | null;
  readonly retry_schedule: number[];
  readonly ordered: boolean;
  /** None: all. */
  readonly event_types: string[];
  /** Newest first; `expires_at_ms` is null for the current one. */
  readonly secrets: { sealed: string; expires_at_ms: number | null }[];
}

export async function loadTargets(pool: HotPool, destinationIds: readonly string[]): Promise<StoredTarget[]> {
  return pool.queryRelaxed<StoredTarget & { [column: string]: unknown }>(
    'load-targets',
    `SELECT d.id, d.account_id, d.version, d.url, d.http_method, d.headers, d.timeout_ms, d.max_concurrency,
            d.rate_limit, d.retry_schedule, d.ordered, d.event_types,
            (SELECT coalesce(json_agg(json_build_object('sealed', s.sealed, 'expires_at_ms',
                                                        extract(epoch FROM s.expires_at) * 1000)
                                      ORDER BY s.created_at DESC), '[]')
             FROM signing_secrets s
             WHERE s.destination_id = d.id AND (s.expires_at IS NULL OR s.expires_at > now())) AS secrets
     FROM destinations d WHERE d.id = ANY ($1::uuid[])`,
    [destinationIds],
  );
}
