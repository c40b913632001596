import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The history of changes, and what the panel's users need beyond an email and a password. */
export class ChangesAndUsers1764300000000 implements MigrationInterface {
  readonly name = 'ChangesAndUsers1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [CHANGES, USERS, LOGINS]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }
}

// No foreign keys: what happened to an object, and by whom, stays readable when both are gone. `account_id` is the
// owner's, so that an account's history holds that of its destinations and keys.
const CHANGES = `
CREATE TABLE changes (
  change_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  changed_at  timestamptz NOT NULL DEFAULT now(),
  actor_kind  text NOT NULL CHECK (actor_kind IN ('user', 'api_key', 'command', 'system')),
  actor_id    uuid,
  actor_name  text NOT NULL,
  object_kind text NOT NULL CHECK (object_kind IN ('account', 'destination', 'user', 'api_key')),
  object_id   uuid NOT NULL,
  object_name text NOT NULL,
  account_id  uuid,
  action      text NOT NULL CHECK (action ~ '^[a-z_]{1,40}$'),
  fields      jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(fields) = 'array')
);
CREATE INDEX changes_object ON changes (object_id, change_id);
CREATE INDEX changes_account ON changes (account_id, change_id) WHERE account_id IS NOT NULL;

CREATE FUNCTION refuse_to_rewrite_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The history of changes is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON changes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_history();
`;

const USERS = `
-- Null: may log in.
ALTER TABLE users ADD COLUMN disabled_at timestamptz;

-- The link with which a user sets a password without knowing the one before; at most one each.
CREATE TABLE password_links (
  user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  expires_at timestamptz NOT NULL
);
`;

// Unlogged: a crash of the database forgets what was counted in the last minutes, and no write waits for the disk.
const LOGINS = `
-- Attempts of one address or one user. full_at: when all attempts are there again; see accounts/login-throttle.service.ts.
CREATE UNLOGGED TABLE login_throttles (
  key     text PRIMARY KEY,
  full_at timestamptz NOT NULL
);

-- Where a user has logged in from: guesses from elsewhere don't count there.
CREATE TABLE login_networks (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  network text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, network)
);
`;
