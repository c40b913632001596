import type { DeliveriesService } from '../../delivery/ledger/deliveries.service.js';
import { COMPONENTS } from '../component-names.js';
import type { FieldDescription, Params, ResourceDescription } from './description.js';
import { ledgerPage } from './ledger-page.js';

type DeliveryRow = Awaited<ReturnType<DeliveriesService['get']>>;

const STATES = [
  'pending',
  'in_flight',
  'retrying',
  'held',
  'delivered',
  'failed',
  'skipped',
  'cancelled',
] as const satisfies readonly DeliveryRow['state'][];

const FIELDS: readonly FieldDescription[] = [
  { name: 'created_at', label: 'Accepted', type: 'datetime', on: ['list', 'show', 'filter'] },
  {
    name: 'state',
    label: 'State',
    on: ['list', 'show', 'filter'],
    values: STATES,
    components: { list: COMPONENTS.DeliveryState, show: COMPONENTS.DeliveryState },
  },
  { name: 'http_method', label: 'Method', on: ['list', 'show'] },
  { name: 'url', label: 'URL', on: ['list', 'show'] },
  { name: 'last_status', label: 'Last status', on: ['list', 'show'] },
  { name: 'attempts', label: 'Attempts', on: ['list', 'show'] },
  { name: 'reason', label: 'Reason', on: ['show', 'filter'] },
  { name: 'next_attempt_at', label: 'Next attempt', type: 'datetime', on: ['show'] },
  { name: 'finished_at', label: 'Finished', type: 'datetime', on: ['show'] },
  { name: 'account_id', label: 'Account', reference: 'accounts', on: ['show', 'filter'] },
  { name: 'destination_id', label: 'Destination', reference: 'destinations', on: ['show', 'filter'] },
  { name: 'event_id', label: 'Event', reference: 'events', on: ['show', 'filter'] },
  { name: 'event_type', label: 'Event type', on: ['show', 'filter'] },
  { name: 'delivery_id', label: 'Delivery ID', type: 'uuid', on: ['show'] },
];

/** What was or is to be sent. Its pages are ours (see ledger/); AdminJS finds and names them. Nothing can be edited. */
export function deliveriesResource(deliveries: DeliveriesService): ResourceDescription {
  return {
    id: 'deliveries',
    label: 'Deliveries',
    icon: 'Truck',
    idField: 'delivery_id',
    titleField: 'url',
    readers: ['superuser', 'operator', 'viewer'],
    writers: [],
    fields: FIELDS,
    sort: { sortBy: 'created_at', direction: 'desc' },
    texts: { noRecords: 'No delivery matches.' },
    listComponent: COMPONENTS.DeliveriesList,
    showComponent: COMPONENTS.DeliveryPage,
    source: {
      list: (query) => ledgerPage((asked) => deliveries.list(asked, null), query, present),
      get: async (id) => present(await deliveries.get(id, null)),
    },
  };
}

function present(delivery: DeliveryRow): Params {
  return {
    delivery_id: delivery.delivery_id,
    event_id: delivery.event_id,
    account_id: delivery.account_id,
    destination_id: delivery.destination_id,
    event_type: delivery.event_type,
    url: delivery.url,
    http_method: delivery.http_method,
    state: delivery.state,
    reason: delivery.reason,
    attempts: delivery.attempts,
    next_attempt_at: delivery.next_attempt_at?.toISOString() ?? null,
    last_status: delivery.last_status,
    created_at: delivery.created_at.toISOString(),
    finished_at: delivery.finished_at?.toISOString() ?? null,
  };
}
