import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Traffic counted as it happens, and what a destination failed with last: both for screens that must not search. */
export class Traffic1764200000000 implements MigrationInterface {
  readonly name = 'Traffic1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [TRAFFIC, HEALTH]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

// scope_id: a destination, an account, or zeros for everything. seconds: the length of the stretch that begins there.
// latency: deliveries by bucket of their time from accepted to delivered (statistics/latency-buckets.ts).
// Rows of the moment are updated once a second by each process: room on the page keeps that off the indexes.
const TRAFFIC = `
CREATE TABLE traffic (
  scope_id     uuid NOT NULL,
  seconds      integer NOT NULL CHECK (seconds IN (60, 600, 3600)),
  begins_at    timestamptz NOT NULL,
  accepted     integer NOT NULL,
  delivered    integer NOT NULL,
  failed       integer NOT NULL,
  refused      integer NOT NULL,
  server_error integer NOT NULL,
  no_answer    integer NOT NULL,
  not_sent     integer NOT NULL,
  latency      integer[] NOT NULL,
  PRIMARY KEY (scope_id, seconds, begins_at)
) WITH (fillfactor = 70);
CREATE INDEX traffic_age ON traffic (seconds, begins_at);
`;

// Null while all is well. probe_at: until then the circuit is open, and nothing is sent.
const HEALTH = `
ALTER TABLE destination_health
  ADD COLUMN last_error       text,
  ADD COLUMN last_status      integer,
  ADD COLUMN last_delivery_id uuid,
  ADD COLUMN last_failed_at   timestamptz,
  ADD COLUMN probe_at         timestamptz;
CREATE INDEX destination_health_failing ON destination_health (last_failed_at) WHERE last_error IS NOT NULL;
`;
