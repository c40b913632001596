import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyHttpOptions } from 'fastify';
import { answerError, PROBLEM_JSON } from './answer-error.js';
import { registerBodyParser } from './body-parser.js';
import { refuseAmbiguousRequests } from './ambiguous-request.js';
import { afterAnswers, isAwaitingAnswer, keepTrackOfAnswers } from './awaited-answers.js';
import { answerOtherMethods, collectRoutes, type RouteMethods } from './method-not-allowed.js';
import { Problem, problemBody } from './problem.js';
import { registerSecurityHeaders, setSecurityHeaders } from './security-headers.js';
import { statusOf } from './to-problem.js';

const MAX_HEADERS_TIMEOUT_MS = 15_000;
/** A connection on which nothing has moved for so long is closed: longer than anything here takes to answer. */
const CONNECTION_TIMEOUT_MS = 120_000;
/** How long bytes are still taken, and dropped, after a request that is not valid HTTP. */
const LINGER_MS = 2_000;
/** Node looks for late requests this often; its default is 30 s. */
const CHECK_EVERY_MS = 1000;

/**
 * Fastify's options for who is slow to send (`requestTimeoutMs` for a whole request), and for the errors that it
 * answers before there is a route: a URL or HTTP it can't read.
 */
export function surfaceOptions(requestTimeoutMs: number) {
  const headersTimeout = Math.min(requestTimeoutMs, MAX_HEADERS_TIMEOUT_MS);
  return {
    http: { headersTimeout, connectionsCheckingInterval: CHECK_EVERY_MS },
    requestTimeout: requestTimeoutMs,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
      setSecurityHeaders(request, reply);
      answerError(error, request, reply);
    },
    clientErrorHandler,
  } satisfies FastifyHttpOptions<Server>;
}

function clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || ending.has(socket)) return;
  // The rest of a late request is still read as HTTP, and could complete it although it was refused.
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (isAwaitingAnswer(socket)) {
    // The request before it is whole: its sender must learn what became of it.
    afterAnswers(socket, () => (isLate ? socket.destroySoon() : endAndDropRest(socket)));
    return;
  }
  const answer = rawAnswer(problemOfClientError(error.code));
  if (!isLate) {
    endAndDropRest(socket, answer);
    return;
  }
  if (socket.writable) socket.write(answer);
  socket.destroy(error);
}

/** Connections that {@link endAndDropRest} ends. Node reports an error for every further part that comes on them. */
const ending = new WeakSet<Socket>();

/**
 * Sends `answer` and ends the connection, on which nothing more can be read as HTTP. Bytes that still arrive are dropped
 * for LINGER_MS: a connection that is closed with unread bytes is reset, and its sender may lose the answer.
 */
function endAndDropRest(socket: Socket, answer = ''): void {
  ending.add(socket);
  const lingering = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(lingering));
  socket.end(answer);
}

/** Call before any route is registered; its result goes to {@link finishSurface} when all are. */
export function prepareSurface(fastify: FastifyInstance): RouteMethods {
  answerHalfClosed(fastify.server);
  keepTrackOfAnswers(fastify.server);
  registerSecurityHeaders(fastify);
  refuseAmbiguousRequests(fastify);
  registerBodyParser(fastify);
  return collectRoutes(fastify);
}

/** Call when all routes and plugins are registered, before listening. */
export function finishSurface(fastify: FastifyInstance, routes: RouteMethods): void {
  answerOtherMethods(fastify, routes);
}

/**
 * A sender may close its side once its request is whole, and reads the answer then (`nc -N`, small HTTP stacks). Node
 * closes such a connection at once unless told otherwise. A client that is gone altogether looks the same until
 * something is written to it; the answer, or CONNECTION_TIMEOUT_MS, ends that connection.
 */
function answerHalfClosed(server: Server): void {
  Object.assign(server, { httpAllowHalfOpen: true });
}

function problemOfClientError(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('header_fields_too_large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('timeout');
  const endedEarly = code === 'HPE_INVALID_EOF_STATE';
  return new Problem(
    'malformed_request',
    endedEarly ? { error: 'The connection ended before the request was whole' } : {},
  );
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
