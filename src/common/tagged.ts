import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { etagOfContent, isUnchanged } from './etag.js';

/** An answer with its entity tag, for {@link TaggedInterceptor}. */
export class Tagged<Body> {
  constructor(
    readonly body: Body,
    readonly etag: string,
    /** Where the object that was just created is. */
    readonly location?: string,
  ) {}
}

/** Sends entity tags: that of a {@link Tagged} answer, and with each read one; who knows it already is answered 304. */
@Injectable()
export class TaggedInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer: unknown) => {
        const isRead = request.method === 'GET' || request.method === 'HEAD';
        if (!(answer instanceof Tagged))
          return isRead ? conditional(request, reply, answer, etagOfContent(answer)) : answer;
        if (answer.location !== undefined) void reply.header('Location', answer.location);
        if (isRead) return conditional(request, reply, answer.body, answer.etag);
        void reply.header('ETag', answer.etag);
        return answer.body as unknown;
      }),
    );
  }
}

function conditional(request: FastifyRequest, reply: FastifyReply, body: unknown, etag: string): unknown {
  void reply.header('ETag', etag);
  if (!isUnchanged(request.headers['if-none-match'], etag)) return body;
  void reply.code(304);
  return undefined;
}

/** The request's path and query as received. */
export const RequestUrl = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<FastifyRequest>().raw.url ?? '/',
);

/** The `If-Match` header of the request. */
export const IfMatch = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | undefined =>
    context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'],
);
