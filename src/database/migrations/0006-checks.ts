import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What the services check of configuration, checked where it is kept as well: by hand, by a restore or by a version
 * with a mistake nothing gets in that stops deliveries later. Foreign keys and unique indexes stand since 0001.
 */
export class Checks1764500000000 implements MigrationInterface {
  readonly name = 'Checks1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CHECKS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

// rate_limit: "> 0" alone lets NaN and infinity in, which PostgreSQL counts as large. retry_schedule: an element that
// is no number of seconds would fail the settling of every batch that it is in.
const CHECKS = `
ALTER TABLE accounts
  ADD CONSTRAINT accounts_email_form CHECK (email LIKE '_%@_%'),
  ADD CONSTRAINT accounts_website_form CHECK (website ~* '^https?://');

ALTER TABLE destinations
  ADD CONSTRAINT destinations_url_form CHECK (url ~* '^https?://'),
  ADD CONSTRAINT destinations_headers_form CHECK (jsonb_typeof(headers) = 'array'),
  ADD CONSTRAINT destinations_rate_limit_range CHECK (rate_limit <= 10000),
  ADD CONSTRAINT destinations_event_types_form
    CHECK (cardinality(event_types) <= 100 AND array_position(event_types, NULL) IS NULL),
  ADD CONSTRAINT destinations_retry_schedule_form
    CHECK (cardinality(retry_schedule) <= 50 AND array_position(retry_schedule, NULL) IS NULL
           AND 1 <= ALL (retry_schedule) AND 604800 >= ALL (retry_schedule));

ALTER TABLE destination_health
  ADD CONSTRAINT destination_health_failures_range CHECK (failures >= 0),
  ADD CONSTRAINT destination_health_failing CHECK (failures = 0 OR failing_since IS NOT NULL);

ALTER TABLE processes
  ADD CONSTRAINT processes_role CHECK (role IN ('all', 'api', 'worker'));
`;
