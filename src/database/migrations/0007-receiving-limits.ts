import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much each account may send, and what is left of it. */
export class ReceivingLimits1764600000000 implements MigrationInterface {
  readonly name = 'ReceivingLimits1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LIMITS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

// The budgets are unlogged: a crash of the database may forget them, since a full bucket is what they begin with.
const LIMITS = `
ALTER TABLE accounts ADD COLUMN receive_rate_limit double precision CHECK (receive_rate_limit > 0);

CREATE UNLOGGED TABLE receive_budgets (
  account_id  uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  tokens      double precision NOT NULL,
  granted     double precision NOT NULL,
  refilled_at timestamptz NOT NULL
) WITH (fillfactor = 50);
`;
