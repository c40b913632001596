import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import type { AttemptRow } from './attempts.js';
import type { EventRow } from './events.service.js';
import { responseText } from './response-text.js';
import { DELIVERY_STATES, type DeliveryRow, type DeliveryState } from './find-deliveries.js';

const EVENT_ID = '0198d4a2-7b00-7d11-9c22-6a7b8c9d0e1f';
const ACCOUNT_ID = '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f';
const DELIVERY_ID = '0198d4a2-7b00-7d11-8f33-1b2c3d4e5f60';
const TIME = '2026-01-31T09:00:00.000Z';

export class EventBody {
  @ApiProperty({ format: 'uuid', example: EVENT_ID, description: 'Ours; sent on as `webhook-id`' })
  event_id!: string;
  @ApiProperty({ type: String, nullable: true, example: 'order-4711', description: 'The sender’s own id' })
  external_id!: string | null;
  @ApiProperty({ format: 'uuid', example: ACCOUNT_ID })
  account_id!: string;
  @ApiProperty({ type: String, nullable: true, example: 'order.created' })
  event_type!: string | null;
  @ApiProperty({ example: 'application/json' })
  content_type!: string;
  @ApiProperty({ type: 'integer', example: 512, description: 'Bytes of the payload' })
  size!: number;
  @ApiProperty({ format: 'date-time', example: TIME })
  received_at!: string;
}

export function presentEvent(row: EventRow): EventBody {
  return {
    event_id: row.event_id,
    external_id: row.external_id,
    account_id: row.account_id,
    event_type: row.event_type,
    content_type: row.content_type,
    size: row.size,
    received_at: row.received_at.toISOString(),
  };
}

export class DeliveryBody {
  @ApiProperty({ format: 'uuid', example: DELIVERY_ID })
  id!: string;
  @ApiProperty({ format: 'uuid', example: EVENT_ID })
  event_id!: string;
  @ApiProperty({ format: 'uuid', example: ACCOUNT_ID })
  account_id!: string;
  @ApiProperty({ format: 'uuid', example: '0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a' })
  destination_id!: string;
  @ApiProperty({ example: 'https://example.com/hook', description: 'As it was; while it waits: as it is' })
  url!: string;
  @ApiProperty({ example: 'POST' })
  http_method!: string;
  @ApiProperty({ enum: DELIVERY_STATES, example: 'delivered' })
  state!: DeliveryState;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it is in this state, as a code' })
  reason!: string | null;
  @ApiProperty({ type: 'integer', example: 1, description: 'Attempts made' })
  attempts!: number;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  next_attempt_at!: string | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 200, description: 'HTTP status of the last answer' })
  last_status!: number | null;
  @ApiProperty({ format: 'date-time', example: TIME, description: 'When its event was accepted, for a replay too' })
  created_at!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: TIME })
  finished_at!: string | null;
}

export function presentDelivery(row: DeliveryRow): DeliveryBody {
  return {
    id: row.delivery_id,
    event_id: row.event_id,
    account_id: row.account_id,
    destination_id: row.destination_id,
    url: row.url,
    http_method: row.http_method,
    state: row.state,
    reason: row.reason,
    attempts: row.attempts,
    next_attempt_at: row.next_attempt_at?.toISOString() ?? null,
    last_status: row.last_status,
    created_at: row.created_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}

const HEADERS = {
  type: Object,
  additionalProperties: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
} satisfies ApiPropertyOptions;

export class AttemptBody {
  @ApiProperty({ example: `${DELIVERY_ID}:1` })
  id!: string;
  @ApiProperty({ format: 'uuid', example: DELIVERY_ID })
  delivery_id!: string;
  @ApiProperty({ type: 'integer', example: 1, description: 'Counts up, also over attempts cut off by a crash' })
  number!: number;
  @ApiProperty({ format: 'date-time', example: TIME })
  started_at!: string;
  @ApiProperty({ example: 'POST' })
  method!: string;
  @ApiProperty({ example: 'https://example.com/hook', description: 'With the query as it was sent' })
  url!: string;
  @ApiProperty({ ...HEADERS, example: { 'X-Api-Key': '********' }, description: 'As sent; secrets masked' })
  request_headers!: Record<string, string | string[]>;
  @ApiProperty({ type: 'integer', nullable: true, example: 200, description: 'Null: no answer came' })
  status!: number | null;
  @ApiProperty({ ...HEADERS, nullable: true, example: { 'content-type': 'text/plain' } })
  response_headers!: Record<string, string | string[]> | null;
  @ApiProperty({ type: String, nullable: true, example: 'ok', description: 'The first 16 KiB, after decompression' })
  response_body!: string | null;
  @ApiProperty({ enum: ['utf-8', 'base64'], example: 'utf-8', description: 'How `response_body` is to be read' })
  response_body_encoding!: 'utf-8' | 'base64';
  @ApiProperty({ example: false, description: 'The body was longer than what is kept, or was not read to its end' })
  response_body_truncated!: boolean;
  @ApiProperty({ type: 'integer', nullable: true, example: 2, description: 'Bytes of the whole body; null: not known' })
  response_body_size!: number | null;
  @ApiProperty({
    example: false,
    description: 'The kept connection ended before the answer began, so the request was sent again on a new one',
  })
  resent!: boolean;
  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7', description: 'The address it went to' })
  address!: string | null;
  @ApiProperty({
    type: Object,
    additionalProperties: { type: 'number' },
    example: { dns: 1.2, connect: 8.1, tls: 12.4, first_byte: 41.7, total: 42.3 },
    description: 'Milliseconds; `dns`, `connect` and `tls` only where a connection was made',
  })
  timings!: Record<string, number>;
  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null: delivered' })
  error_code!: string | null;
  @ApiProperty({ example: 'Delivered.', description: 'What happened and what to do, in plain words' })
  message!: string;
}

/** Pairs by name, several values of a name as a list; names differ by their case at most where the sender's did. */
export function presentHeaderPairs(pairs: readonly (readonly [string, string])[]): Record<string, string | string[]> {
  const byName = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const known = byName.get(name);
    byName.set(name, known === undefined ? value : [known, value].flat());
  }
  return Object.fromEntries(byName);
}

type KeptBody = Pick<AttemptRow, 'response_headers' | 'response_body' | 'remarks'>;

/** null: no answer, no body, or one that is no text. */
export function bodyTextOf({ response_headers, response_body, remarks }: KeptBody): string | null {
  if (response_body === null) return null;
  const type = response_headers?.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null;
  return responseText(response_body, type, remarks?.body_truncated === true);
}

export function isTruncated({ remarks }: Pick<KeptBody, 'remarks'>): boolean {
  return remarks?.body_truncated === true;
}

/** Bytes of the whole body; null: not known, or no answer came. */
export function bodySizeOf({ status, response_body, remarks }: AttemptRow): number | null {
  if (status === null) return null;
  return remarks?.body_truncated ? (remarks.body_size ?? null) : (response_body?.length ?? 0);
}

export function presentAttempt(row: AttemptRow): AttemptBody {
  const body = row.response_body;
  const text = bodyTextOf(row);
  return {
    id: `${row.delivery_id}:${row.number}`,
    delivery_id: row.delivery_id,
    number: row.number,
    started_at: row.started_at.toISOString(),
    method: row.method,
    url: row.url,
    request_headers: presentHeaderPairs(row.request_headers),
    status: row.status,
    response_headers: row.response_headers && presentHeaderPairs(row.response_headers),
    response_body: text ?? body?.toString('base64') ?? null,
    response_body_encoding: body === null || text !== null ? 'utf-8' : 'base64',
    response_body_truncated: isTruncated(row),
    response_body_size: bodySizeOf(row),
    resent: row.remarks?.resent === true,
    address: row.address,
    timings: row.timings,
    error_code: row.error_code,
    message: row.message,
  };
}
