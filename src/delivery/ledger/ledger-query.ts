import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { ApiProblems } from '../../common/api-problems.js';
import { type Filter, type FilterValue, readText, wrongParameter } from '../../common/list-query.js';
import { readTime } from '../../common/read-time.js';
import { type Cursor, type CursorKey, decodeCursor } from './cursor.js';

const DEFAULT_PAGE_SIZE = 25;
const MAX_PAGE_SIZE = 100;

export type LedgerFilters = Readonly<Record<string, Filter>>;

/** What a list of the ledger was asked for. */
export interface LedgerQuery {
  readonly cursor: Cursor | null;
  readonly pageSize: number;
  readonly filters: ReadonlyMap<string, FilterValue>;
}

/** Reads the query string of a list of the ledger; a parameter that is unknown or wrong is a 400 that names it. */
export function parseLedgerQuery(query: unknown, filters: LedgerFilters, key: CursorKey = 'uuid'): LedgerQuery {
  let cursor: Cursor | null = null;
  let pageSize = DEFAULT_PAGE_SIZE;
  const values = new Map<string, FilterValue>();
  for (const [name, raw] of Object.entries(query ?? {})) {
    const text = readText(name, raw);
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (name === 'cursor') cursor = decodeCursor(text, key);
    else if (name === 'page_size') pageSize = readPageSize(text);
    else if (filter) values.set(name, readFilter(name, text, filter));
    else throw wrongParameter(name, 'is not a known parameter');
  }
  return { cursor, pageSize, filters: values };
}

function readPageSize(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > MAX_PAGE_SIZE) {
    throw wrongParameter('page_size', `must be a whole number from 1 to ${MAX_PAGE_SIZE}`);
  }
  return number;
}

function readFilter(name: string, text: string, filter: Filter): FilterValue {
  const result = filter.read(text);
  if ('wrong' in result) throw wrongParameter(name, result.wrong);
  return result.value;
}

/** A point in time, as milliseconds since 1970. */
export const timeFilter: Filter = { schema: { type: 'string', format: 'date-time' }, read: readTime };

/** Documents the query parameters of a list of the ledger. */
export function ApiLedgerList(filters: LedgerFilters): MethodDecorator {
  return applyDecorators(
    ApiQuery({
      name: 'cursor',
      required: false,
      description: 'Where to go on: from `next` or `previous` of an answer',
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'page_size',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE },
    }),
    ...Object.entries(filters).map(([name, { schema }]) => ApiQuery({ name, required: false, schema })),
    ApiProblems('unknown_parameter'),
  );
}
