import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Caller } from '../accounts/api-key.guard.js';
import { ManagementApi } from '../accounts/management-api.js';
import type { Principal } from '../accounts/principal.js';
import { ApiCreated, ApiIfMatch, ApiList, ApiRead, ApiWritten, pageOf } from '../common/api-docs.js';
import { ApiProblems } from '../common/api-problems.js';
import { parseListQuery } from '../common/list-query.js';
import { pageBody, type PageBody } from '../common/page.js';
import { IfMatch, RequestUrl, Tagged } from '../common/tagged.js';
import { UuidParam } from '../common/uuid-param.js';
import { RunSettings } from '../config/settings.js';
import { DestinationBody, DestinationCreate, DestinationPatch, presentDestination } from './destination-body.js';
import { DestinationInput } from './destination-input.js';
import { DESTINATION_LIST } from './destination-list.js';
import { destinationEtag, DestinationsService, type DestinationView } from './destinations.service.js';

@ManagementApi('destinations')
@Controller('api/destinations')
export class DestinationsController {
  constructor(
    private readonly destinations: DestinationsService,
    private readonly settings: RunSettings,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listDestinations',
    summary: 'List destinations',
    description: 'By page; of all accounts, or of the one that the key is bound to.',
  })
  @ApiList(DESTINATION_LIST)
  @ApiRead(pageOf(DestinationBody))
  async list(
    @Caller() caller: Principal,
    @Query() query: unknown,
    @RequestUrl() url: string,
  ): Promise<PageBody<DestinationBody>> {
    const asked = parseListQuery(query, DESTINATION_LIST);
    const page = await this.destinations.list(asked, { scope: caller.accountId });
    return pageBody(page, presentDestination, asked, this.settings.publicUrl, url);
  }

  @Post()
  @ApiOperation({
    operationId: 'createDestination',
    summary: 'Create a destination',
    description: 'For the account that is named, or the one that the key is bound to.',
  })
  @ApiBody({ type: DestinationCreate })
  @ApiCreated(DestinationBody)
  @ApiProblems('validation_failed', 'conflict')
  async create(@Caller() caller: Principal, @Body() body: unknown): Promise<Tagged<DestinationBody>> {
    return taggedNew(await this.destinations.create(body, { scope: caller.accountId }));
  }

  @Get(':id')
  @ApiOperation({
    operationId: 'getDestination',
    summary: 'Read a destination',
    description: 'Values of secret headers are masked.',
  })
  @ApiRead(DestinationBody)
  async get(@Caller() caller: Principal, @UuidParam('id') id: string): Promise<Tagged<DestinationBody>> {
    return tagged(await this.destinations.get(id, { scope: caller.accountId }));
  }

  @Put(':id')
  @ApiOperation({
    operationId: 'replaceDestination',
    summary: 'Replace a destination',
    description: 'What is left out gets its default; masks keep the values that are stored.',
  })
  @ApiBody({ type: DestinationInput })
  @ApiWritten(DestinationBody)
  @ApiIfMatch()
  @ApiProblems('validation_failed')
  async replace(
    @Caller() caller: Principal,
    @UuidParam('id') id: string,
    @Body() body: unknown,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<DestinationBody>> {
    return tagged(await this.destinations.replace(id, body, { scope: caller.accountId, ifMatch }));
  }

  @Patch(':id')
  @ApiOperation({
    operationId: 'updateDestination',
    summary: 'Change some fields of a destination',
    description: 'What is left out stays as it is; `headers` is replaced whole.',
  })
  @ApiBody({ type: DestinationPatch })
  @ApiWritten(DestinationBody)
  @ApiIfMatch()
  @ApiProblems('validation_failed')
  async update(
    @Caller() caller: Principal,
    @UuidParam('id') id: string,
    @Body() body: unknown,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<DestinationBody>> {
    return tagged(await this.destinations.update(id, body, { scope: caller.accountId, ifMatch }));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteDestination',
    summary: 'Delete a destination',
    description: 'What still waits for it becomes `cancelled`; its history stays.',
  })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiIfMatch()
  async remove(@Caller() caller: Principal, @UuidParam('id') id: string, @IfMatch() ifMatch?: string): Promise<void> {
    await this.destinations.remove(id, { scope: caller.accountId, ifMatch });
  }
}

function tagged(view: DestinationView): Tagged<DestinationBody> {
  return new Tagged(presentDestination(view), destinationEtag(view.destination));
}

/** With the place of what was just created. */
export function taggedNew(view: DestinationView): Tagged<DestinationBody> {
  const { destination } = view;
  return new Tagged(presentDestination(view), destinationEtag(destination), `/api/destinations/${destination.id}/`);
}
