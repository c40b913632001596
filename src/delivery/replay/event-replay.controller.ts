import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty, ApiResponse } from '@nestjs/swagger';
import { Caller } from '../../accounts/api-key.guard.js';
import { ManagementApi } from '../../accounts/management-api.js';
import type { Principal } from '../../accounts/principal.js';
import { ApiProblems } from '../../common/api-problems.js';
import { UuidParam } from '../../common/uuid-param.js';
import { DeliveryBody, presentDelivery } from '../ledger/ledger-bodies.js';
import { EventReplayInput } from './event-replay-input.js';
import { EventReplayService } from './event-replay.service.js';

class EventReplayBody {
  @ApiProperty({ format: 'uuid', example: '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f' })
  event_id!: string;
  @ApiProperty({ type: [DeliveryBody], description: 'The new ones' })
  deliveries!: DeliveryBody[];
}

@ManagementApi('events')
@Controller('api/events/:event_id/replay')
export class EventReplayController {
  constructor(private readonly replays: EventReplayService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    operationId: 'replayEvent',
    summary: 'Send an event again',
    description:
      'Now, as new deliveries, under the same `webhook-id`: past a pause or an open circuit, within `max_concurrency` and `rate_limit`.',
  })
  @ApiBody({ type: EventReplayInput, required: false })
  @ApiResponse({ status: 202, type: EventReplayBody })
  @ApiProblems('validation_failed', 'conflict')
  async replay(
    @Caller() caller: Principal,
    @UuidParam('event_id') eventId: string,
    @Body() body: unknown,
  ): Promise<EventReplayBody> {
    const deliveries = await this.replays.replay(eventId, body, caller.accountId);
    return { event_id: eventId, deliveries: deliveries.map(presentDelivery) };
  }
}
