import { ApiProperty } from '@nestjs/swagger';
import { trimmed, trimmedItems } from '../common/blanks.js';
import { flag, listOf, numberBetween, oneOf, OrNull, Rule, text, Tidy, wholeNumber } from '../common/field-rules.js';
import { type Checked, checkInput, checkPatch } from '../common/parse-input.js';
import { HTTP_METHODS, type HttpMethod } from './destination.entity.js';
import { EVENT_TYPE_PATTERN, wrongEventTypes } from './event-types.js';
import { wrongUrlForm } from './destination-url.js';
import { type Header, parseHeaders } from './header-rules.js';

const READ_ONLY = ['id', 'account_id', 'disabled_reason', 'missing_encryption_keys', 'created_at', 'updated_at'];
const DEFAULT_RETRY_SCHEDULE = [5, 30, 120, 600, 1800, 7200, 18_000, 36_000];
const WEEK_SECONDS = 604_800;

/** What people set of a destination. `headers` has its own rules: see {@link parseHeaders}. */
export class DestinationInput {
  @ApiProperty({ example: 'https://receiver.example.com/hook', format: 'uri', maxLength: 8192 })
  @Tidy(trimmed)
  @Rule(wrongUrlForm)
  url!: string;

  @ApiProperty({ enum: HTTP_METHODS, example: 'POST' })
  @Tidy(trimmed)
  @Rule(oneOf(HTTP_METHODS))
  http_method!: HttpMethod;

  @ApiProperty({
    type: Object,
    description: 'Name to value or list of values. `********` keeps the stored value of the same name and position',
    example: { 'X-Api-Key': 'secret', 'X-Tag': ['one', 'two'] },
    minProperties: 1,
    additionalProperties: {
      anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
    },
  })
  @Rule(() => null)
  headers!: unknown;

  @ApiProperty({ default: true, required: false, example: true, description: 'False holds its deliveries back' })
  @Rule(flag)
  enabled: boolean = true;

  @ApiProperty({ default: '', required: false, example: 'Orders of the shop', maxLength: 2000 })
  @Rule(text({ max: 2000, multiline: true }))
  description: string = '';

  @ApiProperty({
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 255, pattern: EVENT_TYPE_PATTERN },
    uniqueItems: true,
    maxItems: 100,
    default: [],
    required: false,
    example: ['order.created'],
    description: 'The events it gets, by their type; `order.*`: all that begin with `order.`; `*`, or empty: all',
  })
  @Tidy(trimmedItems)
  @Rule(wrongEventTypes)
  event_types: string[] = [];

  @ApiProperty({ type: 'integer', default: 15_000, example: 15_000, minimum: 100, maximum: 60_000, required: false })
  @Rule(wholeNumber(100, 60_000))
  timeout_ms: number = 15_000;

  @ApiProperty({ type: 'integer', default: 16, example: 16, minimum: 1, maximum: 1000, required: false })
  @Rule(wholeNumber(1, 1000))
  max_concurrency: number = 16;

  @ApiProperty({
    type: Number,
    default: null,
    example: 50,
    nullable: true,
    minimum: 0.001,
    maximum: 10_000,
    required: false,
    description: 'Requests a second',
  })
  @OrNull(numberBetween(0.001, 10_000))
  rate_limit: number | null = null;

  @ApiProperty({
    type: 'array',
    items: { type: 'integer', minimum: 1, maximum: WEEK_SECONDS },
    maxItems: 50,
    default: DEFAULT_RETRY_SCHEDULE,
    example: [5, 30, 120],
    required: false,
    description: 'Seconds to wait before each retry; empty: none',
  })
  @Rule(listOf(wholeNumber(1, WEEK_SECONDS), 0, 50))
  retry_schedule: number[] = [...DEFAULT_RETRY_SCHEDULE];

  @ApiProperty({
    default: false,
    required: false,
    example: false,
    description: 'One at a time, in order of acceptance',
  })
  @Rule(flag)
  ordered: boolean = false;
}

/** Checked fields of a destination; `headers` may still hold masks. */
export type DestinationFields = Omit<DestinationInput, 'headers'> & { headers: Header[] };

export function checkDestination(input: unknown): Checked<DestinationFields> {
  const { value, errors } = checkInput(DestinationInput, input, { readOnly: READ_ONLY });
  const parsed = parseHeaders(value.headers);
  return { value: Object.assign(value, { headers: parsed.headers }), errors: { ...errors, ...parsed.errors } };
}

/** As {@link checkDestination} for some of the fields. */
export function checkDestinationPatch(input: unknown): Checked<Partial<DestinationFields>> {
  const { value, errors } = checkPatch(DestinationInput, input, { readOnly: READ_ONLY });
  const { headers, ...others } = value;
  if (headers === undefined) return { value: others, errors };
  const parsed = parseHeaders(headers);
  return { value: { ...others, headers: parsed.headers }, errors: { ...errors, ...parsed.errors } };
}
