import { ApiProperty } from '@nestjs/swagger';
import { Rule, wholeNumber } from './field-rules.js';

const MAX_OVERLAP_SECONDS = 30 * 24 * 3600;

/** How long what is replaced by a rotation stays valid beside its successor. */
export class OverlapInput {
  @ApiProperty({
    type: 'integer',
    example: 86_400,
    default: 86_400,
    minimum: 0,
    maximum: MAX_OVERLAP_SECONDS,
    required: false,
  })
  @Rule(wholeNumber(0, MAX_OVERLAP_SECONDS))
  overlap_seconds: number = 86_400;
}
