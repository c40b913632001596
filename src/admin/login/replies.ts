import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormState } from './pages.js';

export function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page);
}

/** What a form says to who tries too often. */
export function tooMany(reply: FastifyReply, waitSeconds: number): FormState {
  void reply.header('retry-after', String(waitSeconds));
  const when = waitSeconds < 90 ? `${waitSeconds} seconds` : `${Math.ceil(waitSeconds / 60)} minutes`;
  return { error: `Too many attempts. Try again in ${when}.` };
}

export function formText(request: FastifyRequest, name: string): string {
  return textAt(request.body, name);
}

export function queryText(request: FastifyRequest, name: string): string {
  return textAt(request.query, name);
}

function textAt(fields: unknown, name: string): string {
  const value: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, name) : undefined;
  return typeof value === 'string' ? value : '';
}
