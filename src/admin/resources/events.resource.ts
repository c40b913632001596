import { isUtf8 } from 'node:buffer';
import type { EventRow, EventsService } from '../../delivery/ledger/events.service.js';
import { COMPONENTS } from '../component-names.js';
import type { FieldDescription, Params, ResourceDescription } from './description.js';
import { ledgerPage } from './ledger-page.js';

/** Of a larger payload the page shows the beginning; the API has it whole. */
const SHOWN_BYTES = 65_536;

const FIELDS: readonly FieldDescription[] = [
  { name: 'event_id', label: 'Event ID', type: 'uuid', on: ['list', 'show'] },
  { name: 'received_at', label: 'Received', type: 'datetime', on: ['list', 'show', 'filter'] },
  { name: 'event_type', label: 'Type', on: ['list', 'show', 'filter'] },
  { name: 'account_id', label: 'Account', reference: 'accounts', on: ['list', 'show', 'filter'] },
  { name: 'external_id', label: "Sender's ID", on: ['list', 'show', 'filter'] },
  { name: 'size', label: 'Bytes', on: ['list', 'show'] },
  { name: 'content_type', label: 'Content type', on: ['show'] },
  { name: 'payload', label: 'Payload', on: ['show'], components: { show: COMPONENTS.LongText } },
];

/** What was received, newest first. Nothing here can be changed. */
export function eventsResource(events: EventsService): ResourceDescription {
  return {
    id: 'events',
    label: 'Events',
    icon: 'Inbox',
    idField: 'event_id',
    titleField: 'event_id',
    readers: ['superuser', 'operator', 'viewer'],
    writers: [],
    fields: FIELDS,
    sort: { sortBy: 'received_at', direction: 'desc' },
    texts: { noRecords: 'No data has been received that matches.' },
    source: {
      list: (query) => ledgerPage((asked) => events.list(asked, null), query, present),
      get: async (id) => {
        const [event, { payload }] = await Promise.all([events.get(id, null), events.payload(id, null)]);
        return { ...present(event), payload: shown(payload) };
      },
    },
  };
}

function present(event: EventRow): Params {
  return {
    event_id: event.event_id,
    event_type: event.event_type,
    account_id: event.account_id,
    external_id: event.external_id,
    content_type: event.content_type,
    size: event.size,
    received_at: event.received_at.toISOString(),
  };
}

function shown(payload: Buffer): string {
  if (!isUtf8(payload)) return `${payload.length} bytes that are not text`;
  const text = payload.subarray(0, SHOWN_BYTES).toString('utf8');
  return payload.length > SHOWN_BYTES ? `${text}\n… and ${payload.length - SHOWN_BYTES} bytes more` : text;
}
