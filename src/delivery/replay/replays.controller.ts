import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { Caller } from '../../accounts/api-key.guard.js';
import { ManagementApi } from '../../accounts/management-api.js';
import type { Principal } from '../../accounts/principal.js';
import { ApiCreated, ApiRead, ApiStep } from '../../common/api-docs.js';
import { ApiProblems } from '../../common/api-problems.js';
import { IfMatch, RequestUrl, Tagged } from '../../common/tagged.js';
import { UuidParam } from '../../common/uuid-param.js';
import { RunSettings } from '../../config/settings.js';
import { type LedgerPageBody, ledgerPageBody, ledgerPageOf } from '../ledger/ledger-page.js';
import { ApiLedgerList, parseLedgerQuery } from '../ledger/ledger-query.js';
import { presentReplay, ReplayBody } from './replay-body.js';
import { ReplayInput } from './replay-input.js';
import { REPLAY_FILTERS, replayEtag, type ReplayRow, ReplaysService } from './replays.service.js';

@ManagementApi('replays')
@Controller('api/replays')
export class ReplaysController {
  constructor(
    private readonly replays: ReplaysService,
    private readonly settings: RunSettings,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listReplays', summary: 'List bulk replays', description: 'Newest first.' })
  @ApiLedgerList(REPLAY_FILTERS)
  @ApiRead(ledgerPageOf(ReplayBody))
  async list(
    @Caller() caller: Principal,
    @Query() query: unknown,
    @RequestUrl() url: string,
  ): Promise<LedgerPageBody<ReplayBody>> {
    const page = await this.replays.list(parseLedgerQuery(query, REPLAY_FILTERS), caller.accountId);
    return ledgerPageBody(page, presentReplay, this.settings.publicUrl, url);
  }

  @Post()
  @ApiOperation({
    operationId: 'createReplay',
    summary: 'Count what a replay would send',
    description: 'Nothing is sent until it is started.',
  })
  @ApiBody({ type: ReplayInput, required: false })
  @ApiCreated(ReplayBody)
  @ApiProblems('validation_failed', 'not_found')
  async create(@Caller() caller: Principal, @Body() body: unknown): Promise<Tagged<ReplayBody>> {
    const row = await this.replays.create(body, caller.accountId);
    return tagged(row, `/api/replays/${row.replay_id}/`);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getReplay', summary: 'Read a replay', description: 'With its progress.' })
  @ApiRead(ReplayBody)
  async get(@Caller() caller: Principal, @UuidParam('id') id: string): Promise<Tagged<ReplayBody>> {
    return tagged(await this.replays.get(id, caller.accountId));
  }

  @Post(':id/start')
  @ApiStep(ReplayBody, {
    operationId: 'startReplay',
    summary: 'Start a replay',
    description: 'One that was counted, or one that was paused.',
  })
  async start(
    @Caller() caller: Principal,
    @UuidParam('id') id: string,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<ReplayBody>> {
    return tagged(await this.replays.change(id, 'start', { scope: caller.accountId, ifMatch }));
  }

  @Post(':id/pause')
  @ApiStep(ReplayBody, {
    operationId: 'pauseReplay',
    summary: 'Pause a replay',
    description: 'What it has handed on already is sent.',
  })
  async pause(
    @Caller() caller: Principal,
    @UuidParam('id') id: string,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<ReplayBody>> {
    return tagged(await this.replays.change(id, 'pause', { scope: caller.accountId, ifMatch }));
  }

  @Post(':id/cancel')
  @ApiStep(ReplayBody, {
    operationId: 'cancelReplay',
    summary: 'End a replay for good',
    description: 'What it has handed on already is sent.',
  })
  async cancel(
    @Caller() caller: Principal,
    @UuidParam('id') id: string,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<ReplayBody>> {
    return tagged(await this.replays.change(id, 'cancel', { scope: caller.accountId, ifMatch }));
  }
}

function tagged(row: ReplayRow, location?: string): Tagged<ReplayBody> {
  return new Tagged(presentReplay(row), replayEtag(row), location);
}
