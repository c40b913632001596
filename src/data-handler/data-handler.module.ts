import { Module } from '@nestjs/common';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { AcceptService } from './accept.service.js';
import { AppTokenGuard } from './app-token.guard.js';
import { BatchController } from './batch.controller.js';
import { DataHandlerController } from './data-handler.controller.js';
import { ExpressLane } from './express-lane.js';
import { ReceiveLimiter } from './receive-limiter.js';
import { ReceiveService } from './receive.service.js';
import { TokenHints } from './token-hints.js';

@Module({
  imports: [DeliveryModule],
  controllers: [DataHandlerController, BatchController],
  providers: [AcceptService, AppTokenGuard, ExpressLane, ReceiveLimiter, ReceiveService, TokenHints],
})
export class DataHandlerModule {}
