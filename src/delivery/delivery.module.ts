import { Global, Module } from '@nestjs/common';
import { WaitingDeliveries } from '../common/waiting-deliveries.js';
import { RunSettings } from '../config/settings.js';
import { DestinationUrlPolicy } from '../destinations/destination-url.js';
import { DeliveryService } from './delivery.service.js';
import { DeliveriesService } from './ledger/deliveries.service.js';
import { EventsService } from './ledger/events.service.js';
import { TestEventService } from './test-event/test-event.service.js';
import { DestinationUrlPolicyAdapter } from './destination-url-policy.adapter.js';
import { AddressPolicy } from './push/address-policy.js';
import { Transport } from './push/transport.js';
import { DeliveryQueue } from './queue/delivery-queue.js';
import { WaitingDeliveriesAdapter } from './waiting-deliveries.adapter.js';

/** Global for the sake of the ports that the layers below ask for without knowing this module. */
@Global()
@Module({
  providers: [
    DeliveriesService,
    DeliveryQueue,
    DeliveryService,
    EventsService,
    TestEventService,
    {
      provide: Transport,
      inject: [RunSettings],
      useFactory: (settings: RunSettings) =>
        new Transport({ policy: new AddressPolicy(settings.allowedPrivateNetworks) }),
    },
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
    Transport,
    WaitingDeliveries,
  ],
})
export class DeliveryModule {}
