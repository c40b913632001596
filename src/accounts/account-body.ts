import { ApiProperty } from '@nestjs/swagger';
import type { AccountWithToken } from './accounts.service.js';

/** An account as the API answers it. */
export class AccountBody {
  @ApiProperty({ format: 'uuid', example: '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f' })
  account_id!: string;
  @ApiProperty({ example: 'ops@example.com' })
  email!: string;
  @ApiProperty({ example: 'Example Ltd' })
  account_name!: string;
  @ApiProperty({ type: String, nullable: true, example: 'https://example.com' })
  website!: string | null;
  @ApiProperty({ type: Number, nullable: true, example: null, description: 'Events a second; null: no limit' })
  receive_rate_limit!: number | null;
  @ApiProperty({ example: 'dpt_…x7Qk', description: 'Whole in the answer to create and rotate only, else masked' })
  app_secret_token!: string;
  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  created_at!: string;
  @ApiProperty({ format: 'date-time', example: '2026-01-31T09:00:00.000Z' })
  updated_at!: string;
}

export function presentAccount({ account, appSecretToken }: AccountWithToken): AccountBody {
  return {
    account_id: account.account_id,
    email: account.email,
    account_name: account.account_name,
    website: account.website,
    receive_rate_limit: account.receive_rate_limit,
    app_secret_token: appSecretToken,
    created_at: account.created_at.toISOString(),
    updated_at: account.updated_at.toISOString(),
  };
}
