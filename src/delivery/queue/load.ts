import type { HotPool } from '../../database/hot-pool.js';

/** What was received, as a push needs it. */
export interface StoredEvent {
  readonly eventId: string;
  readonly contentType: string;
  readonly payload: Buffer;
}

/** Reads each event once, however many of its deliveries were claimed. */
export async function loadEvents(pool: HotPool, eventIds: readonly string[]): Promise<Map<string, StoredEvent>> {
  const rows = await pool.queryRelaxed<{ event_id: string; content_type: string; payload: Buffer }>(
    'load-events',
    'SELECT event_id, content_type, payload FROM events WHERE event_id = ANY ($1::uuid[])',
    [eventIds],
  );
  return new Map(
    rows.map((row) => [row.event_id, { eventId: row.event_id, contentType: row.content_type, payload: row.payload }]),
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
  /** Newest first; `expires_at_ms` is null for the current one. */
  readonly secrets: { sealed: string; expires_at_ms: number | null }[];
}

export async function loadTargets(pool: HotPool, destinationIds: readonly string[]): Promise<StoredTarget[]> {
  return pool.queryRelaxed<StoredTarget & { [column: string]: unknown }>(
    'load-targets',
    `SELECT d.id, d.account_id, d.version, d.url, d.http_method, d.headers, d.timeout_ms, d.max_concurrency,
            d.rate_limit, d.retry_schedule, d.ordered,
            (SELECT coalesce(json_agg(json_build_object('sealed', s.sealed, 'expires_at_ms',
                                                        extract(epoch FROM s.expires_at) * 1000)
                                      ORDER BY s.created_at DESC), '[]')
             FROM signing_secrets s
             WHERE s.destination_id = d.id AND (s.expires_at IS NULL OR s.expires_at > now())) AS secrets
     FROM destinations d WHERE d.id = ANY ($1::uuid[])`,
    [destinationIds],
  );
}
