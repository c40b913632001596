import { newId } from '../../common/new-id.js';
import type { StoredEvent } from '../queue/load.js';

/** An event that was never received: with the payload given, or one that is recognisable as a test. */
export function madeUpEvent(payload: object | null, now: Date): StoredEvent {
  const eventId = newId();
  const content = payload ?? {
    type: 'data_pusher.test',
    event_id: eventId,
    message: 'This is a test event from Data Pusher',
    sent_at: now.toISOString(),
  };
  return { eventId, contentType: 'application/json', payload: Buffer.from(JSON.stringify(content)) };
}
