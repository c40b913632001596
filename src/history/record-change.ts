import { currentActor } from './actor.js';
import type { ChangeAction, FieldChange, ObjectKind } from './change.js';

/** TypeORM's entity manager or a client of pg, within the transaction of the change. */
interface Transaction {
  query(text: string, values: unknown[]): Promise<unknown>;
}

export interface ChangedObject {
  readonly kind: ObjectKind;
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** The account that owns it. */
  readonly accountId: string | null;
}

/** Notes a change and who makes it. Runs in the transaction of the change, so that neither stands without the other. */
export async function recordChange(
  transaction: Transaction,
  object: ChangedObject,
  action: ChangeAction,
  fields: readonly FieldChange[] = [],
): Promise<void> {
  const actor = currentActor();
  await transaction.query(RECORD, [
    actor.kind,
    actor.id,
    actor.name,
    object.kind,
    object.id,
    object.name,
    object.accountId,
    action,
    JSON.stringify(fields),
  ]);
}

/**
 * Notes that a secret was read. One entry an hour for each reader and secret, which counts: a program that reads it
 * before each use would fill the history.
 */
export async function recordReading(transaction: Transaction, object: ChangedObject): Promise<void> {
  const { kind, id, name } = currentActor();
  // Of two that read at once, one begins the entry and the other one counts.
  await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${object.id} ${kind} ${id} ${name}`,
  ]);
  const values = [kind, id, name, object.kind, object.id, object.name, object.accountId];
  await transaction.query(RECORD_READING, values);
}

/** As {@link recordChange}, unless nothing was changed. */
export async function recordUpdate(
  transaction: Transaction,
  object: ChangedObject,
  fields: readonly FieldChange[],
): Promise<void> {
  if (fields.length > 0) await recordChange(transaction, object, actionOf(fields), fields);
}

/**
 * Notes the end of what the database deletes along with an account. Runs before the deletion, in its transaction.
 * In SQL, because the account's service knows none of what others hang on it.
 */
export async function recordDeletedWithAccount(transaction: Transaction, accountId: string): Promise<void> {
  const { kind, id, name } = currentActor();
  await transaction.query(RECORD_DELETED_WITH_ACCOUNT, [kind, id, name, accountId]);
}

/** Enabling and disabling have a name of their own when nothing else changes. */
function actionOf(fields: readonly FieldChange[]): ChangeAction {
  const others = fields.filter(({ field }) => field !== 'enabled' && field !== 'disabled_reason');
  if (others.length > 0) return 'update';
  const enabled = fields.find(({ field }) => field === 'enabled');
  return enabled?.after === true ? 'enable' : 'disable';
}

const COLUMNS = 'actor_kind, actor_id, actor_name, object_kind, object_id, object_name, account_id, action, fields';

const RECORD = `INSERT INTO changes (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/** A new secret begins a new entry. The trigger on the table admits nothing but one more read (migration 0012). */
const RECORD_READING = `
WITH counted AS (
  UPDATE changes
  SET fields = jsonb_build_array(jsonb_build_object('field', 'reads', 'before', NULL, 'after', reads_in(fields) + 1))
  WHERE change_id = (
    SELECT c.change_id FROM changes c
    WHERE c.object_id = $5 AND c.action = 'reveal_signing_secret' AND c.actor_kind = $1
      AND c.actor_id IS NOT DISTINCT FROM $2::uuid AND c.actor_name = $3 AND c.changed_at > now() - interval '1 hour'
      AND NOT EXISTS (SELECT FROM changes later WHERE later.object_id = $5 AND later.change_id > c.change_id
                        AND later.action = 'rotate_signing_secret')
    ORDER BY c.change_id DESC LIMIT 1)
  RETURNING change_id
)
INSERT INTO changes (${COLUMNS})
SELECT $1, $2::uuid, $3, $4, $5::uuid, $6, $7::uuid, 'reveal_signing_secret', '[]'
WHERE NOT EXISTS (SELECT FROM counted)`;

const RECORD_DELETED_WITH_ACCOUNT = `
INSERT INTO changes (${COLUMNS})
SELECT $1, $2::uuid, $3, gone.kind, gone.id, gone.name, $4::uuid, 'delete', '[]'
FROM (SELECT 'destination' AS kind, id, url AS name FROM destinations WHERE account_id = $4
      UNION ALL
      SELECT 'api_key', api_key_id, name FROM api_keys WHERE account_id = $4) gone
ORDER BY gone.kind, gone.id`;

/** A CTE for a statement in which another one, `disabled`, returns all of the destinations that the engine disables. */
export const NOTE_DISABLED = `
noted AS (
  INSERT INTO changes (${COLUMNS})
  SELECT 'system', NULL, 'Delivery engine', 'destination', id, url, account_id, 'disable',
         jsonb_build_array(
           jsonb_build_object('field', 'enabled', 'before', true, 'after', false),
           jsonb_build_object('field', 'disabled_reason', 'before', NULL, 'after', disabled_reason))
  FROM disabled
)`;
