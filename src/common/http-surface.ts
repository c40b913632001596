import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { answerError, PROBLEM_JSON } from './answer-error.js';
import { registerBodyParser } from './body-parser.js';
import { answerOtherMethods, collectRoutes, type RouteMethods } from './method-not-allowed.js';
import { Problem, problemBody, type ProblemCode } from './problem.js';
import { registerSecurityHeaders, setSecurityHeaders } from './security-headers.js';
import { statusOf } from './to-problem.js';

/** Fastify's options for the errors that it answers before there is a route: a URL or HTTP it can't read. */
export const surfaceOptions = {
  frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    setSecurityHeaders(request, reply);
    answerError(error, request, reply);
  },
  clientErrorHandler: (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    if (socket.writable) socket.write(rawAnswer(new Problem(codeOfClientError(error.code))));
    socket.destroy(error);
  },
} satisfies FastifyServerOptions;

/** Call before any route is registered; its result goes to {@link finishSurface} when all are. */
export function prepareSurface(fastify: FastifyInstance): RouteMethods {
  registerSecurityHeaders(fastify);
  registerBodyParser(fastify);
  return collectRoutes(fastify);
}

/** Call when all routes and plugins are registered, before listening. */
export function finishSurface(fastify: FastifyInstance, routes: RouteMethods): void {
  answerOtherMethods(fastify, routes);
}

function codeOfClientError(code: string | undefined): ProblemCode {
  if (code === 'HPE_HEADER_OVERFLOW') return 'header_fields_too_large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'timeout';
  return 'malformed_request';
}

function rawAnswer(problem: Problem): string {
  const body = JSON.stringify(problemBody(problem));
  const status = statusOf(problem);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${PROBLEM_JSON}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
