import type { HotPool, Query } from '../../database/hot-pool.js';

/** May look at a delivery, which nobody changes until it has been changed, and throw. */
export type DeliveryCheck = (query: Query) => Promise<void>;

/** Runs a statement about the delivery $1, which returns a row when it did something: then true. */
export async function changeDelivery(
  pool: HotPool,
  statement: string,
  deliveryId: string,
  check?: DeliveryCheck,
): Promise<boolean> {
  return pool.transaction(async (query) => {
    if (check) {
      // In the direction in which deliveries go: one that is being settled is found where it went.
      await query('SELECT 1 FROM waiting_deliveries WHERE delivery_id = $1 FOR UPDATE', [deliveryId]);
      await query('SELECT 1 FROM finished_deliveries WHERE delivery_id = $1 FOR UPDATE', [deliveryId]);
      await check(query);
    }
    return (await query(statement, [deliveryId])).length > 0;
  });
}
