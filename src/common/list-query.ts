import { withoutBlanks } from './blanks.js';
import { Problem } from './problem.js';

export type FilterValue = string | number | boolean;

/** One filter of a list. */
export interface Filter {
  /** Reads its text into the value to compare with, or says what is wrong. */
  readonly read: (text: string) => { readonly value: FilterValue } | { readonly wrong: string };
  /** Its type in the API's description. */
  readonly schema: { readonly type: string; readonly format?: string; readonly enum?: string[] };
}

/** What a list can be asked for. */
export interface ListSpec {
  /** Fields that can be ordered by; the first one is the default, descending. */
  readonly ordering: readonly [string, ...string[]];
  readonly filters: Readonly<Record<string, Filter>>;
}

/** What a list was asked for. `page` counts from 1. */
export interface ListQuery {
  readonly page: number;
  readonly pageSize: number;
  /** Text to look for, or null. */
  readonly search: string | null;
  readonly ordering: readonly { readonly field: string; readonly descending: boolean }[];
  readonly filters: ReadonlyMap<string, FilterValue>;
}

const DEFAULT_PAGE_SIZE = 25;
const MAX_PAGE_SIZE = 100;
/** So that the offset stays an integer PostgreSQL takes. */
export const MAX_PAGE = 1_000_000_000;
export const MAX_SEARCH_CHARACTERS = 200;

/** Reads the query string of a list; a parameter that is unknown, wrong or given twice is a 400 that names it. */
export function parseListQuery(query: unknown, spec: ListSpec): ListQuery {
  const parameters = new Map<string, unknown>(Object.entries(query ?? {}));
  const filters = new Map<string, FilterValue>();
  const take = (name: string): string | null => {
    const value = parameters.get(name);
    parameters.delete(name);
    return value === undefined ? null : readText(name, value);
  };
  const page = wholeNumber('page', take('page'), 1, MAX_PAGE);
  const pageSize = wholeNumber('page_size', take('page_size'), DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  const search = take('search') || null;
  if (search !== null && search.length > MAX_SEARCH_CHARACTERS) {
    throw wrongParameter('search', `must have at most ${MAX_SEARCH_CHARACTERS} characters`);
  }
  const ordering = readOrdering(take('ordering'), spec.ordering);
  for (const [name, { read }] of Object.entries(spec.filters)) {
    const text = take(name);
    if (text === null) continue;
    const filter = read(text);
    if ('wrong' in filter) throw wrongParameter(name, filter.wrong);
    filters.set(name, filter.value);
  }
  for (const name of parameters.keys()) throw wrongParameter(name, 'is not a known parameter');
  return { page, pageSize, search, ordering, filters };
}

export function wrongParameter(name: string, wrong: string): Problem {
  return new Problem('unknown_parameter', { error: `${name} ${wrong}`, errors: { [name]: [wrong] } });
}

/** One value of a query parameter, as text that PostgreSQL takes, without the blanks around it. */
export function readText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongParameter(name, 'must be given once');
  if (/[\0\p{Surrogate}]/u.test(value)) throw wrongParameter(name, 'must be well-formed text without NUL');
  return withoutBlanks(value);
}

function wholeNumber(name: string, text: string | null, fallback: number, max: number): number {
  if (text === null) return fallback;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > max) {
    throw wrongParameter(name, `must be a whole number from 1 to ${max}`);
  }
  return number;
}

function readOrdering(text: string | null, allowed: ListSpec['ordering']): ListQuery['ordering'] {
  if (!text) return [{ field: allowed[0], descending: true }];
  return text.split(',').map((item) => {
    const descending = item.startsWith('-');
    const field = descending ? item.slice(1) : item;
    if (!allowed.includes(field)) throw wrongParameter('ordering', `must list fields of ${allowed.join(', ')}`);
    return { field, descending };
  });
}

export const textFilter: Filter = { schema: { type: 'string' }, read: (text) => ({ value: text }) };

/** Of what has no spaces, such as an email address or a URL: a plus that was not encoded comes as one. */
export const unspacedFilter: Filter = {
  schema: { type: 'string' },
  read: (text) => ({ value: text.replaceAll(' ', '+') }),
};

export const booleanFilter: Filter = {
  schema: { type: 'boolean' },
  read: (text) =>
    text === 'true' || text === 'false' ? { value: text === 'true' } : { wrong: 'must be true or false' },
};

export const integerFilter: Filter = {
  schema: { type: 'integer' },
  read: (text) => (/^\d{1,9}$/.test(text) ? { value: Number(text) } : { wrong: 'must be a whole number' }),
};

export const uuidFilter: Filter = {
  schema: { type: 'string', format: 'uuid' },
  read: (text) => (isUuid(text) ? { value: text } : { wrong: 'must be a UUID' }),
};

export function enumFilter(values: readonly string[]): Filter {
  return {
    schema: { type: 'string', enum: [...values] },
    read: (text) => (values.includes(text) ? { value: text } : { wrong: `must be one of ${values.join(', ')}` }),
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
