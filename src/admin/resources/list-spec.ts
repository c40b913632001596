import {
  booleanFilter,
  enumFilter,
  textFilter,
  uuidFilter,
  type Filter,
  type ListSpec,
} from '../../common/list-query.js';
import type { FieldDescription, ResourceDescription } from './description.js';

/** What the panel asks a list for: it is ordered by the sortable fields and filtered by those that are filters. */
export function listSpecOf({ fields, sort }: Pick<ResourceDescription, 'fields' | 'sort'>): ListSpec {
  const sortable = fields.filter((field) => field.sortable).map(({ name }) => name);
  const filters = fields.filter(({ name, on }) => on.includes('filter') && name !== 'search');
  return {
    ordering: [sort.sortBy, ...sortable.filter((name) => name !== sort.sortBy)],
    filters: Object.fromEntries(filters.map((field) => [field.name, filterOf(field)])),
  };
}

function filterOf({ type, values, reference }: FieldDescription): Filter {
  if (values) return enumFilter(values);
  if (type === 'boolean') return booleanFilter;
  return type === 'uuid' || reference !== undefined ? uuidFilter : textFilter;
}
