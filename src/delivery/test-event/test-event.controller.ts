import { isUtf8 } from 'node:buffer';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  getSchemaPath,
  OmitType,
} from '@nestjs/swagger';
import { Caller } from '../../accounts/api-key.guard.js';
import { ManagementApi } from '../../accounts/management-api.js';
import type { Principal } from '../../accounts/principal.js';
import { ApiProblems } from '../../common/api-problems.js';
import { parseInput } from '../../common/parse-input.js';
import { UuidParam } from '../../common/uuid-param.js';
import { AttemptBody, presentAttempt } from '../ledger/ledger-bodies.js';
import type { AttemptRemarks } from '../queue/settle.js';
import { DryRunBody, presentDryRun } from './dry-run-body.js';
import { DryRunService } from './dry-run.service.js';
import { TestInput } from './test-input.js';
import { TestEventService } from './test-event.service.js';

/** What was sent and what came back. */
class TestEventBody extends OmitType(AttemptBody, ['id', 'delivery_id', 'number']) {
  @ApiProperty({ example: true, description: 'Was it answered with 2xx?' })
  delivered!: boolean;
  @ApiProperty({ example: '{"type":"data_pusher.test"}', description: 'The payload; for GET sent as parameters' })
  payload!: string;
}

@ManagementApi('destinations')
@Controller('api/destinations/:id/test')
export class TestEventController {
  constructor(
    private readonly testEvents: TestEventService,
    private readonly dryRuns: DryRunService,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'testDestination',
    summary: 'Send a test event now and answer with what was sent and what came back; nothing is kept or retried',
    description:
      'Goes out whatever the type, past a pause or an open circuit, which its success ends, and even when the destination is disabled; a dry run says what a real event would do.',
  })
  @ApiBody({ type: TestInput, required: false })
  @ApiExtraModels(TestEventBody, DryRunBody)
  @ApiResponse({
    status: 200,
    description: 'What came back, or with `dry_run` what would be sent',
    schema: { anyOf: [{ $ref: getSchemaPath(TestEventBody) }, { $ref: getSchemaPath(DryRunBody) }] },
  })
  @ApiProblems('validation_failed', 'conflict', 'encryption_key_missing')
  async test(
    @Caller() caller: Principal,
    @UuidParam('id') destinationId: string,
    @Body() body: unknown,
  ): Promise<TestEventBody | DryRunBody> {
    const input = parseInput(TestInput, body);
    const scope = caller.accountId;
    if (input.dry_run) return presentDryRun(await this.dryRuns.forDestination(destinationId, input, scope));
    const { settlement, judgement, payload } = await this.testEvents.send(destinationId, input.event, scope);
    const record = settlement.attempt;
    const {
      id: _id,
      delivery_id: _deliveryId,
      number: _number,
      ...shown
    } = presentAttempt({
      delivery_id: settlement.deliveryId,
      number: settlement.leaseNumber,
      started_at: record.startedAt,
      method: record.method,
      url: record.url,
      request_headers: JSON.parse(record.requestHeaders) as [string, string][],
      status: record.status,
      response_headers:
        record.responseHeaders === null ? null : (JSON.parse(record.responseHeaders) as [string, string][]),
      response_body: record.responseBody,
      address: record.address,
      timings: JSON.parse(record.timings) as Record<string, number>,
      error_code: record.errorCode,
      message: record.message,
      remarks: record.remarks === null ? null : (JSON.parse(record.remarks) as AttemptRemarks),
    });
    return { delivered: judgement.delivered, payload: isUtf8(payload) ? payload.toString() : '', ...shown };
  }
}
