import { Global, Module } from '@nestjs/common';
import { WaitingDeliveries } from '../common/waiting-deliveries.js';
import { RunSettings } from '../config/settings.js';
import { DestinationUrlPolicy } from '../destinations/destination-url.js';
import { DeliveryService } from './delivery.service.js';
import { DestinationUrlPolicyAdapter } from './destination-url-policy.adapter.js';
import { AddressPolicy } from './push/address-policy.js';
import { Transport } from './push/transport.js';
import { DeliveryQueue } from './queue/delivery-queue.js';
import { WaitingDeliveriesAdapter } from './waiting-deliveries.adapter.js';

/** Global for the sake of the ports that the layers below ask for without knowing this module. */
@Global()
@Module({
  providers: [
    DeliveryQueue,
    DeliveryService,
    {
      provide: Transport,
      inject: [RunSettings],
      useFactory: (settings: RunSettings) =>
        new Transport({ policy: new AddressPolicy(settings.allowedPrivateNetworks) }),
    },
    { provide: DestinationUrlPolicy, useClass: DestinationUrlPolicyAdapter },
    { provide: WaitingDeliveries, useClass: WaitingDeliveriesAdapter },
  ],
  exports: [DeliveryQueue, DeliveryService, DestinationUrlPolicy, Transport, WaitingDeliveries],
})
export class DeliveryModule {}
