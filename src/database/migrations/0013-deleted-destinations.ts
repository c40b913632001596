import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Destinations that were deleted while deliveries waited for them: what waits is cancelled in steps afterwards. And the
 * trigger that retention puts on a partition while it copies what is kept of it.
 */
export class DeletedDestinations1765200000000 implements MigrationInterface {
  readonly name = 'DeletedDestinations1765200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [DELETED, MIRROR]) await runner.query(part);
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

// On a partition `x` that is about to be replaced by `x_next`: what changes in the one changes in the other. Its argument
// compares the keys of `n`, a row of the copy, and `$1`, the row before.
const MIRROR = `
CREATE FUNCTION mirror_to_next() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  copy text := format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME || '_next');
BEGIN
  IF TG_OP <> 'INSERT' THEN
    EXECUTE format('DELETE FROM %s n WHERE %s', copy, TG_ARGV[0]) USING OLD;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    EXECUTE format('INSERT INTO %s SELECT ($1).* ON CONFLICT DO NOTHING', copy) USING NEW;
  END IF;
  RETURN NULL;
END $$;
`;
