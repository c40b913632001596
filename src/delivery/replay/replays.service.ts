import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Access } from '../../common/access.js';
import { etagOf, requireMatch } from '../../common/etag.js';
import { enumFilter, uuidFilter } from '../../common/list-query.js';
import { checkInput, valid } from '../../common/parse-input.js';
import { Problem } from '../../common/problem.js';
import { HotPool } from '../../database/hot-pool.js';
import { Conditions, fromCursor } from '../ledger/conditions.js';
import { type CursorPage, cursorPage } from '../ledger/cursor.js';
import type { LedgerFilters, LedgerQuery } from '../ledger/ledger-query.js';
import { REPLAY_FILTER_COLUMNS, type ReplayFilter, type ReplayFilterColumns } from '../queue/replay-filter.js';
import { countReplay } from '../queue/replay-step.js';
import { contradictionsIn, ReplayInput } from './replay-input.js';

export const REPLAY_STATES = ['counted', 'running', 'paused', 'finished', 'cancelled'] as const;
export type ReplayState = (typeof REPLAY_STATES)[number];

export interface ReplayRow extends ReplayFilterColumns {
  readonly replay_id: string;
  readonly pace: number;
  readonly state: ReplayState;
  readonly total: number;
  readonly total_is_exact: boolean;
  readonly done: number;
  readonly skipped: number;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly version: number;
}

export const REPLAY_FILTERS = {
  account_id: uuidFilter,
  destination_id: uuidFilter,
  state: enumFilter(REPLAY_STATES),
} satisfies LedgerFilters;

/** What a person may do with a replay: from which states, to which one. */
const CHANGES = {
  start: { from: ['counted', 'paused'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  cancel: { from: ['counted', 'running', 'paused'], to: 'cancelled' },
} as const;

export type ReplayChange = keyof typeof CHANGES;

type Row = ReplayRow & Record<string, unknown>;

/**
 * Bulk replays: counted first, then run in the background by whichever process delivers. `scope`: the account whose
 * replays alone may be seen; null: all.
 */
@Injectable()
export class ReplaysService {
  constructor(private readonly pool: HotPool) {}

  /** Counts what `input` (what a person sent) asks for; sends nothing until it is started. */
  async create(input: unknown, scope: string | null): Promise<ReplayRow> {
    const { pace, filter } = readReplay(input, scope);
    // By the database's clock, as `finished_at` is.
    const [clock] = await this.pool.run<{ now: Date }>('SELECT now()');
    const now = clock?.now ?? new Date();
    const { total, isExact } = await countReplay(this.pool, filter, now);
    const [row] = await this.pool.run<Row>(
      `INSERT INTO replays (replay_id, created_at, pace, total, total_is_exact, ${REPLAY_FILTER_COLUMNS})
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING *`,
      [uuidv7(), now, pace, total, isExact, ...Object.values(filter)],
    );
    if (!row) throw new Error('The replay was not stored');
    return row;
  }

  /** Newest first. */
  async list(query: LedgerQuery, scope: string | null): Promise<CursorPage<ReplayRow>> {
    const conditions = new Conditions();
    if (scope !== null) conditions.add('account_id = $', scope);
    for (const [name, value] of query.filters) conditions.add(`${name} = $`, value);
    const { comparison, order } = fromCursor(query.cursor);
    if (comparison) conditions.add(`replay_id ${comparison} $::uuid`, query.cursor?.key);
    const rows = await this.pool.run<Row>(
      `SELECT * FROM replays ${conditions.where}
       ORDER BY replay_id ${order} LIMIT ${conditions.value(query.pageSize + 1)}`,
      conditions.values,
    );
    return cursorPage(rows, query.pageSize, query.cursor, (row) => row.replay_id);
  }

  async get(replayId: string, scope: string | null): Promise<ReplayRow> {
    const [row] = await this.pool.run<Row>('SELECT * FROM replays WHERE replay_id = $1', [replayId]);
    if (!row || (scope !== null && row.account_id !== scope)) throw new Problem('not_found');
    return row;
  }

  /** Starts, pauses or cancels it; a step under way ends first. Throws `conflict` where its state doesn't allow that. */
  async change(replayId: string, change: ReplayChange, { scope = null, ifMatch }: Access): Promise<ReplayRow> {
    const { from, to } = CHANGES[change];
    return this.pool.transaction(async (query) => {
      const [before] = await query<Row>('SELECT * FROM replays WHERE replay_id = $1 FOR UPDATE', [replayId]);
      if (!before || (scope !== null && before.account_id !== scope)) throw new Problem('not_found');
      requireMatch(ifMatch, replayEtag(before));
      if (!from.some((state) => state === before.state)) {
        throw new Problem('conflict', { error: `It is ${before.state}: only ${from.join(' or ')} allows that` });
      }
      const [row] = await query<Row>(
        `UPDATE replays
         SET state = $2, version = version + 1,
             started_at = CASE WHEN $2 = 'running' THEN coalesce(started_at, now()) ELSE started_at END,
             next_step_at = CASE WHEN $2 = 'running' THEN now() ELSE next_step_at END,
             finished_at = CASE WHEN $2 = 'cancelled' THEN now() END
         WHERE replay_id = $1 RETURNING *`,
        [replayId, to],
      );
      return row ?? before;
    });
  }
}

export function replayEtag(row: ReplayRow): string {
  return etagOf(row.replay_id, row.version);
}

function readReplay(input: unknown, scope: string | null): { pace: number; filter: ReplayFilter } {
  const { value, errors } = checkInput(ReplayInput, input);
  const fields = valid({ value, errors: Object.keys(errors).length > 0 ? errors : contradictionsIn(value) });
  const named = fields.account_id?.toLowerCase() ?? null;
  if (scope !== null && named !== null && named !== scope) throw new Problem('not_found');
  // In the order of the columns.
  const filter = {
    action: fields.action,
    accountId: scope ?? named,
    destinationId: fields.destination_id,
    state: fields.state,
    reason: fields.reason,
    eventType: fields.event_type,
    lastStatus: fields.last_status,
    createdAfter: toDate(fields.created_after),
    createdBefore: toDate(fields.created_before),
    finishedAfter: toDate(fields.finished_after),
    finishedBefore: toDate(fields.finished_before),
    deliveryIds: fields.delivery_ids,
  };
  return { pace: fields.pace, filter };
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
