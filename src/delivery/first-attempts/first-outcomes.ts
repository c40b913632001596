import type { HotPool } from '../../database/hot-pool.js';
import { deliveryIdsOf } from '../ledger/conditions.js';
import { type DeliveryRow, findDeliveries } from '../ledger/find-deliveries.js';

/** More than any account may have, with room for replays. */
const MAX_DELIVERIES = 20_000;

/** A delivery of an event and what its latest attempt came to, as far as one was made. */
export interface FirstOutcome {
  readonly delivery: DeliveryRow;
  readonly errorCode: string | null;
  readonly message: string | null;
}

/** What became of an event's deliveries; null while a first attempt has still to be made. */
export async function findFirstOutcomes(pool: HotPool, eventId: string): Promise<FirstOutcome[] | null> {
  const filters = new Map([['event_id', eventId]]);
  const { rows } = await findDeliveries(pool, { cursor: null, pageSize: MAX_DELIVERIES, filters }, null);
  if (rows.some(isOpen)) return null;
  const { first, last } = deliveryIdsOf(eventId);
  const attempts = await pool.query<{ delivery_id: string; error_code: string | null; message: string }>(
    'latest-attempts',
    `SELECT DISTINCT ON (delivery_id) delivery_id, error_code, message FROM attempts
     WHERE delivery_id >= $1 AND delivery_id <= $2 ORDER BY delivery_id, number DESC`,
    [first, last],
  );
  const latest = new Map(attempts.map((row) => [row.delivery_id, row]));
  return rows.map((delivery) => {
    const attempt = latest.get(delivery.delivery_id);
    return { delivery, errorCode: attempt?.error_code ?? null, message: attempt?.message ?? null };
  });
}

/** An attempt that a crash of ours cut off is none: its outcome is not known. */
function isOpen({ state, attempts }: DeliveryRow): boolean {
  return attempts === 0 && (state === 'pending' || state === 'in_flight' || state === 'retrying');
}
