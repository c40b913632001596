import { isUtf8 } from 'node:buffer';
import { ApiProperty } from '@nestjs/swagger';
import { presentHeaderPairs } from '../ledger/ledger-bodies.js';
import type { DestinationDryRun } from './dry-run.service.js';

class DryRunRequestBody {
  @ApiProperty({ example: 'POST' })
  method!: string;
  @ApiProperty({ example: 'https://example.com/hook', description: 'For GET with the payload as parameters' })
  url!: string;
  @ApiProperty({
    type: Object,
    additionalProperties: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    example: { 'X-Api-Key': '********', 'Content-Type': 'application/json' },
    description: 'In their order; secrets masked',
  })
  headers!: Record<string, string | string[]>;
  @ApiProperty({ type: String, nullable: true, example: '{"id":4711}', description: 'Null: sent without a body' })
  body!: string | null;
}

export class DryRunBody {
  @ApiProperty({ format: 'uuid', example: '0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a' })
  destination_id!: string;
  @ApiProperty({ enum: ['sent', 'skipped', 'held', 'failed'], example: 'sent', description: 'What would become of it' })
  outcome!: DestinationDryRun['outcome'];
  @ApiProperty({ example: 'It wants events of every type.', description: 'Why it matches or not, in plain words' })
  explanation!: string;
  @ApiProperty({
    type: DryRunRequestBody,
    nullable: true,
    description: 'The exact request; null where none can be made',
  })
  request!: DryRunRequestBody | null;
}

export function presentDryRun({ destinationId, outcome, explanation, request }: DestinationDryRun): DryRunBody {
  return {
    destination_id: destinationId,
    outcome,
    explanation,
    request: request && {
      method: request.method,
      url: request.url,
      headers: presentHeaderPairs(request.headers),
      body: request.body && (isUtf8(request.body) ? request.body.toString() : ''),
    },
  };
}
