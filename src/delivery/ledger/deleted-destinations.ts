import type { FilterValue } from '../../common/list-query.js';
import type { HotPool } from '../../database/hot-pool.js';
import type { Conditions } from './conditions.js';

/** Only what the deletion of its destination cancelled. */
export function addDeleted(conditions: Conditions, deleted: readonly string[]): void {
  conditions.add('w.destination_id = ANY ($::uuid[])', deleted);
  conditions.addPlain('d.id IS NULL');
}

/** What waits has an index by destination, which the queue needs anyway, and none by account. */
export function addOwner(conditions: Conditions, accountId: FilterValue, deleted: readonly string[]): void {
  const own = 'SELECT id FROM destinations WHERE account_id = $';
  if (deleted.length === 0) return conditions.add(`w.destination_id IN (${own})`, accountId);
  const deletedOnes = 'SELECT destination_id FROM deleted_destinations WHERE account_id = $';
  conditions.add(`w.destination_id = ANY (ARRAY(${own} UNION ALL ${deletedOnes}))`, accountId);
}

/** Those for which something still waits: hardly ever any. */
export async function findDeletedDestinations(pool: HotPool): Promise<string[]> {
  const rows = await pool.run<{ destination_id: string }>(
    `SELECT x.destination_id FROM deleted_destinations x
     WHERE EXISTS (SELECT 1 FROM waiting_deliveries w WHERE w.destination_id = x.destination_id)`,
  );
  return rows.map((row) => row.destination_id);
}
