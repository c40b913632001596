import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { anyCase } from './any-case.js';
import type { ListQuery } from './list-query.js';

/** One page of rows and how many there are in all. */
export interface Page<Row> {
  readonly rows: Row[];
  readonly count: number;
}

/** A page as the API answers it. */
export interface PageBody<Resource> {
  readonly count: number;
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: Resource[];
}

/** How a list is found in its table. */
export interface ListColumns {
  /** Columns of text, in which `search` looks; searched and ordered whatever the case. */
  readonly text: readonly string[];
  /** The primary key: makes every ordering total, so that no row is on two pages. */
  readonly key: string;
  /** Conditions (`{field} = ANY(…)`) of filters that are no plain equality; `$` stands for the value. */
  readonly conditions?: Readonly<Record<string, string>>;
}

/** Conditions of the filters `{stem}_after` and `{stem}_before`, whose values are milliseconds since 1970. */
export function timeConditions(column: string, stem: string): Readonly<Record<string, string>> {
  return {
    [`${stem}_after`]: `${column} >= to_timestamp($ / 1000.0)`,
    [`${stem}_before`]: `${column} < to_timestamp($ / 1000.0)`,
  };
}

/** Adds filters, search, order and page of `query` to `builder` and runs it. */
export async function findPage<Row extends ObjectLiteral>(
  builder: SelectQueryBuilder<Row>,
  query: ListQuery,
  columns: ListColumns,
): Promise<Page<Row>> {
  const { alias } = builder;
  for (const [name, value] of query.filters) {
    const condition = columns.conditions?.[name] ?? `${alias}.${name} = $`;
    builder.andWhere(condition.replace('$', `:filter_${name}`), { [`filter_${name}`]: value });
  }
  if (query.search !== null) {
    const matches = columns.text
      .map((column) => `${anyCase(`${alias}.${column}`)} LIKE ${anyCase(':search')}`)
      .join(' OR ');
    builder.andWhere(`(${matches})`, { search: `%${escapeLike(query.search)}%` });
  }
  for (const { field, descending } of query.ordering) {
    const column = `${alias}.${field}`;
    const sortBy = columns.text.includes(field) ? `lower(${column})` : column;
    builder.addOrderBy(sortBy, descending ? 'DESC' : 'ASC', 'NULLS LAST');
  }
  builder.addOrderBy(`${alias}.${columns.key}`, 'DESC');
  builder.offset((query.page - 1) * query.pageSize).limit(query.pageSize);
  const [rows, count] = await builder.getManyAndCount();
  return { rows, count };
}

/** `url`: the request's path with its query, as received; links are absolute, under `publicUrl`. */
export function pageBody<Row, Resource>(
  page: Page<Row>,
  present: (row: Row) => Resource,
  { page: number, pageSize }: ListQuery,
  publicUrl: string,
  url: string,
): PageBody<Resource> {
  const last = Math.max(1, Math.ceil(page.count / pageSize));
  return {
    count: page.count,
    next: number < last ? pageLink(publicUrl, url, number + 1) : null,
    previous: number > 1 ? pageLink(publicUrl, url, Math.min(number - 1, last)) : null,
    results: page.rows.map(present),
  };
}

function pageLink(publicUrl: string, url: string, page: number): string {
  // Only path and query of what was asked: a proxy may send the whole URL.
  const asked = new URL(url, publicUrl);
  const link = new URL(asked.pathname + asked.search, publicUrl);
  link.searchParams.set('page', String(page));
  return link.href;
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
