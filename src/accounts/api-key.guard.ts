import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { answerToWrongCredential } from '../common/credential-throttle.js';
import { Problem } from '../common/problem.js';
import { ApiKeysService } from './api-keys.service.js';
import type { Principal } from './principal.js';
import { rolesOf } from './required-roles.js';

/** RFC 6750: the scheme in any case, then the token. */
const BEARER = /^bearer +(\S+) *$/i;

const principals = new WeakMap<FastifyRequest, Principal>();

/** Lets in who has a valid API key; sets the {@link Caller}. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly apiKeys: ApiKeysService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = await this.authenticate(request);
    const roles = rolesOf(context.getHandler());
    if (principal.readOnly && roles.includes('write')) {
      throw new Problem('forbidden', { error: 'This API key is read-only' });
    }
    if (principal.accountId !== null && roles.includes('admin')) {
      throw new Problem('forbidden', { error: 'This needs an admin API key' });
    }
    principals.set(request, principal);
    return true;
  }

  private async authenticate(request: FastifyRequest): Promise<Principal> {
    const { authorization } = request.headers;
    const token = BEARER.exec(authorization ?? '')?.[1];
    const principal = token === undefined ? null : await this.apiKeys.authenticate(token);
    if (principal) return principal;
    const error = authorization === undefined ? undefined : 'This API key is not valid';
    const refusal = new Problem('unauthenticated', { error });
    throw authorization === undefined ? refusal : answerToWrongCredential(request, refusal);
  }
}

/** The {@link Principal} of the request, in controllers behind {@link ApiKeyGuard}. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Principal =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Throws for a request that has not passed {@link ApiKeyGuard}. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (!principal) throw new Error('Who asks for its caller needs ApiKeyGuard before it');
  return principal;
}
