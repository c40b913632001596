import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { logger } from '../common/logger.js';
import { WaitingDeliveries } from '../common/waiting-deliveries.js';
import { HotPool } from '../database/hot-pool.js';
import { DeliveryService } from './delivery.service.js';
import { CANCEL_FOR_ACCOUNT, CANCEL_FOR_DESTINATION } from './queue/cancel.js';
import { COUNT_FOR_ACCOUNT, COUNT_FOR_DESTINATION, countWaiting } from './queue/count-waiting.js';

/** What accounts and destinations, in the layers below, need of the deliveries that wait. */
@Injectable()
export class WaitingDeliveriesAdapter extends WaitingDeliveries {
  constructor(
    private readonly deliveries: DeliveryService,
    private readonly pool: HotPool,
  ) {
    super();
  }

  async cancelForAccount(accountId: string, manager: EntityManager): Promise<void> {
    await manager.query(CANCEL_FOR_ACCOUNT, [accountId]);
  }

  async cancelForDestination(destinationId: string, manager: EntityManager): Promise<void> {
    await manager.query(CANCEL_FOR_DESTINATION, [destinationId]);
  }

  countForAccount(accountId: string, max: number): Promise<number> {
    return countWaiting(this.pool, COUNT_FOR_ACCOUNT, accountId, max);
  }

  countForDestination(destinationId: string, max: number): Promise<number> {
    return countWaiting(this.pool, COUNT_FOR_DESTINATION, destinationId, max);
  }

  async recall(id: string): Promise<void> {
    // The deletion is committed: an answer that says otherwise would be wrong, and no claim finds the destination.
    await this.deliveries.recall(id).catch((error: unknown) => logger.warn({ err: error }, 'a recall failed'));
  }

  wake(destinationId: string): Promise<void> {
    this.deliveries.recovered(destinationId);
    return Promise.resolve();
  }
}
