import { cancelledInto } from './cancel.js';
import type { ReplayFilter } from './replay-filter.js';
import { oneAheadOf } from './urgent.js';

/**
 * The statement of one step over what waits: brings it forward with its whole schedule before it, or cancels it. `$2`:
 * go on after this delivery; `$3`: how many at most; `startedAt`: the parameter for {@link oneAheadOf}. What an attempt has
 * begun of meanwhile is passed over.
 */
export function waitingStepStatement(
  action: ReplayFilter['action'],
  from: string,
  where: string,
  startedAt: string,
): string {
  return `
WITH candidate AS MATERIALIZED (
  SELECT f.delivery_id FROM ${from} WHERE ${where} AND f.delivery_id > $2
  ORDER BY f.delivery_id LIMIT $3
), ${action === 'cancel' ? CANCELLED : `${FORWARD}, ${oneAheadOf('moved', startedAt)}`}
SELECT (SELECT count(*) FROM candidate) AS seen, (SELECT count(*) FROM moved) AS moved,
       (SELECT delivery_id FROM candidate ORDER BY delivery_id DESC LIMIT 1) AS last_id`;
}

const FORWARD = `moved AS (
  UPDATE waiting_deliveries w SET due_at = now(), schedule_position = 0
  FROM candidate c, destinations d
  WHERE w.delivery_id = c.delivery_id AND w.leased_by IS NULL AND d.id = w.destination_id AND d.enabled
  RETURNING w.delivery_id, w.destination_id, w.acceptance, w.lease_number
)`;

const CANCELLED = `gone AS (
  DELETE FROM waiting_deliveries w USING candidate c
  WHERE w.delivery_id = c.delivery_id AND w.leased_by IS NULL
  RETURNING w.*
), moved AS (
${cancelledInto('gone', 'cancelled_by_person')}
  RETURNING delivery_id
)`;
