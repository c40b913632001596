import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Problem } from '../../common/problem.js';
import { SecretBox } from '../../common/secret-box.js';
import { HotPool } from '../../database/hot-pool.js';
import { attempt, type AttemptResult } from '../engine/attempt.js';
import { toPushTarget } from '../engine/push-target.js';
import { Transport } from '../push/transport.js';
import { loadTargets } from '../queue/load.js';

/** What a test event carries: recognisable, and shaped like a small real one. */
function testPayload(eventId: string, now: Date): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: 'data_pusher.test',
      event_id: eventId,
      message: 'This is a test event from Data Pusher',
      sent_at: now.toISOString(),
    }),
  );
}

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

  async send(destinationId: string, scope: string | null): Promise<AttemptResult & { payload: Buffer }> {
    const [stored] = await loadTargets(this.pool, [destinationId]);
    if (!stored || (scope !== null && stored.account_id !== scope)) throw new Problem('not_found');
    const eventId = uuidv7();
    const payload = testPayload(eventId, new Date());
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
      { eventId, contentType: 'application/json', payload },
      this.transport,
    );
    return { ...result, payload };
  }
}
