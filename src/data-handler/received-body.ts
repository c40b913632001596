import { ApiProperty } from '@nestjs/swagger';
import type { FirstOutcome } from '../delivery/first-attempts/first-attempts.service.js';
import type { Accepted } from './acceptance.js';

export class ReceivedBody {
  @ApiProperty({ example: 'Data Received' })
  message!: string;
  @ApiProperty({ format: 'uuid', example: '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f' })
  event_id!: string;
  @ApiProperty({ type: 'integer', example: 2, description: 'How many destinations it is meant for' })
  destinations!: number;
}

/** What became of an event at one destination. */
class OutcomeBody {
  @ApiProperty({ format: 'uuid', example: '0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a' })
  destination_id!: string;
  @ApiProperty({ format: 'uuid', example: '0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60' })
  delivery_id!: string;
  @ApiProperty({ enum: ['delivered', 'retrying', 'in_flight', 'failed', 'held', 'skipped', 'cancelled'] })
  state!: string;
  @ApiProperty({ type: 'integer', nullable: true, example: 200, description: 'HTTP status of the answer' })
  status!: number | null;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null: delivered, or not attempted' })
  error_code!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Delivered.', description: 'What happened, in plain words' })
  message!: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  next_attempt_at!: string | null;
}

export class ReceivedWithOutcomesBody extends ReceivedBody {
  @ApiProperty({ type: [OutcomeBody], description: 'One for each destination of the account' })
  deliveries!: OutcomeBody[];
}

export function presentAccepted({ eventId, destinations }: Accepted): ReceivedBody {
  return { message: 'Data Received', event_id: eventId, destinations };
}

export function presentOutcomes(accepted: Accepted, outcomes: readonly FirstOutcome[]): ReceivedWithOutcomesBody {
  return { ...presentAccepted(accepted), deliveries: outcomes.map(presentOutcome) };
}

/** Why no attempt was made, by the state. */
const UNATTEMPTED: Readonly<Record<string, string>> = {
  held: 'The destination is disabled: the delivery goes on when it is enabled.',
  skipped: 'The destination does not want events of this type.',
  cancelled: 'The delivery was cancelled.',
};

function presentOutcome({ delivery, errorCode, message }: FirstOutcome): OutcomeBody {
  return {
    destination_id: delivery.destination_id,
    delivery_id: delivery.delivery_id,
    state: delivery.state,
    status: delivery.last_status,
    error_code: errorCode,
    message: message ?? UNATTEMPTED[delivery.state] ?? null,
    next_attempt_at: delivery.next_attempt_at?.toISOString() ?? null,
  };
}
