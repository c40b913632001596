import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WaitingDeliveries } from '../common/waiting-deliveries.js';
import { DeliveryService } from './delivery.service.js';
import { CANCEL_FOR_ACCOUNT, CANCEL_FOR_DESTINATION } from './queue/cancel.js';

/** What accounts and destinations, in the layers below, need of the deliveries that wait. */
@Injectable()
export class WaitingDeliveriesAdapter extends WaitingDeliveries {
  constructor(private readonly deliveries: DeliveryService) {
    super();
  }

  async cancelForAccount(accountId: string, manager: EntityManager): Promise<void> {
    await manager.query(CANCEL_FOR_ACCOUNT, [accountId]);
  }

  async cancelForDestination(destinationId: string, manager: EntityManager): Promise<void> {
    await manager.query(CANCEL_FOR_DESTINATION, [destinationId]);
  }

  wake(): Promise<void> {
    this.deliveries.wake();
    return Promise.resolve();
  }
}
