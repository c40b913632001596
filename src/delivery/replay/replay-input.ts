import { ApiProperty } from '@nestjs/swagger';
import { listOf, numberBetween, oneOf, OrNull, Rule, text, uuid, wholeNumber } from '../../common/field-rules.js';
import type { FieldErrors } from '../../common/problem.js';
import { timeFilter } from '../ledger/ledger-query.js';
import { isOfWaiting, UNFINISHED_STATES } from '../queue/replay-filter.js';

export const REPLAYED_STATES = ['failed', 'cancelled', 'delivered', ...UNFINISHED_STATES] as const;
export const REPLAY_ACTIONS = ['send', 'cancel'] as const;
const MAX_CHOSEN = 1_000;

function time(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string';
  const read = timeFilter.read(value);
  return 'wrong' in read ? read.wrong : null;
}

const TIME = { type: String, format: 'date-time', nullable: true, required: false, default: null } as const;
const ID = { type: String, format: 'uuid', nullable: true, required: false, default: null } as const;

/** Which deliveries are to be sent again, and how fast. */
export class ReplayInput {
  @ApiProperty({ enum: REPLAY_ACTIONS, default: 'send', required: false, description: '`cancel`: only what waits' })
  @Rule(oneOf(REPLAY_ACTIONS))
  action: (typeof REPLAY_ACTIONS)[number] = 'send';

  @ApiProperty({ ...ID, description: 'Null: of all accounts; a key bound to an account sees its own only' })
  @OrNull(uuid)
  account_id: string | null = null;

  @ApiProperty(ID)
  @OrNull(uuid)
  destination_id: string | null = null;

  @ApiProperty({
    enum: REPLAYED_STATES,
    default: 'failed',
    required: false,
    description:
      '`failed` and `cancelled` deliveries are retried, `delivered` ones sent anew as new deliveries; those that wait ' +
      '(`waiting`: `pending`, `retrying` and `held`) are attempted at once, or cancelled',
  })
  @Rule(oneOf(REPLAYED_STATES))
  state: (typeof REPLAYED_STATES)[number] = 'failed';

  @ApiProperty({ type: String, nullable: true, required: false, default: null, example: 'server_error' })
  @OrNull(text({ min: 1, max: 100 }))
  reason: string | null = null;

  @ApiProperty({ type: String, nullable: true, required: false, default: null, example: 'order.created' })
  @OrNull(text({ min: 1, max: 255 }))
  event_type: string | null = null;

  @ApiProperty({ type: 'integer', nullable: true, required: false, default: null, example: 503 })
  @OrNull(wholeNumber(100, 999))
  last_status: number | null = null;

  @ApiProperty({ ...TIME, description: 'When the event was accepted' })
  @OrNull(time)
  created_after: string | null = null;

  @ApiProperty(TIME)
  @OrNull(time)
  created_before: string | null = null;

  @ApiProperty({ ...TIME, description: 'When the delivery finished' })
  @OrNull(time)
  finished_after: string | null = null;

  @ApiProperty(TIME)
  @OrNull(time)
  finished_before: string | null = null;

  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    nullable: true,
    required: false,
    default: null,
    minItems: 1,
    maxItems: MAX_CHOSEN,
    description: 'Of these deliveries only; null: of all that match',
  })
  @OrNull(listOf(uuid, 1, MAX_CHOSEN))
  delivery_ids: string[] | null = null;

  @ApiProperty({ default: 100, minimum: 0.01, maximum: 5000, required: false, description: 'Deliveries a second' })
  @Rule(numberBetween(0.01, 5000))
  pace: number = 100;
}

/** What of the fields does not go together. */
export function contradictionsIn(fields: ReplayInput): FieldErrors {
  const errors: FieldErrors = {};
  const waits = isOfWaiting(fields);
  if (fields.action === 'cancel' && !waits) errors['state'] = ['must be one that waits, to be cancelled'];
  if (fields.action === 'send' && fields.state === 'held') {
    errors['state'] = ['held goes on when the destination is enabled'];
  }
  for (const name of ['finished_after', 'finished_before'] as const) {
    if (waits && fields[name] !== null) errors[name] = ['is of no use for what has not finished'];
  }
  return errors;
}
