import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isJsonMediaType } from '../common/body-parser.js';
import { logger } from '../common/logger.js';
import { Problem } from '../common/problem.js';
import { RunSettings } from '../config/settings.js';
import { AcceptService, type Received } from './accept.service.js';
import { AppTokenGuard, tokenHashOf } from './app-token.guard.js';
import { readEventHeaders } from './event-headers.js';
import { isJsonContainer } from './json-text.js';
import { readBody } from './read-body.js';
import { TokenHints } from './token-hints.js';

export interface ReceivedAnswer {
  readonly message: string;
  readonly event_id: string;
  readonly destinations: number;
}

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
  async receive(@Req() request: FastifyRequest): Promise<ReceivedAnswer> {
    const tokenHash = tokenHashOf(request);
    if (!tokenHash) throw new Problem('invalid_token');
    const received = await this.read(request, tokenHash).catch(async (problem: unknown) => {
      // The token was let through on a hint: who may not send is told so, not what is wrong with the body.
      throw (await this.hints.isValidNow(tokenHash)) ? problem : new Problem('invalid_token');
    });
    const accepted = await this.acceptService.accept(received);
    logger.info(
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
