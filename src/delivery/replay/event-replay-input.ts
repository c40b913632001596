import { ApiProperty } from '@nestjs/swagger';
import { listOf, OrNull, uuid } from '../../common/field-rules.js';

/** What an event is to be sent to again. */
export class EventReplayInput {
  @ApiProperty({
    type: 'array',
    items: { type: 'string', format: 'uuid' },
    nullable: true,
    required: false,
    default: null,
    minItems: 1,
    maxItems: 1000,
    description:
      'Destinations of the event’s account, whatever types of events they want; null: all that are enabled and want it',
  })
  @OrNull(listOf(uuid, 1, 1000))
  destination_ids: string[] | null = null;
}
