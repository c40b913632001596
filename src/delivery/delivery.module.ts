import { Global, Module } from '@nestjs/common';
import { WaitingDeliveries } from '../common/waiting-deliveries.js';
import { DestinationUrlPolicy } from '../destinations/destination-url.js';
import { CancellationRunner } from './cancellation-runner.js';
import { DeliveryService } from './delivery.service.js';
import { FirstAttemptsService } from './first-attempts/first-attempts.service.js';
import { DeliveriesService } from './ledger/deliveries.service.js';
import { EventsService } from './ledger/events.service.js';
import { DryRunService } from './test-event/dry-run.service.js';
import { TestEventService } from './test-event/test-event.service.js';
import { DestinationUrlPolicyAdapter } from './destination-url-policy.adapter.js';
import { EventReplayService } from './replay/event-replay.service.js';
import { ReplayRunner } from './replay/replay-runner.js';
import { ReplaysService } from './replay/replays.service.js';
import { TransportModule } from './push/transport.module.js';
import { DeliveryQueue } from './queue/delivery-queue.js';
import { StatisticsService } from './statistics/statistics.service.js';
import { WaitingDeliveriesAdapter } from './waiting-deliveries.adapter.js';

/** Global for the sake of the ports that the layers below ask for without knowing this module. */
@Global()
@Module({
  imports: [TransportModule],
  providers: [
    CancellationRunner,
    DeliveriesService,
    DeliveryQueue,
    DeliveryService,
    DryRunService,
    EventReplayService,
    EventsService,
    FirstAttemptsService,
    ReplayRunner,
    ReplaysService,
    StatisticsService,
    TestEventService,
    { provide: DestinationUrlPolicy, useClass: DestinationUrlPolicyAdapter },
    { provide: WaitingDeliveries, useClass: WaitingDeliveriesAdapter },
  ],
  exports: [
    DeliveriesService,
    DeliveryQueue,
    DeliveryService,
    DestinationUrlPolicy,
    DryRunService,
    EventReplayService,
    EventsService,
    FirstAttemptsService,
    ReplaysService,
    StatisticsService,
    TestEventService,
    WaitingDeliveries,
  ],
})
export class DeliveryModule {}
