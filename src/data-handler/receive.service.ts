import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { isJsonMediaType, refuseCoding } from '../common/body-parser.js';
import { withoutByteOrderMark } from '../common/byte-order-mark.js';
import { Problem } from '../common/problem.js';
import { RunSettings } from '../config/settings.js';
import { AcceptService } from './accept.service.js';
import { type Accepted, logAccepted, type Received } from './acceptance.js';
import { readEventHeaders } from './event-headers.js';
import { invalidJson } from './invalid-json.js';
import { isJsonContainer } from './json-text.js';
import { readBody } from './read-body.js';
import { TokenHints } from './token-hints.js';

/** Receives one event: reads it, checks it in the contract's order, accepts it durably. */
@Injectable()
export class ReceiveService {
  constructor(
    private readonly acceptService: AcceptService,
    private readonly hints: TokenHints,
    private readonly settings: RunSettings,
  ) {}

  /**
   * `tokenHash`: of a token that was valid a moment ago. Throws {@link Problem}: what is wrong with the request, in
   * its order, or as {@link AcceptService.accept}.
   */
  async receive(message: IncomingMessage, tokenHash: Buffer): Promise<Accepted> {
    const received = await this.hints.tellFirst(tokenHash, this.read(message, tokenHash));
    const accepted = await this.acceptService.accept(received);
    logAccepted(received, accepted);
    return accepted;
  }

  private async read(message: IncomingMessage, tokenHash: Buffer): Promise<Received> {
    const contentType = message.headers['content-type'];
    if (contentType === undefined || !isJsonMediaType(contentType)) throw new Problem('unsupported_media_type');
    refuseCoding(message.headers);
    const body = await readBody(message, this.settings.maxBodyBytes);
    const payload = withoutByteOrderMark(body);
    if (!isJsonContainer(payload)) throw invalidJson(body, 'container');
    // Named one by one here and in AcceptService: a spread costs a hundredth of all that Node does for an event.
    const { externalId, eventType } = readEventHeaders(message.headers);
    return { tokenHash, externalId, eventType, contentType, payload };
  }
}
