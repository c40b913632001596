import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { AccountsService } from '../accounts/accounts.service.js';
import { Caller } from '../accounts/api-key.guard.js';
import { ManagementApi } from '../accounts/management-api.js';
import type { Principal } from '../accounts/principal.js';
import { ApiCreated, ApiList, ApiRead, pageOf } from '../common/api-docs.js';
import { ApiProblems } from '../common/api-problems.js';
import { parseListQuery } from '../common/list-query.js';
import { pageBody, type PageBody } from '../common/page.js';
import { RequestUrl, type Tagged } from '../common/tagged.js';
import { UuidParam } from '../common/uuid-param.js';
import { RunSettings } from '../config/settings.js';
import { DestinationBody, presentDestination } from './destination-body.js';
import { DestinationInput } from './destination-input.js';
import { DESTINATION_LIST } from './destination-list.js';
import { taggedNew } from './destinations.controller.js';
import { DestinationsService } from './destinations.service.js';

/** The destinations of one account. */
@ManagementApi('destinations')
@Controller('api/accounts/:account_id/destinations')
export class AccountDestinationsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly destinations: DestinationsService,
    private readonly settings: RunSettings,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listAccountDestinations',
    summary: "List an account's destinations",
    description: 'By page.',
  })
  @ApiList(DESTINATION_LIST)
  @ApiRead(pageOf(DestinationBody))
  async list(
    @Caller() caller: Principal,
    @UuidParam('account_id') accountId: string,
    @Query() query: unknown,
    @RequestUrl() url: string,
  ): Promise<PageBody<DestinationBody>> {
    const asked = parseListQuery(query, DESTINATION_LIST);
    await this.accounts.get(accountId, { scope: caller.accountId });
    const page = await this.destinations.list(asked, { scope: accountId });
    return pageBody(page, presentDestination, asked, this.settings.publicUrl, url);
  }

  @Post()
  @ApiOperation({
    operationId: 'createAccountDestination',
    summary: 'Create a destination of an account',
    description: 'The same as creating one that names the account.',
  })
  @ApiBody({ type: DestinationInput })
  @ApiCreated(DestinationBody)
  @ApiProblems('validation_failed', 'conflict')
  async create(
    @Caller() caller: Principal,
    @UuidParam('account_id') accountId: string,
    @Body() body: unknown,
  ): Promise<Tagged<DestinationBody>> {
    return taggedNew(await this.destinations.createFor(accountId, body, { scope: caller.accountId }));
  }
}
