import { Controller, Get, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Caller } from '../../accounts/api-key.guard.js';
import { ManagementApi } from '../../accounts/management-api.js';
import type { Principal } from '../../accounts/principal.js';
import { ApiConditional, ApiRead, ETAG_HEADER } from '../../common/api-docs.js';
import { etagOf } from '../../common/etag.js';
import { RequestUrl, Tagged } from '../../common/tagged.js';
import { UuidParam } from '../../common/uuid-param.js';
import { RunSettings } from '../../config/settings.js';
import { EVENT_FILTERS, EventsService } from './events.service.js';
import { EventBody, presentEvent } from './ledger-bodies.js';
import { type LedgerPageBody, ledgerPageBody, ledgerPageOf } from './ledger-page.js';
import { ApiLedgerList, parseLedgerQuery } from './ledger-query.js';

@ManagementApi('events')
@Controller('api/events')
export class EventsController {
  constructor(
    private readonly events: EventsService,
    private readonly settings: RunSettings,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listEvents',
    summary: 'List what was received',
    description: 'Newest first, without payloads.',
  })
  @ApiLedgerList(EVENT_FILTERS)
  @ApiRead(ledgerPageOf(EventBody))
  async list(
    @Caller() caller: Principal,
    @Query() query: unknown,
    @RequestUrl() url: string,
  ): Promise<LedgerPageBody<EventBody>> {
    const page = await this.events.list(parseLedgerQuery(query, EVENT_FILTERS), caller.accountId);
    return ledgerPageBody(page, presentEvent, this.settings.publicUrl, url);
  }

  @Get(':event_id')
  @ApiOperation({ operationId: 'getEvent', summary: 'Read an event', description: 'Without its payload.' })
  @ApiRead(EventBody)
  async get(@Caller() caller: Principal, @UuidParam('event_id') eventId: string): Promise<EventBody> {
    return presentEvent(await this.events.get(eventId, caller.accountId));
  }

  @Get(':event_id/payload')
  @ApiOperation({
    operationId: 'getEventPayload',
    summary: 'Download the payload',
    description: 'Byte for byte as it was received.',
  })
  // As it was received: `application/json` or `application/…+json`, for which a description has no narrower range.
  @ApiProduces('application/json', 'application/*')
  @ApiResponse({
    status: 200,
    description: 'The payload',
    schema: { type: ['object', 'array'], items: {}, example: { type: 'order.created', id: 4711 } },
    headers: ETAG_HEADER,
  })
  @ApiConditional()
  async payload(
    @Caller() caller: Principal,
    @UuidParam('event_id') eventId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Tagged<StreamableFile>> {
    const { contentType, payload } = await this.events.payload(eventId, caller.accountId);
    void reply.header('Content-Disposition', `attachment; filename="${eventId}.json"`);
    // Never changed once accepted.
    const file = new StreamableFile(payload, { type: contentType, length: payload.length });
    return new Tagged(file, etagOf(eventId, 'payload'));
  }
}
