import { Injectable } from '@nestjs/common';
import { Problem } from '../../common/problem.js';
import { SecretBox } from '../../common/secret-box.js';
import { HotPool } from '../../database/hot-pool.js';
import { attempt, type AttemptResult } from '../engine/attempt.js';
import { toPushTarget } from '../engine/push-target.js';
import { Transport } from '../push/transport.js';
import { loadTargets } from '../queue/load.js';
import { madeUpEvent } from './made-up-event.js';

/**
 * Sends one test event to a destination now, on the very path of a real delivery (request, signature, address check,
 * deadline), but past queue and ledger: nothing is kept and nothing retried.
 */
@Injectable()
export class TestEventService {
  constructor(
    private readonly pool: HotPool,
    private readonly box: SecretBox,
    private readonly transport: Transport,
  ) {}

  /** `payload`: null for a short one of ours. */
  async send(
    destinationId: string,
    payload: object | null,
    scope: string | null,
  ): Promise<AttemptResult & { payload: Buffer }> {
    const [stored] = await loadTargets(this.pool, [destinationId]);
    if (!stored || (scope !== null && stored.account_id !== scope)) throw new Problem('not_found');
    const event = madeUpEvent(payload, new Date());
    const { eventId } = event;
    const result = await attempt(
      {
        deliveryId: eventId,
        eventId,
        accountId: stored.account_id,
        destinationId,
        leaseNumber: 1,
        schedulePosition: 0,
      },
      toPushTarget(stored, this.box),
      event,
      this.transport,
    );
    return { ...result, payload: event.payload };
  }
}
