import type { Cut } from './bound-duplicates.js';
import type { Arrivals } from './moody-receiver.js';
import type { SentRecord } from './load.js';
import type { Service } from './service.js';

/** An event as the table has it. */
export interface StoredEvent {
  readonly eventId: string;
  readonly externalId: string | null;
  readonly n: number;
}

/** The attempts of one delivery that were no success, by their error code. */
export type Excuses = readonly string[];

/** Whether the answer to such an attempt may have come too late to be heard: then it arrived, and is made again. */
export function isLate(code: string): boolean {
  return code === 'timed_out' || code === 'connection_reset';
}

/** All that a run has left behind, for {@link reconcile}. */
export interface Evidence {
  readonly sent: SentRecord;
  readonly stored: readonly StoredEvent[];
  /** By destination: those of the first account, which must get every event of it. */
  readonly destinations: readonly { readonly id: string; readonly arrivals: ReadonlyMap<string, Arrivals> }[];
  /** What came to the second account's destinations. */
  readonly others: readonly ReadonlyMap<string, Arrivals>[];
  readonly foreign: readonly string[];
  /** Deliveries of the first account, by state. */
  readonly states: Readonly<Record<string, number>>;
  /** Those of the second. */
  readonly otherStates: Readonly<Record<string, number>>;
  /** Deliveries in `waiting_deliveries`, in words. */
  readonly stuck: readonly string[];
  /** Rows with an id of the sender's that was refused. */
  readonly traces: number;
  /** Rows of processes that do not run. */
  readonly ghosts: number;
  /** By event id and destination id, of deliveries that came more than once. */
  readonly excuses: ReadonlyMap<string, Excuses>;
  /** When PostgreSQL crashed (epoch): what it had not yet written to disk of leases was undone. */
  readonly crashesAtMs: readonly number[];
  /** All faults, in the order in which they were thrown. */
  readonly cuts: readonly Cut[];
}

export function keyOf(eventId: string, destinationId: string): string {
  return `${eventId} ${destinationId}`;
}

/** What the ledger says, once nothing moves any more. */
export async function readLedger(service: Service, accounts: readonly [string, string], repeated: readonly string[]) {
  const stored = await service.sql<{ event_id: string; external_id: string | null; n: number }>(
    `SELECT event_id, external_id, (regexp_match(convert_from(payload, 'UTF8'), '"n":(\\d+)'))[1]::int AS n FROM events`,
  );
  const [states, otherStates] = await Promise.all(accounts.map((accountId) => readStates(service, accountId)));
  const stuck = await service.sql<{ text: string }>(
    `SELECT concat_ws(' ', delivery_id, 'due', due_at, 'leased by', leased_by, 'after', attempts, last_error) AS text
     FROM waiting_deliveries LIMIT 20`,
  );
  return {
    stored: stored.map((row) => ({ eventId: row.event_id, externalId: row.external_id, n: row.n })),
    states: states ?? {},
    otherStates: otherStates ?? {},
    stuck: stuck.map(({ text }) => text),
    traces: await countTraces(service),
    excuses: await readExcuses(service, repeated),
  };
}

async function readStates(service: Service, accountId: string): Promise<Record<string, number>> {
  const rows = await service.sql<{ state: string; n: number }>(
    `SELECT state, count(*)::int AS n FROM finished_deliveries WHERE account_id = $1 GROUP BY state`,
    [accountId],
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

/** Keys without their event, events without their key, and several events of one key: none of them may be. */
async function countTraces(service: Service): Promise<number> {
  const rows = await service.sql<{ n: number }>(
    `SELECT (SELECT count(*) FROM idempotency_keys k
             WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.event_id = k.event_id))::int
          + (SELECT count(*) FROM events e WHERE e.external_id IS NOT NULL AND NOT EXISTS
               (SELECT 1 FROM idempotency_keys k WHERE k.event_id = e.event_id))::int
          + (SELECT count(*) FROM finished_deliveries f
             WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.event_id = f.event_id))::int AS n`,
  );
  return rows[0]?.n ?? 0;
}

async function readExcuses(service: Service, repeated: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await service.sql<{ event_id: string; destination_id: string; codes: string[] }>(
    `SELECT f.event_id, f.destination_id, coalesce(array_agg(a.error_code) FILTER (WHERE a.error_code IS NOT NULL), '{}') AS codes
     FROM finished_deliveries f LEFT JOIN attempts a ON a.delivery_id = f.delivery_id
     WHERE f.event_id = ANY ($1::uuid[]) GROUP BY 1, 2`,
    [repeated],
  );
  return new Map(rows.map((row) => [keyOf(row.event_id, row.destination_id), row.codes]));
}
