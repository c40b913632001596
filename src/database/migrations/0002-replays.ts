import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bulk replays, and the indexes that finding what failed, and events by the sender's id, need. */
export class Replays1764100000000 implements MigrationInterface {
  readonly name = 'Replays1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [REPLAYS, FAILED, EXTERNAL_IDS]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

// No foreign keys: what was replayed stays on record when accounts and destinations go.
const REPLAYS = `
CREATE TABLE replays (
  replay_id      uuid PRIMARY KEY,
  account_id     uuid,
  destination_id uuid,
  delivery_state text NOT NULL CHECK (delivery_state IN ('failed', 'cancelled', 'delivered')),
  reason         text,
  created_after  timestamptz,
  created_before timestamptz,
  -- Deliveries a second.
  pace           double precision NOT NULL CHECK (pace > 0),
  state          text NOT NULL DEFAULT 'counted'
                 CHECK (state IN ('counted', 'running', 'paused', 'finished', 'cancelled')),
  total          integer NOT NULL,
  total_is_exact boolean NOT NULL,
  done           integer NOT NULL DEFAULT 0,
  skipped        integer NOT NULL DEFAULT 0,
  -- The last delivery dealt with: all up to it are done.
  cursor_id      uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  next_step_at   timestamptz NOT NULL DEFAULT now(),
  -- What finished later is none of its business, its own deliveries above all.
  created_at     timestamptz NOT NULL DEFAULT now(),
  started_at     timestamptz,
  finished_at    timestamptz,
  version        integer NOT NULL DEFAULT 1
);
CREATE INDEX replays_account ON replays (account_id, replay_id);
CREATE INDEX replays_running ON replays (next_step_at) WHERE state = 'running';
`;

// Partial: what is delivered, nearly all, doesn't touch them. By account and destination, or the few failures of one
// would be looked for among its millions of deliveries, or among the failures of all.
const FAILED = `
CREATE INDEX finished_deliveries_account_failed ON finished_deliveries (account_id, delivery_id)
  WHERE state = 'failed';
CREATE INDEX finished_deliveries_destination_failed ON finished_deliveries (destination_id, delivery_id)
  WHERE state = 'failed';
CREATE INDEX finished_deliveries_cancelled ON finished_deliveries (delivery_id) WHERE state = 'cancelled';
`;

// The sender's id first, so that it is found without naming the account, too.
const EXTERNAL_IDS = `
DROP INDEX events_external;
CREATE INDEX events_external ON events (external_id, account_id) WHERE external_id IS NOT NULL;
`;
