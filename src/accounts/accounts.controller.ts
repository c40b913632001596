import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import {
  ApiCreated,
  ApiIfMatch,
  ApiList,
  ApiRead,
  ApiWritten,
  MERGED,
  pageOf,
  redescribe,
} from '../common/api-docs.js';
import { ApiProblems } from '../common/api-problems.js';
import { parseListQuery } from '../common/list-query.js';
import { OverlapInput } from '../common/overlap-input.js';
import { pageBody, type PageBody } from '../common/page.js';
import { IfMatch, RequestUrl, Tagged } from '../common/tagged.js';
import { UuidParam } from '../common/uuid-param.js';
import { RunSettings } from '../config/settings.js';
import { AccountBody, presentAccount } from './account-body.js';
import { AccountInput } from './account-input.js';
import { ACCOUNT_LIST, accountEtag, AccountsService, type AccountWithToken } from './accounts.service.js';
import { Caller } from './api-key.guard.js';
import { ManagementApi } from './management-api.js';
import type { Principal } from './principal.js';
import { AdminOnly } from './required-roles.js';

class AccountPatch extends redescribe(AccountInput, MERGED) {}

@ManagementApi('accounts')
@Controller('api/accounts')
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly settings: RunSettings,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listAccounts',
    summary: 'List accounts',
    description: 'By page; a key that is bound to an account finds that one.',
  })
  @ApiList(ACCOUNT_LIST)
  @ApiRead(pageOf(AccountBody))
  async list(
    @Caller() caller: Principal,
    @Query() query: unknown,
    @RequestUrl() url: string,
  ): Promise<PageBody<AccountBody>> {
    const asked = parseListQuery(query, ACCOUNT_LIST);
    const page = await this.accounts.list(asked, { scope: caller.accountId });
    return pageBody(page, presentAccount, asked, this.settings.publicUrl, url);
  }

  @Post()
  @AdminOnly()
  @ApiOperation({
    operationId: 'createAccount',
    summary: 'Create an account',
    description: 'The answer shows its whole token, this once. Needs an admin key.',
  })
  @ApiBody({ type: AccountInput })
  @ApiCreated(AccountBody)
  @ApiProblems('validation_failed')
  async create(@Body() body: unknown): Promise<Tagged<AccountBody>> {
    const created = await this.accounts.create(body);
    return tagged(created, `/api/accounts/${created.account.account_id}/`);
  }

  @Get(':account_id')
  @ApiOperation({ operationId: 'getAccount', summary: 'Read an account', description: 'Its token is masked.' })
  @ApiRead(AccountBody)
  async get(@Caller() caller: Principal, @UuidParam('account_id') accountId: string): Promise<Tagged<AccountBody>> {
    return tagged(await this.accounts.get(accountId, { scope: caller.accountId }));
  }

  @Put(':account_id')
  @ApiOperation({
    operationId: 'replaceAccount',
    summary: 'Replace an account',
    description: 'What is left out gets its default; read-only members are ignored.',
  })
  @ApiBody({ type: AccountInput })
  @ApiIfMatch()
  @ApiWritten(AccountBody)
  @ApiProblems('validation_failed')
  async replace(
    @Caller() caller: Principal,
    @UuidParam('account_id') accountId: string,
    @Body() body: unknown,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<AccountBody>> {
    return tagged(await this.accounts.replace(accountId, body, { scope: caller.accountId, ifMatch }));
  }

  @Patch(':account_id')
  @ApiOperation({
    operationId: 'updateAccount',
    summary: 'Change some fields of an account',
    description: 'What is left out stays as it is.',
  })
  @ApiBody({ type: AccountPatch })
  @ApiIfMatch()
  @ApiWritten(AccountBody)
  @ApiProblems('validation_failed')
  async update(
    @Caller() caller: Principal,
    @UuidParam('account_id') accountId: string,
    @Body() body: unknown,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<AccountBody>> {
    return tagged(await this.accounts.update(accountId, body, { scope: caller.accountId, ifMatch }));
  }

  @Delete(':account_id')
  @AdminOnly()
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteAccount',
    summary: 'Delete an account',
    description: 'Takes its destinations along; what still waits for them becomes `cancelled`. Needs an admin key.',
  })
  @ApiIfMatch()
  @ApiResponse({ status: 204, description: 'Deleted' })
  async remove(@UuidParam('account_id') accountId: string, @IfMatch() ifMatch?: string): Promise<void> {
    await this.accounts.remove(accountId, { ifMatch });
  }

  @Post(':account_id/rotate-token')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'rotateAccountToken',
    summary: 'Make a new token',
    description: 'It is shown whole in the answer, this once; the old one stays valid for the overlap.',
  })
  @ApiBody({ type: OverlapInput, required: false })
  @ApiIfMatch()
  @ApiWritten(AccountBody)
  @ApiProblems('validation_failed')
  async rotateToken(
    @Caller() caller: Principal,
    @UuidParam('account_id') accountId: string,
    @Body() body: unknown,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<AccountBody>> {
    return tagged(await this.accounts.rotateToken(accountId, body, { scope: caller.accountId, ifMatch }));
  }
}

function tagged(found: AccountWithToken, location?: string): Tagged<AccountBody> {
  return new Tagged(presentAccount(found), accountEtag(found.account), location);
}
