import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty, ApiResponse } from '@nestjs/swagger';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Caller } from '../../accounts/api-key.guard.js';
import { ManagementApi } from '../../accounts/management-api.js';
import type { Principal } from '../../accounts/principal.js';
import { ApiProblems } from '../../common/api-problems.js';
import { parseInput } from '../../common/parse-input.js';
import { UuidParam } from '../../common/uuid-param.js';
import { DryRunBody, presentDryRun } from './dry-run-body.js';
import { DryRunService } from './dry-run.service.js';
import { TryInput } from './test-input.js';

class AccountDryRunBody {
  @ApiProperty({ type: [DryRunBody], description: 'One for each destination of the account' })
  destinations!: DryRunBody[];
}

@ManagementApi('accounts')
@Controller('api/accounts/:account_id/dry-run')
export class DryRunController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly dryRuns: DryRunService,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'dryRunAccount',
    summary: 'Try an event without sending it',
    description: 'Shows the exact request an event would make to each destination, and why it matches or not.',
  })
  @ApiBody({ type: TryInput, required: false })
  @ApiResponse({ status: 200, type: AccountDryRunBody })
  @ApiProblems('validation_failed')
  async run(
    @Caller() caller: Principal,
    @UuidParam('account_id') accountId: string,
    @Body() body: unknown,
  ): Promise<AccountDryRunBody> {
    await this.accounts.get(accountId, { scope: caller.accountId });
    const results = await this.dryRuns.forAccount(accountId, parseInput(TryInput, body));
    return { destinations: results.map(presentDryRun) };
  }
}
