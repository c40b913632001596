import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Configuration with foreign keys; a ledger without any, so that its partitions stay droppable; and between them
 * `waiting_deliveries`, the only hot table: a delivery lives there until it is finished, then moves to
 * `finished_deliveries`. Its size is the work waiting, never the history. See docs/adr/0002.
 */
export class Initial1764000000000 implements MigrationInterface {
  readonly name = 'Initial1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [CONFIGURATION, PEOPLE, PROCESSES, LEDGER, QUEUE]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

const CONFIGURATION = `
CREATE TABLE accounts (
  account_id   uuid PRIMARY KEY,
  email        text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 320),
  account_name text NOT NULL CHECK (char_length(account_name) BETWEEN 1 AND 200),
  website      text CHECK (char_length(website) <= 2048),
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  version      integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX accounts_email ON accounts (lower(email));

-- The current token has no expiry; those before it live on until their overlap ends.
CREATE TABLE account_tokens (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  hint       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz
);
CREATE INDEX account_tokens_account ON account_tokens (account_id);
CREATE UNIQUE INDEX account_tokens_current ON account_tokens (account_id) WHERE expires_at IS NULL;

CREATE TABLE api_keys (
  api_key_id   uuid PRIMARY KEY,
  name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  key_hash     bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
  hint         text NOT NULL,
  account_id   uuid REFERENCES accounts ON DELETE CASCADE,
  read_only    boolean NOT NULL DEFAULT false,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at   timestamptz
);
CREATE INDEX api_keys_account ON api_keys (account_id);

CREATE TABLE destinations (
  id              uuid PRIMARY KEY,
  account_id      uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  url             text NOT NULL CHECK (char_length(url) <= 8192),
  http_method     text NOT NULL CHECK (http_method IN ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')),
  headers         jsonb NOT NULL,
  enabled         boolean NOT NULL DEFAULT true,
  disabled_reason text,
  description     text NOT NULL DEFAULT '' CHECK (char_length(description) <= 2000),
  event_types     text[] NOT NULL DEFAULT '{}',
  timeout_ms      integer NOT NULL DEFAULT 15000 CHECK (timeout_ms BETWEEN 100 AND 60000),
  max_concurrency integer NOT NULL DEFAULT 16 CHECK (max_concurrency BETWEEN 1 AND 1000),
  rate_limit      double precision CHECK (rate_limit > 0),
  retry_schedule  integer[] NOT NULL,
  ordered         boolean NOT NULL DEFAULT false,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  version         integer NOT NULL DEFAULT 1,
  CHECK (enabled = (disabled_reason IS NULL))
);
CREATE INDEX destinations_account ON destinations (account_id);

CREATE TABLE signing_secrets (
  signing_secret_id uuid PRIMARY KEY,
  destination_id    uuid NOT NULL REFERENCES destinations ON DELETE CASCADE,
  sealed            text NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  expires_at        timestamptz
);
CREATE INDEX signing_secrets_destination ON signing_secrets (destination_id);
CREATE UNIQUE INDEX signing_secrets_current ON signing_secrets (destination_id) WHERE expires_at IS NULL;

-- What deliveries teach about a destination; apart from it, so that learning is no change of the resource.
-- No row: healthy.
CREATE TABLE destination_health (
  destination_id uuid PRIMARY KEY REFERENCES destinations ON DELETE CASCADE,
  failing_since  timestamptz,
  failures       integer NOT NULL DEFAULT 0,
  paused_until   timestamptz
);
`;

const PEOPLE = `
CREATE TABLE users (
  user_id       uuid PRIMARY KEY,
  email         text NOT NULL CHECK (char_length(email) BETWEEN 3 AND 320),
  password_hash text NOT NULL,
  role          text NOT NULL DEFAULT 'superuser' CHECK (role IN ('superuser', 'operator', 'viewer')),
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  last_login_at timestamptz,
  version       integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE admin_sessions (
  session_hash bytea PRIMARY KEY CHECK (octet_length(session_hash) = 32),
  user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at   timestamptz NOT NULL DEFAULT now(),
  seen_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX admin_sessions_user ON admin_sessions (user_id);

-- At most one link that sets the first superuser's password.
CREATE TABLE setup_link (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  token_hash bytea NOT NULL CHECK (octet_length(token_hash) = 32),
  expires_at timestamptz NOT NULL
);
`;

const PROCESSES = `
-- One row for each running process, kept by its heartbeat on the database's clock. Who has no row holds no lease.
CREATE TABLE processes (
  process_id uuid PRIMARY KEY,
  role       text NOT NULL,
  host       text NOT NULL,
  pid        integer NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at    timestamptz NOT NULL DEFAULT now()
);
`;

const LEDGER = `
CREATE SEQUENCE acceptance_order;

CREATE TABLE events (
  event_id     uuid PRIMARY KEY,
  account_id   uuid NOT NULL,
  external_id  text,
  event_type   text,
  content_type text NOT NULL,
  payload      bytea NOT NULL,
  received_at  timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (event_id);
CREATE INDEX events_account ON events (account_id, event_id);
CREATE INDEX events_external ON events (account_id, external_id) WHERE external_id IS NOT NULL;
CREATE TABLE events_default PARTITION OF events DEFAULT;

-- A delivery's id begins with the first 60 bits of its event's id: the deliveries of an event are one range of the
-- primary key, and an event and its deliveries share their fate when a partition is dropped.
CREATE TABLE finished_deliveries (
  delivery_id    uuid PRIMARY KEY,
  event_id       uuid NOT NULL,
  account_id     uuid NOT NULL,
  destination_id uuid NOT NULL,
  acceptance     bigint NOT NULL,
  event_type     text,
  url            text NOT NULL,
  http_method    text NOT NULL,
  state          text NOT NULL CHECK (state IN ('delivered', 'failed', 'skipped', 'cancelled')),
  reason         text,
  attempts       integer NOT NULL,
  lost_attempts  integer NOT NULL,
  lease_number   integer NOT NULL,
  last_status    integer,
  created_at     timestamptz NOT NULL,
  finished_at    timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (delivery_id);
CREATE INDEX finished_deliveries_account ON finished_deliveries (account_id, delivery_id);
CREATE INDEX finished_deliveries_destination ON finished_deliveries (destination_id, delivery_id);
CREATE INDEX finished_deliveries_failed ON finished_deliveries (delivery_id) WHERE state = 'failed';
CREATE TABLE finished_deliveries_default PARTITION OF finished_deliveries DEFAULT;

CREATE TABLE attempts (
  delivery_id      uuid NOT NULL,
  number           integer NOT NULL,
  started_at       timestamptz NOT NULL,
  method           text NOT NULL,
  url              text NOT NULL,
  request_headers  json NOT NULL,
  status           integer,
  response_headers json,
  response_body    bytea,
  address          text,
  timings          json NOT NULL,
  error_code       text,
  message          text NOT NULL,
  PRIMARY KEY (delivery_id, number)
) PARTITION BY RANGE (delivery_id);
CREATE TABLE attempts_default PARTITION OF attempts DEFAULT;

-- Apart from events: a unique index on a partitioned table would have to contain the partition key.
CREATE TABLE idempotency_keys (
  account_id   uuid NOT NULL,
  external_id  text NOT NULL,
  event_id     uuid NOT NULL,
  body_hash    bytea NOT NULL,
  destinations integer NOT NULL,
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (account_id, external_id)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
`;

const QUEUE = `
-- due_at: not before; leased_by: the process whose attempt is under way; lease_number: the number of the latest
-- attempt, and with leased_by the token that settling checks; schedule_position: retries used up since the last
-- start by a person; attempts: made; lost_attempts: cut off by a crash of ours.
CREATE TABLE waiting_deliveries (
  delivery_id       uuid PRIMARY KEY,
  event_id          uuid NOT NULL,
  account_id        uuid NOT NULL,
  destination_id    uuid NOT NULL,
  acceptance        bigint NOT NULL,
  event_type        text,
  created_at        timestamptz NOT NULL DEFAULT now(),
  due_at            timestamptz NOT NULL DEFAULT now(),
  schedule_position integer NOT NULL DEFAULT 0,
  attempts          integer NOT NULL DEFAULT 0,
  lost_attempts     integer NOT NULL DEFAULT 0,
  lease_number      integer NOT NULL DEFAULT 0,
  leased_by         uuid,
  last_status       integer,
  last_error        text
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX waiting_deliveries_due ON waiting_deliveries (destination_id, due_at) WHERE leased_by IS NULL;
CREATE INDEX waiting_deliveries_order ON waiting_deliveries (destination_id, acceptance);
`;
