import type { HotPool } from '../../database/hot-pool.js';

/** How a destination is doing, by its latest attempts. */
export interface DestinationHealth {
  /** Null while its latest attempt was delivered, or none was made since it was enabled. */
  readonly lastError: string | null;
  readonly lastStatus: number | null;
  readonly lastDeliveryId: string | null;
  readonly lastFailedAt: Date | null;
  /** Since the first of the failures in a row. */
  readonly failingSince: Date | null;
  readonly failures: number;
  /** It asked to be left alone until then (`Retry-After`). */
  readonly pausedUntil: Date | null;
  /** The circuit is open, and is probed then; null: closed. */
  readonly probeAt: Date | null;
}

/** A destination that needs somebody to look at it. */
export interface TroubledDestination {
  readonly id: string;
  readonly url: string;
  readonly httpMethod: string;
  readonly accountName: string;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly health: DestinationHealth;
  readonly failed: number;
  readonly waiting: number;
}

/** What is still to be done for a destination; counting stops at {@link MAX_SHOWN_COUNT}. */
export interface UnfinishedBusiness {
  /** Given up, and kept for being sent again. */
  readonly failed: number;
  readonly waiting: number;
}

const MAX_SHOWN_COUNT = 1_000;

/** Along the index of either table, and no farther than is shown. */
function counts(destination: string): string {
  return `
  (SELECT count(*) FROM (SELECT FROM finished_deliveries f WHERE f.destination_id = ${destination}
                         AND f.state = 'failed' LIMIT ${MAX_SHOWN_COUNT}) c) AS failed,
  (SELECT count(*) FROM (SELECT FROM waiting_deliveries w WHERE w.destination_id = ${destination}
                         LIMIT ${MAX_SHOWN_COUNT}) c) AS waiting`;
}

export async function countUnfinished(pool: HotPool, destinationId: string): Promise<UnfinishedBusiness> {
  const [row] = await pool.run<{ failed: number; waiting: number }>(`SELECT ${counts('$1')}`, [destinationId]);
  return { failed: row?.failed ?? 0, waiting: row?.waiting ?? 0 };
}

interface HealthRow {
  last_error: string | null;
  last_status: number | null;
  last_delivery_id: string | null;
  last_failed_at: Date | null;
  failing_since: Date | null;
  failures: number | null;
  paused_until: Date | null;
  probe_at: Date | null;
}

const HEALTH = `h.last_error, h.last_status, h.last_delivery_id, h.last_failed_at, h.failing_since, h.failures,
  CASE WHEN h.paused_until > now() THEN h.paused_until END AS paused_until, h.probe_at`;

export async function readHealth(pool: HotPool, destinationId: string): Promise<DestinationHealth> {
  const [row] = await pool.run<HealthRow & Record<string, unknown>>(
    `SELECT ${HEALTH} FROM destination_health h WHERE h.destination_id = $1`,
    [destinationId],
  );
  return toHealth(row);
}

/** By destination; one that is not known to be ill is healthy. */
export async function readHealths(
  pool: HotPool,
  destinationIds: readonly string[],
): Promise<ReadonlyMap<string, DestinationHealth>> {
  const rows = await pool.run<HealthRow & { id: string } & Record<string, unknown>>(
    `SELECT h.destination_id AS id, ${HEALTH} FROM destination_health h WHERE h.destination_id = ANY ($1::uuid[])`,
    [destinationIds],
  );
  const found = new Map(rows.map((row) => [row.id, toHealth(row)]));
  return new Map(destinationIds.map((id) => [id, found.get(id) ?? toHealth(undefined)]));
}

interface TroubledRow extends HealthRow {
  [column: string]: unknown;
  id: string;
  url: string;
  http_method: string;
  account_name: string;
  enabled: boolean;
  disabled_reason: string | null;
  total: number;
  failed: number;
  waiting: number;
}

/** Those that fail or are disabled: first what we disabled or what fails, the latest first; last what a person did. */
export async function findTroubled(
  pool: HotPool,
  limit: number,
): Promise<{ total: number; destinations: TroubledDestination[] }> {
  const rows = await pool.run<TroubledRow>(
    `WITH troubled AS MATERIALIZED (
       SELECT d.id, d.url, d.http_method, d.enabled, d.disabled_reason, a.account_name, ${HEALTH},
              count(*) OVER () AS total, row_number() OVER (ORDER BY h.last_error IS NULL,
                coalesce(h.last_failed_at, d.updated_at) DESC) AS place
       FROM destinations d
       JOIN accounts a ON a.account_id = d.account_id
       LEFT JOIN destination_health h ON h.destination_id = d.id
       WHERE NOT d.enabled OR h.last_error IS NOT NULL
       ORDER BY place LIMIT $1
     )
     SELECT t.*, ${counts('t.id')} FROM troubled t ORDER BY t.place`,
    [limit],
  );
  return {
    total: rows[0]?.total ?? 0,
    destinations: rows.map((row) => ({
      id: row.id,
      url: row.url,
      httpMethod: row.http_method,
      accountName: row.account_name,
      enabled: row.enabled,
      disabledReason: row.disabled_reason,
      health: toHealth(row),
      failed: row.failed,
      waiting: row.waiting,
    })),
  };
}

function toHealth(row: HealthRow | undefined): DestinationHealth {
  return {
    lastError: row?.last_error ?? null,
    lastStatus: row?.last_status ?? null,
    lastDeliveryId: row?.last_delivery_id ?? null,
    lastFailedAt: row?.last_failed_at ?? null,
    failingSince: row?.failing_since ?? null,
    failures: row?.failures ?? 0,
    pausedUntil: row?.paused_until ?? null,
    probeAt: row?.probe_at ?? null,
  };
}
