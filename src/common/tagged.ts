import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { isUnchanged } from './etag.js';

/** An answer with its entity tag, for {@link TaggedInterceptor}. */
export class Tagged<Body> {
  constructor(
    readonly body: Body,
    readonly etag: string,
    /** Where the object that was just created is. */
    readonly location?: string,
  ) {}
}

/** Sends the entity tag of a {@link Tagged} answer; a GET that knows it already is answered 304. */
@Injectable()
export class TaggedInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer: unknown) => {
        if (!(answer instanceof Tagged)) return answer;
        void reply.header('ETag', answer.etag);
        if (answer.location !== undefined) void reply.header('Location', answer.location);
        const isRead = request.method === 'GET' || request.method === 'HEAD';
        if (!isRead || !isUnchanged(request.headers['if-none-match'], answer.etag)) return answer.body as unknown;
        void reply.code(304);
        return undefined;
      }),
    );
  }
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
