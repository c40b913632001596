import { Readable } from 'node:stream';
import { Problem } from '../../common/problem.js';
import type { DeliveryBody, EventBody } from '../../delivery/ledger/ledger-bodies.js';
import { presentDelivery, presentEvent } from '../../delivery/ledger/ledger-bodies.js';
import { EVENT_FILTERS } from '../../delivery/ledger/events.service.js';
import { DELIVERY_FILTERS } from '../../delivery/ledger/find-deliveries.js';
import { type LedgerFilters, type LedgerQuery, parseLedgerQuery } from '../../delivery/ledger/ledger-query.js';
import type { PanelServices } from '../panel-services.js';
import { csvLine } from './csv.js';

/** Rows are read by so many at a time, and only when those before have been sent. */
const PAGE_SIZE = 500;

type Cell = string | number | null;
type Page = { rows: Record<string, Cell>[]; next: LedgerQuery['cursor'] };

interface Source {
  readonly filters: LedgerFilters;
  readonly columns: readonly string[];
  readonly read: (query: LedgerQuery) => Promise<Page>;
}

export interface Export {
  readonly contentType: string;
  readonly fileName: string;
  readonly stream: Readable;
}

const FORMATS = {
  csv: { contentType: 'text/csv; charset=utf-8', lines: csvLines },
  ndjson: { contentType: 'application/x-ndjson', lines: jsonLines },
} as const;

/**
 * All that a filter shows, newest first, as a stream: `query` is that of the list, with `format`. The first page is
 * read before anything is answered, so that what is wrong is told as an error and not in the middle of a file.
 */
export async function exportLedger(services: PanelServices, kind: string, query: object): Promise<Export> {
  const source = sourceOf(services, kind);
  const { format: asked, ...filters } = { format: 'csv', ...query };
  if (asked !== 'csv' && asked !== 'ndjson') throw new Problem('unknown_parameter', { error: 'format: csv or ndjson' });
  const format = FORMATS[asked];
  const first = { ...parseLedgerQuery(filters, source.filters), cursor: null, pageSize: PAGE_SIZE };
  const pages = pagesOf(source, first, await source.read(first));
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  return {
    contentType: format.contentType,
    fileName: `${kind}-${stamp}Z.${asked}`,
    stream: Readable.from(format.lines(pages, source.columns), { objectMode: false }),
  };
}

function sourceOf({ deliveries, events }: PanelServices, kind: string): Source {
  if (kind === 'deliveries') {
    return {
      filters: DELIVERY_FILTERS,
      columns: DELIVERY_COLUMNS,
      read: async (query) => {
        const { rows, next } = await deliveries.list(query, null);
        return { rows: rows.map((row) => ({ ...presentDelivery(row) })), next };
      },
    };
  }
  if (kind !== 'events') throw new Problem('not_found');
  return {
    filters: EVENT_FILTERS,
    columns: EVENT_COLUMNS,
    read: async (query) => {
      const { rows, next } = await events.list(query, null);
      return { rows: rows.map((row) => ({ ...presentEvent(row) })), next };
    },
  };
}

const DELIVERY_COLUMNS: readonly (keyof DeliveryBody)[] = [
  'id',
  'event_id',
  'account_id',
  'destination_id',
  'http_method',
  'url',
  'state',
  'reason',
  'attempts',
  'last_status',
  'created_at',
  'finished_at',
  'next_attempt_at',
];

const EVENT_COLUMNS: readonly (keyof EventBody)[] = [
  'event_id',
  'external_id',
  'account_id',
  'event_type',
  'content_type',
  'size',
  'received_at',
];

async function* pagesOf(source: Source, query: LedgerQuery, first: Page): AsyncGenerator<Page['rows']> {
  let page = first;
  yield page.rows;
  while (page.next !== null) {
    page = await source.read({ ...query, cursor: page.next });
    yield page.rows;
  }
}

async function* csvLines(pages: AsyncIterable<Page['rows']>, columns: readonly string[]): AsyncGenerator<string> {
  yield csvLine(columns);
  for await (const rows of pages) {
    yield rows.map((row) => csvLine(columns.map((column) => row[column] ?? null))).join('');
  }
}

async function* jsonLines(pages: AsyncIterable<Page['rows']>): AsyncGenerator<string> {
  for await (const rows of pages) yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
