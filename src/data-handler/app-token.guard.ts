import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hashCredential } from '../common/credential.js';
import { Problem } from '../common/problem.js';
import { TokenHints } from './token-hints.js';

export const TOKEN_HEADER = 'cl-x-token';

const hashes = new WeakMap<FastifyRequest, Buffer>();

/** Lets through who sends the token of an account; runs before anything of the body is read. */
@Injectable()
export class AppTokenGuard implements CanActivate {
  constructor(private readonly hints: TokenHints) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = request.headers[TOKEN_HEADER];
    const hash = typeof token === 'string' ? hashCredential('dpt_', token) : null;
    if (!hash || !(await this.hints.isValid(hash))) throw new Problem('invalid_token');
    hashes.set(request, hash);
    return true;
  }
}

/** The hash of the token of a request that the guard let through. */
export function tokenHashOf(request: FastifyRequest): Buffer {
  const hash = hashes.get(request);
  if (!hash) throw new Error('Who asks for the token of a request needs AppTokenGuard');
  return hash;
}
