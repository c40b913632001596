import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionLost } from '../common/database-error.js';
import { logger } from '../common/logger.js';
import type { DeliveryQueue } from '../delivery/queue/delivery-queue.js';
import type { StoredEvent } from '../delivery/queue/look-up.js';

const LOOK_AGAIN_AFTER_MS = 500;

/**
 * After a commit of unknown outcome: which of the events are stored? Whatever may still commit them is ended first, so
 * that what is not there now never will be. Looks until `deadlineMs` (as performance.now()); null when it could not be
 * found out.
 */
export async function resolveUnknown(
  queue: DeliveryQueue,
  eventIds: readonly string[],
  error: unknown,
  deadlineMs: number,
): Promise<Map<string, StoredEvent> | null> {
  const backend = error instanceof ConnectionLost ? error.backend : null;
  logger.warn({ err: error, events: eventIds.length }, 'the outcome of a commit is unknown; looking');
  for (;;) {
    try {
      return await queue.findStored(eventIds, backend);
    } catch (lookUpError) {
      logger.warn({ err: lookUpError, events: eventIds.length }, 'the outcome of a commit is still unknown');
      if (performance.now() + LOOK_AGAIN_AFTER_MS >= deadlineMs) return null;
      await sleep(LOOK_AGAIN_AFTER_MS);
    }
  }
}
