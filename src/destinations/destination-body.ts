import { ApiProperty, OmitType } from '@nestjs/swagger';
import { ANSWERED, MERGED, redescribe } from '../common/api-docs.js';
import { DestinationInput } from './destination-input.js';
import type { DestinationView } from './destinations.service.js';

/** What creates a destination, for the API's description. */
export class DestinationCreate extends DestinationInput {
  @ApiProperty({
    format: 'uuid',
    example: '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f',
    required: false,
    description: 'Its owner, who never changes; only a key bound to an account may leave it out',
  })
  account_id?: string;
}

/** What changes some fields of a destination, for the API's description. */
export class DestinationPatch extends redescribe(DestinationInput, MERGED) {}

/** A destination as the API answers it. */
export class DestinationBody extends redescribe(OmitType(DestinationInput, ['headers']), ANSWERED) {
  @ApiProperty({ format: 'uuid', example: '0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a' })
  id!: string;
  @ApiProperty({ format: 'uuid', example: '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f' })
  account_id!: string;
  @ApiProperty({
    type: Object,
    description: 'Values of secret headers are read as `********`',
    example: { 'X-Api-Key': '********', 'X-Tag': ['one', 'two'] },
    additionalProperties: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  })
  headers!: Record<string, string | string[]>;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it is disabled' })
  disabled_reason!: string | null;
  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    required: false,
    description:
      'Ids of encryption keys that are missing to read its headers or its signing secret: its deliveries wait. ' +
      'Left out when there are none',
  })
  missing_encryption_keys?: string[];
  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  created_at!: string;
  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  updated_at!: string;
}

export function presentDestination({ destination, headers, missingKeys }: DestinationView): DestinationBody {
  return {
    id: destination.id,
    account_id: destination.account_id,
    url: destination.url,
    http_method: destination.http_method,
    headers,
    enabled: destination.enabled,
    disabled_reason: destination.disabled_reason,
    ...(missingKeys.length > 0 && { missing_encryption_keys: [...missingKeys] }),
    description: destination.description,
    event_types: destination.event_types,
    timeout_ms: destination.timeout_ms,
    max_concurrency: destination.max_concurrency,
    rate_limit: destination.rate_limit,
    retry_schedule: destination.retry_schedule,
    ordered: destination.ordered,
    created_at: destination.created_at.toISOString(),
    updated_at: destination.updated_at.toISOString(),
  };
}
