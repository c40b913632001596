import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { Caller } from '../accounts/api-key.guard.js';
import { ManagementApi } from '../accounts/management-api.js';
import type { Principal } from '../accounts/principal.js';
import { ShowsSecrets } from '../accounts/required-roles.js';
import { ApiIfMatch, ApiRead, ApiWritten } from '../common/api-docs.js';
import { ApiProblems } from '../common/api-problems.js';
import { OverlapInput } from '../common/overlap-input.js';
import { IfMatch, Tagged } from '../common/tagged.js';
import { UuidParam } from '../common/uuid-param.js';
import type { SigningSecret } from './signing-secrets.js';
import { signingSecretEtag, SigningSecretsService } from './signing-secrets.service.js';

class SigningSecretBody {
  @ApiProperty({ example: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' })
  secret!: string;
}

@ManagementApi('destinations')
@Controller('api/destinations/:id/signing-secret')
export class SigningSecretsController {
  constructor(private readonly signingSecrets: SigningSecretsService) {}

  @Get()
  @ShowsSecrets()
  @ApiOperation({
    operationId: 'getSigningSecret',
    summary: 'Read the signing secret',
    description: 'Only by read-write keys, because it is shown whole.',
  })
  @ApiRead(SigningSecretBody)
  @ApiProblems('encryption_key_missing')
  async get(@Caller() caller: Principal, @UuidParam('id') id: string): Promise<Tagged<SigningSecretBody>> {
    return tagged(await this.signingSecrets.get(id, { scope: caller.accountId }));
  }

  @Post('rotate')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'rotateSigningSecret',
    summary: 'Make a new signing secret',
    description: 'What is sent during the overlap carries both signatures.',
  })
  @ApiBody({ type: OverlapInput, required: false })
  @ApiIfMatch()
  @ApiWritten(SigningSecretBody)
  @ApiProblems('validation_failed')
  async rotate(
    @Caller() caller: Principal,
    @UuidParam('id') id: string,
    @Body() body: unknown,
    @IfMatch() ifMatch?: string,
  ): Promise<Tagged<SigningSecretBody>> {
    return tagged(await this.signingSecrets.rotate(id, body, { scope: caller.accountId, ifMatch }));
  }
}

function tagged(issued: SigningSecret): Tagged<SigningSecretBody> {
  return new Tagged({ secret: issued.secret }, signingSecretEtag(issued));
}
