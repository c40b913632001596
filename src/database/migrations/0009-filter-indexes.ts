import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists by the type of events, and by what a destination answered when it refused, whatever else is in the ledger. */
export class FilterIndexes1764800000000 implements MigrationInterface {
  readonly name = 'FilterIndexes1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(index);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

const INDEXES = [
  'CREATE INDEX events_type ON events (event_type, event_id) WHERE event_type IS NOT NULL',
  'CREATE INDEX finished_deliveries_type ON finished_deliveries (event_type, delivery_id) WHERE event_type IS NOT NULL',
  // What was delivered has nearly always the same few, which are found soon without.
  'CREATE INDEX finished_deliveries_refused ON finished_deliveries (last_status, delivery_id) WHERE last_status >= 300',
];
