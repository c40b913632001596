import { ApiProperty } from '@nestjs/swagger';
import { numberBetween, oneOf, OrNull, Rule, text, uuid } from '../../common/field-rules.js';
import { timeFilter } from '../ledger/ledger-query.js';

export const REPLAYED_STATES = ['failed', 'cancelled', 'delivered'] as const;

function time(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string';
  const read = timeFilter.read(value);
  return 'wrong' in read ? read.wrong : null;
}

const TIME = { type: String, format: 'date-time', nullable: true, required: false, default: null } as const;
const ID = { type: String, format: 'uuid', nullable: true, required: false, default: null } as const;

/** Which deliveries are to be sent again, and how fast. */
export class ReplayInput {
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
    description: '`failed` and `cancelled` deliveries are retried, `delivered` ones sent anew as new deliveries',
  })
  @Rule(oneOf(REPLAYED_STATES))
  state: (typeof REPLAYED_STATES)[number] = 'failed';

  @ApiProperty({ type: String, nullable: true, required: false, default: null, example: 'server_error' })
  @OrNull(text({ min: 1, max: 100 }))
  reason: string | null = null;

  @ApiProperty({ ...TIME, description: 'When the event was accepted' })
  @OrNull(time)
  created_after: string | null = null;

  @ApiProperty(TIME)
  @OrNull(time)
  created_before: string | null = null;

  @ApiProperty({ default: 100, minimum: 0.01, maximum: 5000, required: false, description: 'Deliveries a second' })
  @Rule(numberBetween(0.01, 5000))
  pace: number = 100;
}
