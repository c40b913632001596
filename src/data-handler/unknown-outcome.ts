import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import { logger } from '../common/logger.js';
import type { DeliveryQueue } from '../delivery/queue/delivery-queue.js';

const LOOK_UP_AFTER_MS = [100, 500, 2_000];

/** Did the database refuse the data itself (SQLSTATE classes 22 and 23)? Then nothing was committed. */
export function isDataError(error: unknown): boolean {
  return error instanceof DatabaseError && /^2[23]/.test(error.code ?? '');
}

/**
 * After a commit of unknown outcome: which events are there? Looks a few times; when the database does not answer,
 * none is known to be, and the caller says 503, which is true of what it knows.
 */
export async function resolveUnknown(
  queue: DeliveryQueue,
  eventIds: readonly string[],
): Promise<Map<string, { accountId: string; destinations: number }>> {
  for (const afterMs of LOOK_UP_AFTER_MS) {
    await sleep(afterMs);
    try {
      return await queue.findStored(eventIds);
    } catch (error) {
      logger.warn({ err: error, events: eventIds.length }, 'the outcome of a commit is unknown; looking again');
    }
  }
  return new Map();
}
