import type { EventRow, EventsService } from '../../delivery/ledger/events.service.js';
import { COMPONENTS } from '../component-names.js';
import type { FieldDescription, Params, ResourceDescription } from './description.js';
import { ledgerPage } from './ledger-page.js';

const FIELDS: readonly FieldDescription[] = [
  { name: 'event_id', label: 'Event ID', type: 'uuid', on: ['list', 'show'] },
  { name: 'received_at', label: 'Received', type: 'datetime', on: ['list', 'show', 'filter'] },
  { name: 'event_type', label: 'Type', on: ['list', 'show', 'filter'] },
  { name: 'account_id', label: 'Account', reference: 'accounts', on: ['list', 'show', 'filter'] },
  { name: 'external_id', label: "Sender's ID", on: ['list', 'show', 'filter'] },
  { name: 'size', label: 'Bytes', on: ['list', 'show'] },
  { name: 'content_type', label: 'Content type', on: ['show'] },
];

/** What was received. Its pages are ours (see ledger/); AdminJS finds and names it. Nothing here can be changed. */
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
    listComponent: COMPONENTS.EventsList,
    showComponent: COMPONENTS.EventPage,
    source: {
      list: (query) => ledgerPage((asked) => events.list(asked, null), query, present),
      get: async (id) => present(await events.get(id, null)),
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
