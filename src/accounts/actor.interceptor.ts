import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { asActor } from '../history/actor.js';
import { principalOf } from './api-key.guard.js';

/** Notes what a request of the management API changes as the doing of its API key. */
@Injectable()
export class ActorInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { apiKeyId, name } = principalOf(context.switchToHttp().getRequest<FastifyRequest>());
    const handle = () => lastValueFrom(next.handle(), { defaultValue: undefined });
    return from(asActor({ kind: 'api_key', id: apiKeyId, name }, handle));
  }
}
