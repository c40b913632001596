import { Injectable } from '@nestjs/common';
import { parseInput } from '../../common/parse-input.js';
import { Problem } from '../../common/problem.js';
import { HotPool } from '../../database/hot-pool.js';
import { DeliveryService } from '../delivery.service.js';
import { deliveryIdsOf } from '../ledger/conditions.js';
import { EventsService } from '../ledger/events.service.js';
import { type DeliveryRow, findDeliveries } from '../ledger/find-deliveries.js';
import { replayEvent } from '../queue/replay-event.js';
import { EventReplayInput } from './event-replay-input.js';

/** More than one event ever has, unless it is replayed without end. */
const MAX_DELIVERIES = 20_000;

/** Sends one event again, as new deliveries. */
@Injectable()
export class EventReplayService {
  constructor(
    private readonly pool: HotPool,
    private readonly events: EventsService,
    private readonly deliveries: DeliveryService,
  ) {}

  /**
   * Returns the new deliveries. `input`: what a person sent. Throws `not_found`, `validation_failed`, or `conflict`
   * where the payload is no longer kept.
   */
  async replay(eventId: string, input: unknown, scope: string | null): Promise<DeliveryRow[]> {
    const { destination_ids: asked } = parseInput(EventReplayInput, input);
    const accountId = await this.accountOf(eventId, scope);
    const destinationIds = asked === null ? null : [...new Set(asked.map((id) => id.toLowerCase()))];
    if (destinationIds !== null) await this.requireDestinations(destinationIds, accountId);
    const ids = await replayEvent(this.pool, eventId, destinationIds);
    if (ids === null) throw payloadGone();
    this.deliveries.hurry();
    const filters = new Map([['event_id', eventId]]);
    const { rows } = await findDeliveries(this.pool, { cursor: null, pageSize: MAX_DELIVERIES, filters }, null);
    const created = new Set(ids);
    return rows.filter((row) => created.has(row.delivery_id));
  }

  private async accountOf(eventId: string, scope: string | null): Promise<string> {
    try {
      return (await this.events.get(eventId, scope)).account_id;
    } catch (error) {
      if (error instanceof Problem && (await this.hasDeliveries(eventId, scope))) throw payloadGone();
      throw error;
    }
  }

  /** Deliveries may outlive their event for a moment, while what is too old is dropped. */
  private async hasDeliveries(eventId: string, scope: string | null): Promise<boolean> {
    const { first, last } = deliveryIdsOf(eventId);
    const rows = await this.pool.run(
      `SELECT 1 FROM finished_deliveries
       WHERE delivery_id >= $1 AND delivery_id <= $2 AND event_id = $3 AND account_id = coalesce($4, account_id)
       LIMIT 1`,
      [first, last, eventId, scope],
    );
    return rows.length > 0;
  }

  private async requireDestinations(destinationIds: readonly string[], accountId: string): Promise<void> {
    const rows = await this.pool.run<{ id: string }>(
      'SELECT id FROM destinations WHERE id = ANY ($1::uuid[]) AND account_id = $2',
      [destinationIds, accountId],
    );
    const known = new Set(rows.map((row) => row.id));
    const unknown = destinationIds.find((id) => !known.has(id));
    if (unknown !== undefined) {
      throw Problem.field('destination_ids', `names ${unknown}, which is no destination of the event's account`);
    }
  }
}

function payloadGone(): Problem {
  return new Problem('conflict', { error: 'The payload of the event is no longer kept' });
}
