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
    filters: Object.fromEntries(filters.flatMap(filtersOf)),
  };
}

/** A time is filtered by its bounds: `received_at` by `received_after` and `received_before`. */
export function boundNames(field: string): { from: string; to: string } {
  const stem = field.replace(/_at$/, '');
  return { from: `${stem}_after`, to: `${stem}_before` };
}

/** A point in time, as milliseconds since 1970. */
const timeFilter: Filter = {
  schema: { type: 'string', format: 'date-time' },
  read: (text) => {
    const ms = Date.parse(text);
    return ms >= 0 && ms < Date.UTC(9999, 0) ? { value: ms } : { wrong: 'must be a time' };
  },
};

function filtersOf(field: FieldDescription): [string, Filter][] {
  if (field.type !== 'datetime') return [[field.name, filterOf(field)]];
  const { from, to } = boundNames(field.name);
  return [
    [from, timeFilter],
    [to, timeFilter],
  ];
}

function filterOf({ type, values, reference }: FieldDescription): Filter {
  if (values) return enumFilter(values);
  if (type === 'boolean') return booleanFilter;
  return type === 'uuid' || reference !== undefined ? uuidFilter : textFilter;
}
