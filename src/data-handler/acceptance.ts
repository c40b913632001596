import { logWide } from '../common/logger.js';

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
export function logAccepted({ eventType, externalId, payload }: Received, accepted: Accepted): void {
  const { eventId, accountId, destinations, repeated } = accepted;
  const labels =
    (eventType === null ? '' : `,"event_type":${JSON.stringify(eventType)}`) +
    (externalId === null ? '' : `,"external_id":${JSON.stringify(externalId)}`);
  logWide(
    `,"event_id":"${eventId}","account_id":"${accountId}"${labels},"size":${payload.length},"destinations":${destinations}` +
      (repeated ? ',"repeated":true' : ''),
    'event accepted',
  );
}
