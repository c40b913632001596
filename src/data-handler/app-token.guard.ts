import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hashCredential } from '../common/credential.js';
import { Problem } from '../common/problem.js';
import { TokenHints } from './token-hints.js';

export const TOKEN_HEADER = 'cl-x-token';

/** Lets through who sends the token of an account; runs before anything of the body is read. */
@Injectable()
export class AppTokenGuard implements CanActivate {
  constructor(private readonly hints: TokenHints) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const hash = tokenHashOf(request);
    if (!hash || !(await this.hints.isValid(hash))) throw new Problem('invalid_token');
    return true;
  }
}

/** The hash under which the request's token would be stored; null when there is none that can be one. */
export function tokenHashOf(request: FastifyRequest): Buffer | null {
  const token = request.headers[TOKEN_HEADER];
  return typeof token === 'string' ? hashCredential('dpt_', token) : null;
}
