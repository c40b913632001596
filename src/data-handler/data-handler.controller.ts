import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiProperty, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../common/api-docs.js';
import { isJsonMediaType } from '../common/body-parser.js';
import { wideLog } from '../common/logger.js';
import { Problem } from '../common/problem.js';
import { RunSettings } from '../config/settings.js';
import { AcceptService, type Received } from './accept.service.js';
import { AppTokenGuard, tokenHashOf } from './app-token.guard.js';
import { readEventHeaders } from './event-headers.js';
import { isJsonContainer } from './json-text.js';
import { readBody } from './read-body.js';
import { TokenHints } from './token-hints.js';

class ReceivedBody {
  @ApiProperty({ example: 'Data Received' })
  message!: string;
  @ApiProperty({ format: 'uuid', example: '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f' })
  event_id!: string;
  @ApiProperty({ type: 'integer', example: 2, description: 'How many destinations it is meant for' })
  destinations!: number;
}

@ApiTags('data handler')
@ApiSecurity('appToken')
@Controller('server/incoming_data')
export class DataHandlerController {
  constructor(
    private readonly acceptService: AcceptService,
    private readonly hints: TokenHints,
    private readonly settings: RunSettings,
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
  @ApiResponse({ status: 202, type: ReceivedBody, description: 'Accepted durably' })
  @ApiProblems(
    'invalid_data',
    'invalid_token',
    'payload_too_large',
    'unsupported_media_type',
    'idempotency_mismatch',
    'internal_error',
    'unavailable',
  )
  async receive(@Req() request: FastifyRequest): Promise<ReceivedBody> {
    const tokenHash = tokenHashOf(request);
    const received = await this.read(request, tokenHash).catch(async (problem: unknown) => {
      // The token was let through on a hint: who may not send is told so, not what is wrong with the body.
      throw (await this.hints.isValidNow(tokenHash)) ? problem : new Problem('invalid_token');
    });
    const accepted = await this.acceptService.accept(received);
    wideLog.info(
      {
        event_id: accepted.eventId,
        account_id: accepted.accountId,
        event_type: received.eventType ?? undefined,
        external_id: received.externalId ?? undefined,
        size: received.payload.length,
        destinations: accepted.destinations,
        repeated: accepted.repeated || undefined,
      },
      'event accepted',
    );
    return { message: 'Data Received', event_id: accepted.eventId, destinations: accepted.destinations };
  }

  /** The checks of the body, in the contract's order. */
  private async read(request: FastifyRequest, tokenHash: Buffer): Promise<Received> {
    const contentType = request.headers['content-type'];
    if (contentType === undefined || !isJsonMediaType(contentType)) throw new Problem('unsupported_media_type');
    const payload = await readBody(request.raw, this.settings.maxBodyBytes);
    if (!isJsonContainer(payload)) throw new Problem('invalid_data');
    return { tokenHash, contentType, payload, ...readEventHeaders(request.headers) };
  }
}
