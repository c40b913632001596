import { Global, Module } from '@nestjs/common';
import { WaitingDeliveries } from '../common/waiting-deliveries.js';
import { DestinationUrlPolicy } from '../destinations/destination-url.js';
import { DeliveryService } from './delivery.service.js';
import { DeliveriesService } from './ledger/deliveries.service.js';
import { EventsService } from './ledger/events.service.js';
import { TestEventService } from './test-event/test-event.service.js';
import { DestinationUrlPolicyAdapter } from './destination-url-policy.adapter.js';
import { TransportModule } from './push/transport.module.js';
import { DeliveryQueue } from './queue/delivery-queue.js';
import { WaitingDeliveriesAdapter } from './waiting-deliveries.adapter.js';

/** Global for the sake of the ports that the layers below ask for without knowing this module. */
@Global()
@Module({
  imports: [TransportModule],
  providers: [
    DeliveriesService,
    DeliveryQueue,
    DeliveryService,
    EventsService,
    TestEventService,
    { provide: DestinationUrlPolicy, useClass: DestinationUrlPolicyAdapter },
    { provide: WaitingDeliveries, useClass: WaitingDeliveriesAdapter },
  ],
  exports: [
    DeliveriesService,
    DeliveryQueue,
    DeliveryService,
    DestinationUrlPolicy,
    EventsService,
    TestEventService,
    WaitingDeliveries,
  ],
})
export class DeliveryModule {}
