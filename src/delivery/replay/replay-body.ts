import { ApiProperty } from '@nestjs/swagger';
import { REPLAY_ACTIONS, REPLAYED_STATES } from './replay-input.js';
import { REPLAY_STATES, type ReplayRow, type ReplayState } from './replays.service.js';

const TIME = '2026-01-31T09:00:00.000Z';

/** What is sent again. */
class ReplayFilterBody {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  account_id!: string | null;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  destination_id!: string | null;
  @ApiProperty({ enum: REPLAYED_STATES, example: 'failed' })
  state!: (typeof REPLAYED_STATES)[number];
  @ApiProperty({ type: String, nullable: true, example: null })
  reason!: string | null;
  @ApiProperty({ type: String, nullable: true, example: null })
  event_type!: string | null;
  @ApiProperty({ type: 'integer', nullable: true, example: null })
  last_status!: number | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: TIME })
  created_after!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  created_before!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finished_after!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finished_before!: string | null;
  @ApiProperty({ type: [String], nullable: true, example: null, description: 'The chosen ones' })
  delivery_ids!: readonly string[] | null;
}

export class ReplayBody {
  @ApiProperty({ format: 'uuid', example: '0198d4a2-9a00-7d11-9c22-6a7b8c9d0e1f' })
  id!: string;
  @ApiProperty({ enum: REPLAY_STATES, example: 'running', description: 'Of the replay itself' })
  state!: ReplayState;
  @ApiProperty({ enum: REPLAY_ACTIONS, example: 'send' })
  action!: (typeof REPLAY_ACTIONS)[number];
  @ApiProperty({ type: ReplayFilterBody, description: 'Which deliveries' })
  filter!: ReplayFilterBody;
  @ApiProperty({ example: 100, description: 'Deliveries a second' })
  pace!: number;
  @ApiProperty({ type: 'integer', example: 1200, description: 'How many there were when it was made' })
  total!: number;
  @ApiProperty({ example: true, description: 'False: there are more than a million' })
  total_is_exact!: boolean;
  @ApiProperty({ type: 'integer', example: 300, description: 'Handed on to be sent again' })
  done!: number;
  @ApiProperty({ type: 'integer', example: 0, description: 'Passed over: destination or payload are gone' })
  skipped!: number;
  @ApiProperty({ format: 'date-time', example: TIME, description: 'What finished later is not part of it' })
  created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: TIME })
  started_at!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  finished_at!: string | null;
}

export function presentReplay(row: ReplayRow): ReplayBody {
  return {
    id: row.replay_id,
    state: row.state,
    action: row.action,
    filter: {
      account_id: row.account_id,
      destination_id: row.destination_id,
      state: row.delivery_state,
      reason: row.reason,
      event_type: row.event_type,
      last_status: row.last_status,
      created_after: row.created_after?.toISOString() ?? null,
      created_before: row.created_before?.toISOString() ?? null,
      finished_after: row.finished_after?.toISOString() ?? null,
      finished_before: row.finished_before?.toISOString() ?? null,
      delivery_ids: row.delivery_ids,
    },
    pace: row.pace,
    total: row.total,
    total_is_exact: row.total_is_exact,
    done: row.done,
    skipped: row.skipped,
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
