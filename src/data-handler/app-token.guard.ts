import type { IncomingHttpHeaders } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerToWrongCredential } from '../common/credential-throttle.js';
import { hashCredential } from '../common/credential.js';
import { Problem } from '../common/problem.js';
import { ReceiveLimiter } from './receive-limiter.js';
import { type KnownToken, TokenHints } from './token-hints.js';

const TOKEN_HEADER = 'cl-x-token';

/** The hash of the token that a request carries; null: none, or what can't be one. */
export function tokenHashIn(headers: IncomingHttpHeaders): Buffer | null {
  const token = headers[TOKEN_HEADER];
  return typeof token === 'string' ? hashCredential('dpt_', token) : null;
}

/** What the guard found out about a request it let through. */
export interface Sender extends KnownToken {
  readonly tokenHash: Buffer;
}

const senders = new WeakMap<FastifyRequest, Sender>();

/** Lets through who sends the token of an account and is within its rate; runs before anything of the body is read. */
@Injectable()
export class AppTokenGuard implements CanActivate {
  constructor(
    private readonly hints: TokenHints,
    private readonly limiter: ReceiveLimiter,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const tokenHash = tokenHashIn(request.headers);
    const known = tokenHash && (await this.hints.find(tokenHash));
    if (!tokenHash || !known) {
      const refusal = new Problem('invalid_token');
      throw request.headers[TOKEN_HEADER] === undefined ? refusal : answerToWrongCredential(request, refusal);
    }
    await this.limiter.admit(known, http.getResponse<FastifyReply>());
    senders.set(request, { ...known, tokenHash });
    return true;
  }
}

/** Who sent a request that the guard let through. */
export function senderOf(request: FastifyRequest): Sender {
  const sender = senders.get(request);
  if (!sender) throw new Error('Who asks for the sender of a request needs AppTokenGuard');
  return sender;
}
