import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../common/api-problems.js';
import { isJsonMediaType, isNdjsonMediaType, refuseCoding } from '../common/body-parser.js';
import { Problem } from '../common/problem.js';
import { RunSettings } from '../config/settings.js';
import { AcceptService } from './accept.service.js';
import { logAccepted, type Received } from './acceptance.js';
import { AppTokenGuard, senderOf } from './app-token.guard.js';
import { BatchBody, type ItemOutcome, presentBatch, sharedProblem } from './batch-body.js';
import { toEvents } from './batch-items.js';
import { readBatchHeaders } from './event-headers.js';
import { invalidJson } from './invalid-json.js';
import { readBody } from './read-body.js';
import { ReceiveLimiter } from './receive-limiter.js';
import { type BatchItem, sliceArray, sliceLines } from './slice-batch.js';
import { TokenHints } from './token-hints.js';

const MAX_ITEMS = 10_000;

const ITEM = {
  anyOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
  ],
};

@ApiTags('data handler')
@ApiSecurity('appToken')
@Controller('server/incoming_data/batch')
export class BatchController {
  constructor(
    private readonly acceptService: AcceptService,
    private readonly hints: TokenHints,
    private readonly limiter: ReceiveLimiter,
    private readonly settings: RunSettings,
  ) {}

  @Post()
  @HttpCode(207)
  @UseGuards(AppTokenGuard)
  @ApiOperation({
    operationId: 'receiveBatch',
    summary: 'Accept many events at once: one result an item, not all or nothing',
    description:
      'A JSON array, or NDJSON with one item a line. Each item is an event of its own, stored and sent as its exact ' +
      `slice of the body. At most ${MAX_ITEMS} items, and as many bytes as a single event may have. A broken JSON ` +
      'array is refused whole; a broken line of NDJSON harms no other.',
  })
  @ApiHeader({
    name: 'CL-X-EVENT-ID',
    required: false,
    description: 'Your id of the batch: item n, from 0, is known by it, a colon and n (`b1:0`). At most 250 characters',
  })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same, by its other name' })
  @ApiHeader({
    name: 'CL-X-EVENT-ID-MEMBER',
    required: false,
    description: 'Instead: the member in which each item carries your id of it',
  })
  @ApiHeader({
    name: 'CL-X-EVENT-TYPE',
    required: false,
    description: 'The type of items that don’t say it themselves',
  })
  @ApiHeader({ name: 'CL-X-EVENT-TYPE-MEMBER', required: false, description: 'The member that holds an item’s type' })
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiBody({
    required: true,
    schema: { type: 'array', maxItems: MAX_ITEMS, items: ITEM, example: [{ id: 4711 }, { id: 4712 }] },
  })
  @ApiResponse({ status: 207, type: BatchBody, description: 'What became of each item' })
  @ApiProblems(
    'invalid_data',
    'invalid_token',
    'payload_too_large',
    'unsupported_media_type',
    'rate_limited',
    'internal_error',
    'outcome_unknown',
    'database_unsafe',
    'unavailable',
  )
  async receive(@Req() request: FastifyRequest): Promise<BatchBody> {
    const sender = senderOf(request);
    const { tokenHash } = sender;
    const items = await this.hints.tellFirst(tokenHash, this.read(request, tokenHash));
    await this.limiter.charge(sender, items.length - 1);
    const outcomes = await this.accept(items);
    const shared = sharedProblem(outcomes);
    if (shared) throw shared;
    return presentBatch(outcomes);
  }

  /** The checks of the body, in the contract's order. */
  private async read(request: FastifyRequest, tokenHash: Buffer): Promise<(Received | Problem)[]> {
    const contentType = request.headers['content-type'];
    const isLines = isNdjsonMediaType(contentType);
    if (!isLines && !isJsonMediaType(contentType)) throw new Problem('unsupported_media_type');
    refuseCoding(request.headers);
    const body = await readBody(request.raw, this.settings.maxBodyBytes);
    return toEvents(sliced(body, isLines), tokenHash, readBatchHeaders(request.headers));
  }

  private async accept(items: readonly (Received | Problem)[]): Promise<ItemOutcome[]> {
    const events = items.filter((item): item is Received => !(item instanceof Problem));
    const results = (await this.acceptService.acceptGroup(events)).values();
    return items.map((item): ItemOutcome => {
      const result = item instanceof Problem ? undefined : results.next().value;
      if (item instanceof Problem || !result) return { error: item };
      if (result.status === 'rejected') return { error: result.reason };
      logAccepted(item, result.value);
      return { accepted: result.value, externalId: item.externalId };
    });
  }
}

function sliced(body: Buffer, isLines: boolean): BatchItem[] {
  const items = isLines ? sliceLines(body, MAX_ITEMS) : sliceArray(body, MAX_ITEMS);
  if (items === 'invalid') throw invalidJson(body, 'array');
  if (items === 'too_many') {
    throw new Problem('payload_too_large', { error: `The batch has more than ${MAX_ITEMS} items` });
  }
  return items;
}
