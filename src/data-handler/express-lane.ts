import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ambiguityOf } from '../common/ambiguous-request.js';
import { answerError } from '../common/answer-error.js';
import { RECEIVING_PATH } from '../common/receiving-route.js';
import { DATA_HEADERS, setSecurityHeaders } from '../common/security-headers.js';
import { tokenHashIn } from './app-token.guard.js';
import { ReceiveService } from './receive.service.js';
import { presentAccepted } from './received-body.js';
import { TokenHints } from './token-hints.js';

const ANSWER_HEADERS = Object.entries({ 'Content-Type': 'application/json; charset=utf-8', ...DATA_HEADERS }).flat();

/**
 * Takes the plain case of receiving, nearly all of the traffic, past the framework's routes, guards and pipes, which
 * cost as much as everything else about it (see docs/adr). Whatever is not plain goes the way of all requests, to
 * {@link DataHandlerController}; both end in {@link ReceiveService}, so that nothing is decided here.
 */
@Injectable()
export class ExpressLane {
  constructor(
    private readonly receiver: ReceiveService,
    private readonly hints: TokenHints,
  ) {}

  /** Call before any other hook or route is registered: what the hooks do for every request is done here, too. */
  register(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      const tokenHash = this.plainToken(request);
      if (tokenHash === null) return done();
      void this.answer(request, reply, tokenHash);
    });
  }

  /** The hash of the token of a request that is plain: a known token, and no wish that changes the answer. */
  private plainToken({ raw, routeOptions }: FastifyRequest): Buffer | null {
    if (routeOptions.url !== RECEIVING_PATH || raw.method !== 'POST') return null;
    if (raw.headers.prefer !== undefined || ambiguityOf(raw) !== null) return null;
    const hash = tokenHashIn(raw.headers);
    const known = hash && this.hints.peek(hash);
    // A rate limit has its say in the guard.
    return known?.perSecond === null ? hash : null;
  }

  private async answer(request: FastifyRequest, reply: FastifyReply, tokenHash: Buffer): Promise<void> {
    try {
      const body = JSON.stringify(presentAccepted(await this.receiver.receive(request.raw, tokenHash)));
      reply.hijack();
      reply.raw.writeHead(202, [...ANSWER_HEADERS, 'Content-Length', String(body.length)]);
      reply.raw.end(body);
    } catch (error) {
      setSecurityHeaders(request, reply);
      answerError(error, request, reply);
    }
  }
}
