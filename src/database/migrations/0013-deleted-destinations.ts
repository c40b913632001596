import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Destinations that were deleted while deliveries waited for them: what waits is cancelled in steps afterwards. */
export class DeletedDestinations1765200000000 implements MigrationInterface {
  readonly name = 'DeletedDestinations1765200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DELETED);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

// No foreign keys: the account may be deleted as well. A row lives for some minutes, or until nothing waits.
// cancelled_to: the acceptance of the last delivery that a step dealt with; next_step_at: when the next step is due.
const DELETED = `
CREATE TABLE deleted_destinations (
  destination_id uuid PRIMARY KEY,
  account_id     uuid NOT NULL,
  url            text NOT NULL,
  http_method    text NOT NULL,
  deleted_at     timestamptz NOT NULL DEFAULT now(),
  cancelled_to   bigint NOT NULL DEFAULT 0,
  next_step_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deleted_destinations_account ON deleted_destinations (account_id);
`;
