import type { ActionContext, ActionRequest, RecordActionResponse } from 'adminjs';
import { accountEtag, type AccountsService, type AccountWithToken } from '../../accounts/accounts.service.js';
import { parseListQuery } from '../../common/list-query.js';
import { Problem } from '../../common/problem.js';
import { COMPONENTS } from '../component-names.js';
import type { PanelServices } from '../panel-services.js';
import { isEmptied, toNumber } from './destination-fields.js';
import { SEARCH_FIELD, type FieldDescription, type Params, type ResourceDescription } from './description.js';
import { countLine, waitingLine } from './goes-along.js';
import { historyAction } from './history.resource.js';

const FIELDS: readonly FieldDescription[] = [
  SEARCH_FIELD,
  {
    name: 'account_name',
    label: 'Name',
    on: ['list', 'show', 'new', 'edit'],
    required: true,
    sortable: true,
  },
  { name: 'email', label: 'Email', on: ['list', 'show', 'new', 'edit'], required: true, sortable: true },
  {
    name: 'website',
    label: 'Website',
    on: ['list', 'show', 'new', 'edit'],
    sortable: true,
    props: { placeholder: 'https://example.com' },
  },
  {
    name: 'receive_rate_limit',
    label: 'Events a second',
    on: ['show', 'new', 'edit'],
    help: 'How many are taken from it at most; what is more gets 429 and is to be sent again.',
    props: { placeholder: 'no limit' },
  },
  { name: 'account_id', label: 'Account ID', type: 'uuid', on: ['show'] },
  {
    name: 'app_secret_token',
    label: 'App secret token',
    on: ['show'],
    help: 'Sent as CL-X-TOKEN with the data. Shown whole when it is made only; rotate it if it is lost.',
  },
  { name: 'created_at', label: 'Created', type: 'datetime', on: ['list', 'show', 'filter'], sortable: true },
  { name: 'updated_at', label: 'Changed', type: 'datetime', on: ['show'], sortable: true },
];

/** Accounts: who sends us data. */
export function accountsResource(services: PanelServices): ResourceDescription {
  const { accounts, history } = services;
  return {
    id: 'accounts',
    label: 'Accounts',
    icon: 'Briefcase',
    idField: 'account_id',
    titleField: 'account_name',
    readers: ['superuser', 'operator', 'viewer'],
    writers: ['superuser'],
    fields: FIELDS,
    sort: { sortBy: 'created_at', direction: 'desc' },
    newComponent: COMPONENTS.NewAccount,
    showComponent: COMPONENTS.AccountPage,
    texts: {
      noRecords: 'An account owns destinations and has the token that data is sent with.',
      newAction: 'Add an account',
      confirmDelete:
        'Its destinations go along, and what still waits for them is cancelled. What was received and sent stays readable.',
    },
    source: {
      list: async (query) => {
        const { rows, count } = await accounts.list(query);
        return { rows: rows.map(present), count };
      },
      get: async (id) => present(await accounts.get(id)),
      create: async (fields) => present(await accounts.create(asInput(fields))),
      update: async (id, fields, etag) => present(await accounts.update(id, asInput(fields), { ifMatch: etag })),
      remove: (id) => accounts.remove(id),
      goesAlong: (id) => goesAlong(services, id),
    },
    actions: {
      rotateToken: {
        label: 'Rotate token',
        icon: 'RefreshCw',
        roles: ['superuser'],
        component: COMPONENTS.RotateToken,
        run: (request, context) => rotateToken(accounts, request, context),
      },
      history: historyAction(history, ['superuser', 'operator', 'viewer']),
    },
  };
}

async function goesAlong({ destinations, waitingDeliveries }: PanelServices, id: string): Promise<string[]> {
  const asked = parseListQuery({ page_size: '1' }, { ordering: ['created_at'], filters: {} });
  const { count } = await destinations.list(asked, { scope: id });
  const waiting = await waitingLine((max) => waitingDeliveries.countForAccount(id, max));
  return [...countLine(count, 'destination', 'destinations'), ...waiting];
}

/** The new token stands in the answer, which is the only time it is shown. */
async function rotateToken(
  accounts: AccountsService,
  { payload }: ActionRequest,
  { record, currentAdmin }: ActionContext,
): Promise<RecordActionResponse> {
  if (!record) throw new Problem('not_found');
  const rotated = await accounts.rotateToken(record.id(), { overlap_seconds: payload?.['overlap_seconds'] as unknown });
  record.storeParams(present(rotated));
  return { record: record.toJSON(currentAdmin) };
}

/** A form has no null and no numbers: a field that was emptied is no website and no limit. */
function asInput(fields: Params): Record<string, unknown> {
  const { website, receive_rate_limit: limit } = fields;
  return {
    ...fields,
    ...(website !== undefined && { website: isEmptied(website) ? null : website }),
    ...(limit !== undefined && { receive_rate_limit: isEmptied(limit) ? null : toNumber(limit) }),
  };
}

function present({ account, appSecretToken }: AccountWithToken): Params {
  return {
    account_id: account.account_id,
    email: account.email,
    account_name: account.account_name,
    website: account.website,
    receive_rate_limit: account.receive_rate_limit,
    app_secret_token: appSecretToken,
    created_at: account.created_at.toISOString(),
    updated_at: account.updated_at.toISOString(),
    etag: accountEtag(account),
  };
}
