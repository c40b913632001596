import { ApiProperty } from '@nestjs/swagger';
import { isEmail } from 'class-validator';
import { blankWithin, trimmed } from '../common/blanks.js';
import { numberBetween, OrNull, Rule, text, Tidy, type Check } from '../common/field-rules.js';
import { checkPatch, parseInput, valid } from '../common/parse-input.js';

const READ_ONLY = ['account_id', 'app_secret_token', 'created_at', 'updated_at'];

const emailAddress: Check = (value) =>
  text({ max: 320 })(value) ??
  blankWithin(String(value)) ??
  (isEmail(value) ? null : 'must be an email address such as ops@example.com');

const website: Check = (value) => {
  const wrong = text({ max: 2048 })(value);
  if (wrong !== null) return wrong;
  const isHttp = typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value);
  return blankWithin(String(value)) ?? (isHttp ? null : 'must be an http or https URL');
};

/** What people set of an account. */
export class AccountInput {
  @ApiProperty({
    example: 'ops@example.com',
    format: 'email',
    maxLength: 320,
    description: 'Unique, whatever its case',
  })
  @Tidy(trimmed)
  @Rule(emailAddress)
  email!: string;

  @ApiProperty({ example: 'Example Ltd', minLength: 1, maxLength: 200 })
  @Tidy(trimmed)
  @Rule(text({ min: 1, max: 200 }))
  account_name!: string;

  @ApiProperty({
    type: String,
    format: 'uri',
    example: 'https://example.com',
    nullable: true,
    required: false,
    default: null,
    maxLength: 2048,
  })
  @Tidy(trimmed)
  @OrNull(website)
  website: string | null = null;

  @ApiProperty({
    type: Number,
    default: null,
    nullable: true,
    minimum: 0.001,
    maximum: 100_000,
    required: false,
    description: 'Events a second that are taken from it, over all processes; beyond that 429. Null: no limit',
  })
  @OrNull(numberBetween(0.001, 100_000))
  receive_rate_limit: number | null = null;
}

/** A whole account; throws a 400 that names each wrong field. */
export function parseAccount(input: unknown): AccountInput {
  return parseInput(AccountInput, input, { readOnly: READ_ONLY });
}

/** Some fields of an account. */
export function parseAccountPatch(input: unknown): Partial<AccountInput> {
  return valid(checkPatch(AccountInput, input, { readOnly: READ_ONLY }));
}
