import { Injectable } from '@nestjs/common';
import { type Access } from '../../common/access.js';
import { etagOfContent, requireMatch } from '../../common/etag.js';
import { Problem } from '../../common/problem.js';
import { HotPool } from '../../database/hot-pool.js';
import { DeliveryService } from '../delivery.service.js';
import { cancelDelivery } from '../queue/cancel.js';
import type { DeliveryCheck } from '../queue/change-delivery.js';
import { retryDelivery, waitsForItsTurn } from '../queue/retry.js';
import { type AttemptRow, findLatestAttempts, listAttempts } from './attempts.js';
import type { CursorPage } from './cursor.js';
import { type DeliveryRow, type DeliveryState, findDeliveries, findDelivery } from './find-deliveries.js';
import { presentDelivery } from './ledger-bodies.js';
import type { LedgerQuery } from './ledger-query.js';

/** Every delivery, waiting or finished. `scope`: the account whose deliveries alone may be seen; null: all. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly pool: HotPool,
    private readonly deliveries: DeliveryService,
  ) {}

  /** Newest first. */
  list(query: LedgerQuery, scope: string | null): Promise<CursorPage<DeliveryRow>> {
    return findDeliveries(this.pool, query, scope);
  }

  async get(deliveryId: string, scope: string | null): Promise<DeliveryRow> {
    const row = await findDelivery((text, values = []) => this.pool.query('get-delivery', text, values), deliveryId);
    if (!row || (scope !== null && row.account_id !== scope)) throw new Problem('not_found');
    return row;
  }

  /** In the order in which they were made. */
  async attempts(deliveryId: string, query: LedgerQuery, scope: string | null): Promise<CursorPage<AttemptRow>> {
    await this.get(deliveryId, scope);
    return listAttempts(this.pool, deliveryId, query);
  }

  /** The latest attempts at a destination, newest first. */
  latestAttempts(destinationId: string, limit: number): Promise<AttemptRow[]> {
    return findLatestAttempts(this.pool, destinationId, limit);
  }

  /**
   * Sends a delivery again, now and past a pause or an open circuit, with its whole schedule before it: one that failed or
   * was cancelled goes back to waiting, one that waits becomes due at once. Throws `not_its_turn` where others of an ordered
   * destination go first, `conflict` where there is nothing to send or nowhere to send it to, or it is held.
   */
  async retry(deliveryId: string, { scope = null, ifMatch }: Access): Promise<DeliveryRow> {
    const before = await this.get(deliveryId, scope);
    const isRetried = await retryDelivery(this.pool, deliveryId, checkMatch(deliveryId, ifMatch));
    if (!isRetried) throw await this.whyNot(before);
    this.deliveries.hurry();
    return this.get(deliveryId, scope);
  }

  private async whyNot({ delivery_id: deliveryId, state }: DeliveryRow): Promise<Problem> {
    const refusal = REFUSALS[state];
    if (refusal === undefined && (await waitsForItsTurn(this.pool, deliveryId))) return new Problem('not_its_turn');
    return new Problem('conflict', { error: refusal ?? 'Its destination or its payload no longer exists' });
  }

  /** Ends a delivery that waits, for good unless it is retried. Throws `conflict` where it does not wait. */
  async cancel(deliveryId: string, { scope = null, ifMatch }: Access): Promise<DeliveryRow> {
    const before = await this.get(deliveryId, scope);
    const isCancelled = await cancelDelivery(this.pool, deliveryId, checkMatch(deliveryId, ifMatch));
    if (!isCancelled) {
      const isUnderWay = before.state === 'in_flight';
      throw new Problem('conflict', {
        error: isUnderWay ? 'It is being attempted at this moment' : `It is ${before.state} already`,
      });
    }
    return this.get(deliveryId, scope);
  }
}

/** undefined: there is nothing to compare. */
function checkMatch(deliveryId: string, ifMatch: string | undefined): DeliveryCheck | undefined {
  if (ifMatch === undefined) return undefined;
  return async (query) => {
    const row = await findDelivery(query, deliveryId);
    if (row) requireMatch(ifMatch, deliveryEtag(row));
  };
}

/** It has no version of its own: it is put together from what waits, its destination and the history. */
export function deliveryEtag(row: DeliveryRow): string {
  return etagOfContent(presentDelivery(row));
}

/** Why a delivery in this state is not sent again; the other states are refused only for what no longer exists. */
const REFUSALS: Partial<Record<DeliveryState, string>> = {
  delivered: 'It has been delivered; replay its event to send it once more',
  skipped: 'It was not meant for this destination; replay its event to send it all the same',
  in_flight: 'It is being attempted at this moment',
  held: 'Its destination is disabled; it goes on when the destination is enabled',
};
