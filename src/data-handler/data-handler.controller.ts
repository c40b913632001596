import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../common/api-problems.js';
import { FirstAttemptsService } from '../delivery/first-attempts/first-attempts.service.js';
import type { Accepted } from './acceptance.js';
import { AppTokenGuard, senderOf } from './app-token.guard.js';
import { readWaitSeconds } from './prefer.js';
import { ReceiveService } from './receive.service.js';
import { presentAccepted, presentOutcomes, ReceivedBody, ReceivedWithOutcomesBody } from './received-body.js';

@ApiTags('data handler')
@ApiSecurity('appToken')
@Controller('server/incoming_data')
export class DataHandlerController {
  constructor(
    private readonly receiver: ReceiveService,
    private readonly firstAttempts: FirstAttemptsService,
  ) {}

  @Post()
  @HttpCode(202)
  @UseGuards(AppTokenGuard)
  @ApiOperation({
    operationId: 'receiveData',
    summary: 'Accept JSON for an account and push it to its destinations',
    description:
      'The answer comes after the event is committed: from then on a crash loses nothing. An id seen before for this ' +
      'account within 24 hours gets the first answer again and sends nothing twice.',
  })
  @ApiHeader({ name: 'CL-X-EVENT-ID', required: false, description: 'Your own id; makes sending again safe' })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same, by its other name' })
  @ApiHeader({ name: 'CL-X-EVENT-TYPE', required: false, description: 'Matched with `event_types` of destinations' })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`wait=N` (RFC 7240), at most 30: waits so many seconds for the first attempts. 202 when they take longer',
  })
  @ApiBody({
    required: true,
    schema: {
      anyOf: [
        { type: 'object', additionalProperties: true },
        { type: 'array', items: {} },
      ],
      example: { type: 'order.created', id: 4711 },
    },
  })
  @ApiResponse({ status: 200, type: ReceivedWithOutcomesBody, description: 'Accepted, and attempted as preferred' })
  @ApiResponse({ status: 202, type: ReceivedBody, description: 'Accepted durably' })
  @ApiProblems(
    'invalid_data',
    'invalid_token',
    'payload_too_large',
    'unsupported_media_type',
    'idempotency_mismatch',
    'rate_limited',
    'internal_error',
    'outcome_unknown',
    'database_unsafe',
    'unavailable',
  )
  async receive(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReceivedBody> {
    const accepted = await this.receiver.receive(request.raw, senderOf(request).tokenHash);
    return (await this.waitAsPreferred(request, reply, accepted)) ?? presentAccepted(accepted);
  }

  /** `Prefer: wait=N`: the outcomes, when they are there in time. */
  private async waitAsPreferred(
    request: FastifyRequest,
    reply: FastifyReply,
    accepted: Accepted,
  ): Promise<ReceivedWithOutcomesBody | null> {
    const seconds = readWaitSeconds(request.headers['prefer']);
    if (seconds === 0 || !this.firstAttempts.hasRoom) return null;
    const outcomes = await this.firstAttempts.wait(accepted.eventId, seconds * 1000);
    void reply.header('Preference-Applied', 'wait');
    if (!outcomes) return null;
    void reply.code(200);
    return presentOutcomes(accepted, outcomes);
  }
}
