import { HTTP_METHODS } from '../../destinations/destination.entity.js';
import { DestinationInput } from '../../destinations/destination-input.js';
import { destinationEtag, type DestinationView } from '../../destinations/destinations.service.js';
import { COMPONENTS } from '../component-names.js';
import type { PanelServices } from '../panel-services.js';
import { SEARCH_FIELD, type FieldDescription, type Params, type ResourceDescription } from './description.js';
import {
  isEmptied,
  joinHeaders,
  joinLines,
  joinSchedule,
  splitHeaders,
  splitLines,
  splitSchedule,
  toNumber,
} from './destination-fields.js';
import { waitingLine } from './goes-along.js';
import { historyAction } from './history.resource.js';

/** Shown in the form of a new destination, and taken when it is left as it is. */
const DEFAULT_METHOD = 'POST';

const FORMS = ['show', 'new', 'edit'] as const;

/** What a destination gets where nothing is said. */
const { headers: _required, ...SERVICE_DEFAULTS } = new DestinationInput();
const DEFAULTS: Readonly<Record<string, unknown>> = { ...SERVICE_DEFAULTS, http_method: DEFAULT_METHOD, headers: {} };

const FIELDS: readonly FieldDescription[] = [
  SEARCH_FIELD,
  { name: 'id', label: 'Destination ID', type: 'uuid', on: ['show'] },
  {
    name: 'url',
    label: 'URL',
    on: ['list', ...FORMS],
    required: true,
    sortable: true,
    props: { placeholder: 'https://receiver.example.com/hook', type: 'url' },
  },
  {
    name: 'account_id',
    label: 'Account',
    reference: 'accounts',
    on: ['list', 'show', 'filter', 'new'],
    required: true,
  },
  {
    name: 'http_method',
    label: 'Method',
    on: ['list', 'filter', ...FORMS],
    values: HTTP_METHODS,
    required: true,
    sortable: true,
    props: { placeholder: DEFAULT_METHOD },
  },
  {
    name: 'headers',
    label: 'Headers',
    on: FORMS,
    required: true,
    components: { edit: COMPONENTS.HeadersEdit, show: COMPONENTS.HeadersShow },
  },
  {
    name: 'enabled',
    label: 'Enabled',
    type: 'boolean',
    on: ['list', 'show', 'filter', 'edit'],
    sortable: true,
    help: 'A disabled destination keeps its deliveries; they go on when it is enabled again.',
  },
  { name: 'disabled_reason', label: 'Why disabled', on: ['show'] },
  { name: 'missing_encryption_keys', label: 'Missing encryption keys', on: ['show'] },
  { name: 'description', label: 'Description', type: 'textarea', on: FORMS },
  {
    name: 'event_types',
    label: 'Event types',
    on: FORMS,
    help: 'Only events of these types are sent; order.* stands for all that begin with order. None: all.',
    components: { edit: COMPONENTS.TagsEdit },
    props: { placeholder: 'order.created' },
  },
  {
    name: 'timeout_ms',
    label: 'Time-out (ms)',
    on: FORMS,
    help: 'For one attempt as a whole: 100 to 60000.',
    props: { placeholder: String(DEFAULTS['timeout_ms']) },
  },
  {
    name: 'max_concurrency',
    label: 'Attempts at once',
    on: FORMS,
    props: { placeholder: String(DEFAULTS['max_concurrency']) },
  },
  { name: 'rate_limit', label: 'Attempts a second', on: FORMS, props: { placeholder: 'no limit' } },
  {
    name: 'retry_schedule',
    label: 'Retries after',
    on: FORMS,
    help: 'How long to wait before each retry. Empty: the default.',
    components: { edit: COMPONENTS.DurationsEdit },
    props: { placeholder: '5s 30s 2m 10m 30m 2h 5h 10h' },
  },
  {
    name: 'ordered',
    label: 'In order',
    type: 'boolean',
    on: FORMS,
    help: 'One delivery at a time, in the order in which the events were accepted.',
  },
  { name: 'created_at', label: 'Created', type: 'datetime', on: ['list', 'show', 'filter'], sortable: true },
  { name: 'updated_at', label: 'Changed', type: 'datetime', on: ['show'], sortable: true },
];

/** Destinations: where data goes. */
export function destinationsResource(services: PanelServices): ResourceDescription {
  const { destinations, history, waitingDeliveries } = services;
  return {
    id: 'destinations',
    label: 'Destinations',
    icon: 'Send',
    idField: 'id',
    titleField: 'url',
    readers: ['superuser', 'operator', 'viewer'],
    writers: ['superuser'],
    fields: FIELDS,
    sort: { sortBy: 'created_at', direction: 'desc' },
    texts: {
      noRecords: 'A destination is a URL that data of an account is pushed to.',
      newAction: 'Add a destination',
      confirmDelete: 'What still waits for it is cancelled. What was sent stays readable.',
    },
    showComponent: COMPONENTS.DestinationPage,
    bulkActions: {
      enableChosen: {
        label: 'Enable',
        icon: 'Play',
        roles: ['superuser', 'operator'],
        component: COMPONENTS.SwitchDestinations,
      },
      disableChosen: {
        label: 'Disable',
        icon: 'Pause',
        roles: ['superuser', 'operator'],
        component: COMPONENTS.SwitchDestinations,
      },
    },
    source: {
      list: async (query) => {
        const { rows, count } = await destinations.list(query);
        return { rows: rows.map(present), count };
      },
      get: async (id) => present(await destinations.get(id)),
      create: async (fields) => present(await destinations.create({ http_method: DEFAULT_METHOD, ...asInput(fields) })),
      update: async (id, fields, etag) => present(await destinations.update(id, asInput(fields), { ifMatch: etag })),
      remove: (id) => destinations.remove(id),
      goesAlong: (id) => waitingLine((max) => waitingDeliveries.countForDestination(id, max)),
    },
    actions: {
      history: historyAction(history, ['superuser', 'operator', 'viewer']),
    },
  };
}

/** How a field's text becomes what the service takes; the others are taken as they are. */
const READERS: Readonly<Record<string, (value: Params[string]) => unknown>> = {
  headers: joinHeaders,
  event_types: splitLines,
  retry_schedule: splitSchedule,
  timeout_ms: toNumber,
  max_concurrency: toNumber,
  rate_limit: toNumber,
};

/** A field that was emptied gets its default, in an edit too; what has none is missed by the service. */
function asInput(fields: Params): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => {
    const emptied = isEmptied(value) ? DEFAULTS[name] : undefined;
    if (emptied !== undefined) return [name, emptied] as const;
    const read = READERS[name];
    return [name, read ? read(value) : value] as const;
  });
  return Object.fromEntries(entries);
}

function present({ destination, headers, missingKeys }: DestinationView): Params {
  return {
    id: destination.id,
    account_id: destination.account_id,
    url: destination.url,
    http_method: destination.http_method,
    headers: splitHeaders(headers),
    enabled: destination.enabled,
    disabled_reason: destination.disabled_reason,
    missing_encryption_keys: missingKeys.join(', '),
    description: destination.description,
    event_types: joinLines(destination.event_types),
    timeout_ms: destination.timeout_ms,
    max_concurrency: destination.max_concurrency,
    rate_limit: destination.rate_limit,
    retry_schedule: joinSchedule(destination.retry_schedule),
    ordered: destination.ordered,
    created_at: destination.created_at.toISOString(),
    updated_at: destination.updated_at.toISOString(),
    etag: destinationEtag(destination),
  };
}
