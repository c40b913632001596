import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Caller } from '../../accounts/api-key.guard.js';
import { ManagementApi } from '../../accounts/management-api.js';
import type { Principal } from '../../accounts/principal.js';
import { ApiRead, ApiStep } from '../../common/api-docs.js';
import { ApiProblems } from '../../common/api-problems.js';
import { IfMatch, RequestUrl, Tagged } from '../../common/tagged.js';
import { UuidParam } from '../../common/uuid-param.js';
import { RunSettings } from '../../config/settings.js';
import { ATTEMPT_FILTERS } from './attempts.js';
import { DeliveriesService, deliveryEtag } from './deliveries.service.js';
import { DELIVERY_FILTERS } from './find-deliveries.js';
import { AttemptBody, DeliveryBody, presentAttempt, presentDelivery } from './ledger-bodies.js';
import { type LedgerPageBody, ledgerPageBody, ledgerPageOf } from './ledger-page.js';
import { ApiLedgerList, parseLedgerQuery } from './ledger-query.js';

@ManagementApi('deliveries')
@Controller('api/deliveries')
export class DeliveriesController {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly settings: RunSettings,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listDeliveries',
    summary: 'List deliveries',
    description: 'With state and reason, newest first.',
  })
  @ApiLedgerList(DELIVERY_FILTERS)
  @ApiRead(ledgerPageOf(DeliveryBody))
  async list(
    @Caller() caller: Principal,
    @Query() query: unknown,
    @RequestUrl() url: string,
  ): Promise<LedgerPageBody<DeliveryBody>> {
    const page = await this.deliveries.list(parseLedgerQuery(query, DELIVERY_FILTERS), caller.accountId);
    return ledgerPageBody(page, presentDelivery, this.settings.publicUrl, url);
  }

  @Get(':id')
  @ApiOperation({
    operationId: 'getDelivery',
    summary: 'Read a delivery',
    description: 'With state, reason and the time of the next attempt.',
  })
  @ApiRead(DeliveryBody)
  async get(@Caller() caller: Principal, @UuidParam('id') id: string): Promise<DeliveryBody> {
    return presentDelivery(await this.deliveries.get(id, caller.accountId));
  }

  @Post(':id/retry')
  @ApiStep(
    DeliveryBody,
    {
      operationId: 'retryDelivery',
      summary: 'Send a delivery again',
      description:
        'Now, past a pause or an open circuit, within `max_concurrency` and `rate_limit`, with its whole retry schedule before it. Success ends pause and circuit.',
    },
    202,
  )
  @ApiProblems('conflict', 'not_its_turn')
  async retry(
    @Caller() caller: Principal,
    @UuidParam('id') id: string,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<DeliveryBody>> {
    const row = await this.deliveries.retry(id, { scope: caller.accountId, ifMatch });
    return new Tagged(presentDelivery(row), deliveryEtag(row));
  }

  @Post(':id/cancel')
  @ApiStep(DeliveryBody, {
    operationId: 'cancelDelivery',
    summary: 'Cancel a delivery',
    description: 'Ends one that waits: it is not sent, unless it is retried.',
  })
  async cancel(
    @Caller() caller: Principal,
    @UuidParam('id') id: string,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<DeliveryBody>> {
    const row = await this.deliveries.cancel(id, { scope: caller.accountId, ifMatch });
    return new Tagged(presentDelivery(row), deliveryEtag(row));
  }

  @Get(':id/attempts')
  @ApiOperation({
    operationId: 'listAttempts',
    summary: 'List the attempts of a delivery',
    description: 'The requests that were made and the answers, in their order.',
  })
  @ApiLedgerList(ATTEMPT_FILTERS)
  @ApiRead(ledgerPageOf(AttemptBody))
  async attempts(
    @Caller() caller: Principal,
    @UuidParam('id') id: string,
    @Query() query: unknown,
    @RequestUrl() url: string,
  ): Promise<LedgerPageBody<AttemptBody>> {
    const page = await this.deliveries.attempts(
      id,
      parseLedgerQuery(query, ATTEMPT_FILTERS, 'number'),
      caller.accountId,
    );
    return ledgerPageBody(page, presentAttempt, this.settings.publicUrl, url);
  }
}
