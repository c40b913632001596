import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { DeliveryModule } from './delivery.module.js';
import { DeliveriesController } from './ledger/deliveries.controller.js';
import { EventsController } from './ledger/events.controller.js';
import { EventReplayController } from './replay/event-replay.controller.js';
import { ReplaysController } from './replay/replays.controller.js';
import { DryRunController } from './test-event/dry-run.controller.js';
import { TestEventController } from './test-event/test-event.controller.js';

/** The ledger's REST API: apart from {@link DeliveryModule}, which a process that only delivers needs, too. */
@Module({
  imports: [AccountsModule, DeliveryModule],
  controllers: [
    DryRunController,
    EventsController,
    EventReplayController,
    DeliveriesController,
    ReplaysController,
    TestEventController,
  ],
})
export class LedgerApiModule {}
