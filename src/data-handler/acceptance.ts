import { wideLog } from '../common/logger.js';

/** What was received, validated. */
export interface Received {
  readonly tokenHash: Buffer;
  readonly externalId: string | null;
  readonly eventType: string | null;
  readonly contentType: string;
  readonly payload: Buffer;
}

export interface Accepted {
  readonly eventId: string;
  readonly accountId: string;
  /** How many destinations it is meant for. */
  readonly destinations: number;
  /** The external id was seen before: this is the first answer again. */
  readonly repeated: boolean;
}

/** The one line of the log that tells of an event's acceptance. */
export function logAccepted(received: Received, accepted: Accepted): void {
  wideLog.info(
    {
      event_id: accepted.eventId,
      account_id: accepted.accountId,
      event_type: received.eventType ?? undefined,
      external_id: received.externalId ?? undefined,
      size: received.payload.length,
      destinations: accepted.destinations,
      repeated: accepted.repeated || undefined,
    },
    'event accepted',
  );
}
