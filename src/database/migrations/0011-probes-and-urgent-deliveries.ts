import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One circuit for all processes, probes of two kinds, and deliveries that a person asked for: see docs/adr/0038. */
export class ProbesAndUrgentDeliveries1765000000000 implements MigrationInterface {
  readonly name = 'ProbesAndUrgentDeliveries1765000000000';
  /** An index can't be built CONCURRENTLY in a transaction. So every step may be run again. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const step of STEPS) await runner.query(step);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

const STEPS = [
  // attempted_at: when the latest attempt ended; null: none was made yet.
  'ALTER TABLE waiting_deliveries ADD COLUMN IF NOT EXISTS attempted_at timestamptz',
  // failed_probes: in a row, since the circuit opened; ahead_at: when a bulk operation last sent one delivery ahead.
  `ALTER TABLE destination_health
     ADD COLUMN IF NOT EXISTS failed_probes integer NOT NULL DEFAULT 0,
     ADD COLUMN IF NOT EXISTS ahead_at timestamptz`,
  // Only what has failed is in it: accepting, handing over and the first claim of a delivery do not write to it.
  'DROP INDEX CONCURRENTLY IF EXISTS waiting_deliveries_attempted',
  `CREATE INDEX CONCURRENTLY waiting_deliveries_attempted ON waiting_deliveries (destination_id, attempted_at)
     WHERE leased_by IS NULL AND attempted_at IS NOT NULL`,
  `CREATE INDEX IF NOT EXISTS destination_health_probes ON destination_health (probe_at) WHERE probe_at IS NOT NULL`,
  // Deliveries to attempt past a pause or an open circuit. lease_number: of the delivery when that was asked for; a
  // delivery with a higher one has been attempted since. A table of its own, so that the hot rows carry nothing for it.
  `CREATE TABLE IF NOT EXISTS urgent_deliveries (
     delivery_id  uuid PRIMARY KEY,
     lease_number integer NOT NULL
   )`,
];
