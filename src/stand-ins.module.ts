import { Global, Module } from '@nestjs/common';
import { WaitingDeliveries } from './common/waiting-deliveries.js';
import { DestinationUrlPolicy } from './destinations/destination-url.js';

class NoDeliveries extends WaitingDeliveries {
  async cancelForAccount(): Promise<void> {}
  async cancelForDestination(): Promise<void> {}
  async wake(): Promise<void> {}
}

class AnyAddress extends DestinationUrlPolicy {
  check(): null {
    return null;
  }
}

/** Stands in for the delivery layer until it provides these ports. */
@Global()
@Module({
  providers: [
    { provide: WaitingDeliveries, useClass: NoDeliveries },
    { provide: DestinationUrlPolicy, useClass: AnyAddress },
  ],
  exports: [WaitingDeliveries, DestinationUrlPolicy],
})
export class StandInsModule {}
