import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bulk operations beyond sending again what finished: what waits is brought forward or cancelled, rows are chosen. */
export class BulkOperations1764700000000 implements MigrationInterface {
  readonly name = 'BulkOperations1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [OPERATIONS, FAILED_LATELY]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

const OPERATIONS = `
ALTER TABLE replays
  ADD COLUMN action          text NOT NULL DEFAULT 'send' CHECK (action IN ('send', 'cancel')),
  ADD COLUMN event_type      text,
  ADD COLUMN last_status     integer,
  ADD COLUMN finished_after  timestamptz,
  ADD COLUMN finished_before timestamptz,
  -- The chosen ones, where rows were chosen.
  ADD COLUMN delivery_ids    uuid[],
  DROP CONSTRAINT replays_delivery_state_check,
  ADD CONSTRAINT replays_delivery_state_check CHECK
    (delivery_state IN ('failed', 'cancelled', 'delivered', 'waiting', 'pending', 'retrying', 'held')),
  ADD CONSTRAINT replays_cancel_what_waits CHECK
    (action = 'send' OR delivery_state IN ('waiting', 'pending', 'retrying', 'held'));
`;

// A delivery may fail for good many hours after its acceptance, by which its id is ordered.
const FAILED_LATELY = `
CREATE INDEX finished_deliveries_failed_finished ON finished_deliveries (finished_at) WHERE state = 'failed';
`;
