import { Injectable } from '@nestjs/common';
import { Problem } from '../../common/problem.js';
import { SecretBox } from '../../common/secret-box.js';
import { HotPool } from '../../database/hot-pool.js';
import { DeliveryService } from '../delivery.service.js';
import { attempt, type AttemptResult } from '../engine/attempt.js';
import { type PushTarget, toPushTarget } from '../engine/push-target.js';
import { Transport } from '../push/transport.js';
import { loadTargets, type StoredEvent } from '../queue/load.js';
import { madeUpEvent } from './made-up-event.js';

const NO_PLACE = 'All of its max_concurrency is in use, or its rate_limit is spent: send it again in a moment';

/**
 * Sends one test event to a destination now, on the very path of a real delivery (request, signature, address check,
 * deadline) and within its limits, but past queue and ledger: nothing is kept and nothing retried.
 */
@Injectable()
export class TestEventService {
  constructor(
    private readonly pool: HotPool,
    private readonly box: SecretBox,
    private readonly transport: Transport,
    private readonly deliveries: DeliveryService,
  ) {}

  /** `payload`: null for a short one of ours. Throws `conflict` where the destination's limits leave no room for it. */
  async send(
    destinationId: string,
    payload: object | null,
    scope: string | null,
  ): Promise<AttemptResult & { payload: Buffer }> {
    const [stored] = await loadTargets(this.pool, [destinationId]);
    if (!stored || (scope !== null && stored.account_id !== scope)) throw new Problem('not_found');
    const target = toPushTarget(stored, this.box);
    const event = madeUpEvent(payload, new Date());
    const result = await this.deliveries.runAside(target, target.timeoutMs, () => this.attempt(target, event));
    if (result === null) throw new Problem('conflict', { error: NO_PLACE });
    if (result.judgement.delivered) await this.deliveries.succeeded(destinationId);
    return { ...result, payload: event.payload };
  }

  private attempt(target: PushTarget, event: StoredEvent): Promise<AttemptResult> {
    const { eventId } = event;
    const { id: destinationId, accountId } = target;
    const delivery = { cause: 'urgent', deliveryId: eventId, eventId, accountId, destinationId } as const;
    return attempt({ ...delivery, leaseNumber: 1, schedulePosition: 0 }, target, event, this.transport);
  }
}
