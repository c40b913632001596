import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { Caller } from '../accounts/api-key.guard.js';
import { ManagementApi } from '../accounts/management-api.js';
import type { Principal } from '../accounts/principal.js';
import { ApiIfMatch, ApiList, ApiProblems, ApiWrite, pageOf } from '../common/api-docs.js';
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
  @ApiOperation({ operationId: 'listDestinations', summary: 'List destinations' })
  @ApiList(DESTINATION_LIST)
  @ApiResponse({ status: 200, type: pageOf(DestinationBody) })
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
  @ApiOperation({ operationId: 'createDestination', summary: 'Create a destination' })
  @ApiBody({ type: DestinationCreate })
  @ApiResponse({ status: 201, type: DestinationBody })
  @ApiWrite()
  @ApiProblems('conflict')
  async create(@Caller() caller: Principal, @Body() body: unknown): Promise<Tagged<DestinationBody>> {
    return taggedNew(await this.destinations.create(body, { scope: caller.accountId }));
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getDestination', summary: 'Read a destination' })
  @ApiResponse({ status: 200, type: DestinationBody })
  @ApiProblems('not_found')
  async get(@Caller() caller: Principal, @UuidParam('id') id: string): Promise<Tagged<DestinationBody>> {
    return tagged(await this.destinations.get(id, { scope: caller.accountId }));
  }

  @Put(':id')
  @ApiOperation({
    operationId: 'replaceDestination',
    summary: 'Replace a destination: what is left out gets its default',
  })
  @ApiBody({ type: DestinationInput })
  @ApiResponse({ status: 200, type: DestinationBody })
  @ApiIfMatch()
  @ApiWrite()
  @ApiProblems('not_found')
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
    summary: 'Change some fields of a destination; `headers` is replaced whole',
  })
  @ApiBody({ type: DestinationPatch })
  @ApiResponse({ status: 200, type: DestinationBody })
  @ApiIfMatch()
  @ApiWrite()
  @ApiProblems('not_found')
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
    summary: 'Delete a destination; what still waits for it becomes `cancelled`',
  })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiIfMatch()
  @ApiProblems('not_found')
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
