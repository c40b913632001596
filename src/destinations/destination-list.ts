import {
  booleanFilter,
  enumFilter,
  integerFilter,
  isUuid,
  type ListSpec,
  textFilter,
  unspacedFilter,
  uuidFilter,
} from '../common/list-query.js';
import { trimmed } from '../common/blanks.js';
import { type ListColumns, timeConditions } from '../common/page.js';
import { HTTP_METHODS } from './destination.entity.js';

/** What lists of destinations can be asked for. */
export const DESTINATION_LIST: ListSpec = {
  ordering: [
    'created_at',
    'updated_at',
    'url',
    'http_method',
    'enabled',
    'description',
    'timeout_ms',
    'max_concurrency',
    'account_id',
    'id',
  ],
  filters: {
    id: uuidFilter,
    account_id: uuidFilter,
    url: unspacedFilter,
    http_method: enumFilter(HTTP_METHODS),
    enabled: booleanFilter,
    description: textFilter,
    event_types: textFilter,
    timeout_ms: integerFilter,
    max_concurrency: integerFilter,
    ordered: booleanFilter,
  },
};

export const DESTINATION_COLUMNS: ListColumns = {
  text: ['url', 'description', 'http_method'],
  key: 'id',
  conditions: {
    event_types: '$ = ANY (destination.event_types)',
    ...timeConditions('destination.created_at', 'created'),
  },
};

/** The account that an input names as owner; that of the caller when it names none. */
export function readOwner(
  input: unknown,
  scope: string | null | undefined,
): { readonly accountId: string } | { readonly wrong: string } {
  const named = trimmed(typeof input === 'object' && input !== null ? Reflect.get(input, 'account_id') : undefined);
  if (named === undefined) return scope ? { accountId: scope } : { wrong: 'is required' };
  return typeof named === 'string' && isUuid(named) ? { accountId: named.toLowerCase() } : { wrong: 'must be a UUID' };
}
