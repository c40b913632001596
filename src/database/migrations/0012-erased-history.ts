import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The history forgets who is gone: with the deletion of an account or a user go their email addresses, names and URLs
 * in it. By triggers, so that it holds for processes of the version before, too, and for a deletion by SQL.
 */
export class ErasedHistory1765100000000 implements MigrationInterface {
  readonly name = 'ErasedHistory1765100000000';
  /** Each query is a transaction of its own, so that no lock outlives its part. All of them can be run again. */
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [ACTORS, REDACTED, ADMIT, TRIGGERS]) await runner.query(part);
    await this.eraseWhatIsGone(runner);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup to go back'));
  }

  private async eraseWhatIsGone(runner: QueryRunner): Promise<void> {
    const owners = (await runner.query(GONE)) as { kind: string; id: string }[] | undefined;
    for (const { kind, id } of owners ?? []) await runner.query('SELECT erase_history_of($1, $2)', [kind, id]);
  }
}

// Not concurrently: it would wait for the other processes that start at this moment, and those wait for the migrations.
const ACTORS = `CREATE INDEX IF NOT EXISTS changes_actor ON changes (actor_id) WHERE actor_kind = 'user'`;

const REDACTED = `
-- What a change told of an object whose owner is gone: which fields, not what was in them.
CREATE OR REPLACE FUNCTION redacted_fields(fields jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_agg(
    CASE WHEN field ->> 'field' IN ('email', 'account_name', 'website', 'url', 'description', 'name')
      THEN field || jsonb_build_object(
        'before', CASE WHEN jsonb_typeof(field -> 'before') <> 'null' THEN '********' END,
        'after', CASE WHEN jsonb_typeof(field -> 'after') <> 'null' THEN '********' END)
      ELSE field END ORDER BY position), '[]')
  FROM jsonb_array_elements(fields) WITH ORDINALITY AS f (field, position)
$$;

-- How often a secret was read, by the change that tells of it.
CREATE OR REPLACE FUNCTION reads_in(fields jsonb) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce((fields -> 0 ->> 'after')::integer, 1)
$$;

CREATE OR REPLACE FUNCTION erase_history_of(kind text, id uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF kind = 'user' THEN
    UPDATE changes SET object_name = '(erased)', fields = redacted_fields(fields)
      WHERE object_kind = 'user' AND object_id = id;
    UPDATE changes SET actor_name = '(erased)' WHERE actor_kind = 'user' AND actor_id = id;
  ELSE
    UPDATE changes SET object_name = '(erased)', fields = redacted_fields(fields) WHERE account_id = id;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION erase_history_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM erase_history_of('account', OLD.account_id);
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION erase_history_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM erase_history_of('user', OLD.user_id);
  RETURN NULL;
END $$;
`;

const ADMIT = `
-- The history is append-only but for two things, whoever asks: what is told of who is gone becomes its redaction, and
-- within its hour a row counts further reads of a secret.
CREATE OR REPLACE FUNCTION admit_redaction_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_actor_gone boolean := OLD.actor_kind = 'user' AND NOT EXISTS (SELECT FROM users WHERE user_id = OLD.actor_id);
  is_owner_gone boolean := CASE
    WHEN OLD.object_kind = 'user' THEN NOT EXISTS (SELECT FROM users WHERE user_id = OLD.object_id)
    ELSE OLD.account_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts WHERE account_id = OLD.account_id) END;
BEGIN
  IF (NEW.change_id, NEW.changed_at, NEW.actor_kind, NEW.actor_id, NEW.object_kind, NEW.object_id, NEW.account_id,
      NEW.action)
     IS NOT DISTINCT FROM
     (OLD.change_id, OLD.changed_at, OLD.actor_kind, OLD.actor_id, OLD.object_kind, OLD.object_id, OLD.account_id,
      OLD.action)
    AND (NEW.actor_name = OLD.actor_name OR (NEW.actor_name = '(erased)' AND is_actor_gone))
    AND (NEW.object_name = OLD.object_name OR (NEW.object_name = '(erased)' AND is_owner_gone))
    AND (NEW.fields = OLD.fields
         OR (NEW.fields = redacted_fields(OLD.fields) AND is_owner_gone)
         OR (OLD.action = 'reveal_signing_secret' AND OLD.changed_at > now() - interval '1 hour'
             AND NEW.fields = jsonb_build_array(jsonb_build_object(
               'field', 'reads', 'before', NULL, 'after', reads_in(OLD.fields) + 1))))
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'The history of changes is append-only' USING ERRCODE = 'restrict_violation';
END $$;
`;

const TRIGGERS = `
CREATE OR REPLACE TRIGGER changes_redaction_only BEFORE UPDATE ON changes
  FOR EACH ROW EXECUTE FUNCTION admit_redaction_only();

-- Of changes_append_only, for each statement: an update is looked at row by row.
CREATE OR REPLACE FUNCTION refuse_to_rewrite_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN RETURN NULL; END IF;
  RAISE EXCEPTION 'The history of changes is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE TRIGGER accounts_erased AFTER DELETE ON accounts
  FOR EACH ROW EXECUTE FUNCTION erase_history_of_account();
CREATE OR REPLACE TRIGGER users_erased AFTER DELETE ON users
  FOR EACH ROW EXECUTE FUNCTION erase_history_of_user();
`;

const GONE = `
SELECT DISTINCT 'account' AS kind, c.account_id AS id FROM changes c
  WHERE c.account_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts a WHERE a.account_id = c.account_id)
UNION
SELECT 'user', c.object_id FROM changes c
  WHERE c.object_kind = 'user' AND NOT EXISTS (SELECT FROM users u WHERE u.user_id = c.object_id)
UNION
SELECT 'user', c.actor_id FROM changes c
  WHERE c.actor_kind = 'user' AND c.actor_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM users u WHERE u.user_id = c.actor_id)`;
