import { Injectable } from '@nestjs/common';
import { textFilter, uuidFilter } from '../../common/list-query.js';
import { Problem } from '../../common/problem.js';
import { HotPool } from '../../database/hot-pool.js';
import { Conditions, fromCursor, idNotAfter, idNotBefore } from './conditions.js';
import { type CursorPage, cursorPage } from './cursor.js';
import { type LedgerFilters, type LedgerQuery, timeFilter } from './ledger-query.js';

/** An event without its payload, which may be large. */
export interface EventRow {
  readonly event_id: string;
  readonly account_id: string;
  readonly external_id: string | null;
  readonly event_type: string | null;
  readonly content_type: string;
  /** Bytes of the payload. */
  readonly size: number;
  readonly received_at: Date;
}

export const EVENT_FILTERS = {
  account_id: uuidFilter,
  event_type: textFilter,
  external_id: textFilter,
  received_after: timeFilter,
  received_before: timeFilter,
} satisfies LedgerFilters;

const COLUMNS = `event_id, account_id, external_id, event_type, content_type, octet_length(payload) AS size,
  received_at`;

/** What was received. `scope`: the account whose events alone may be seen; null: all. */
@Injectable()
export class EventsService {
  constructor(private readonly pool: HotPool) {}

  /** Newest first. */
  async list(query: LedgerQuery, scope: string | null): Promise<CursorPage<EventRow>> {
    const conditions = new Conditions();
    if (scope !== null) conditions.add('account_id = $', scope);
    for (const [name, value] of query.filters) addFilter(conditions, name, value);
    const { comparison, order } = fromCursor(query.cursor);
    if (comparison) conditions.add(`event_id ${comparison} $::uuid`, query.cursor?.key);
    const rows = await this.pool.run<EventRow & Record<string, unknown>>(
      `SELECT ${COLUMNS} FROM events ${conditions.where}
       ORDER BY event_id ${order} LIMIT ${conditions.value(query.pageSize + 1)}`,
      conditions.values,
    );
    return cursorPage(rows, query.pageSize, query.cursor, (row) => row.event_id);
  }

  async get(eventId: string, scope: string | null): Promise<EventRow> {
    const [row] = await this.pool.query<EventRow & Record<string, unknown>>(
      'get-event',
      `SELECT ${COLUMNS} FROM events WHERE event_id = $1`,
      [eventId],
    );
    if (!row || (scope !== null && row.account_id !== scope)) throw new Problem('not_found');
    return row;
  }

  /** The bytes as they were received. */
  async payload(eventId: string, scope: string | null): Promise<{ contentType: string; payload: Buffer }> {
    const [row] = await this.pool.query<{ account_id: string; content_type: string; payload: Buffer }>(
      'get-payload',
      'SELECT account_id, content_type, payload FROM events WHERE event_id = $1',
      [eventId],
    );
    if (!row || (scope !== null && row.account_id !== scope)) throw new Problem('not_found');
    return { contentType: row.content_type, payload: row.payload };
  }
}

function addFilter(conditions: Conditions, name: string, value: string | number | boolean): void {
  if (name === 'received_after') {
    conditions.add('received_at >= $', new Date(Number(value)));
    conditions.add('event_id >= $::uuid', idNotBefore(Number(value)));
  } else if (name === 'received_before') {
    conditions.add('received_at < $', new Date(Number(value)));
    conditions.add('event_id < $::uuid', idNotAfter(Number(value)));
  } else {
    conditions.add(`${name} = $`, value);
  }
}
