import { ApiProperty } from '@nestjs/swagger';
import { flag, OrNull, Rule, text } from '../../common/field-rules.js';

/** As deep as what is received may nest. */
const MAX_DEPTH = 64;

function payload(value: unknown): string | null {
  if (typeof value !== 'object') return 'must be a JSON object or array';
  return nestsDeeper(value, MAX_DEPTH) ? `must not nest deeper than ${MAX_DEPTH}` : null;
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => nestsDeeper(member, levels - 1));
}

/** An event that is made up. */
export class TryInput {
  @ApiProperty({
    anyOf: [
      { type: 'object', additionalProperties: true },
      { type: 'array', items: {} },
    ],
    nullable: true,
    required: false,
    default: null,
    example: { type: 'order.created', id: 4711 },
    description: 'Its payload, written anew as JSON; null: a short one of ours',
  })
  @OrNull(payload)
  event: object | null = null;

  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    default: null,
    maxLength: 255,
    example: 'order.created',
  })
  @OrNull(text({ min: 1, max: 255 }))
  event_type: string | null = null;
}

/** What is to be tried at one destination. */
export class TestInput extends TryInput {
  @ApiProperty({ default: false, required: false, description: 'Show the request, send nothing' })
  @Rule(flag)
  dry_run: boolean = false;
}
