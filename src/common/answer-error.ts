import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { logger } from './logger.js';
import { Problem, problemBody, type ProblemCode } from './problem.js';
import { statusOf, toProblem } from './to-problem.js';

export const PROBLEM_JSON = 'application/problem+json';

/** How to authenticate: RFC 9110 wants every 401 to say it. */
const CHALLENGES: Partial<Record<ProblemCode, string>> = {
  unauthenticated: 'Bearer realm="Data Pusher"',
  invalid_token: 'CL-X-TOKEN realm="Data Pusher"',
};

/** Answers a request with what went wrong. What nobody foresaw is logged under an id that the caller is told. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { problem, isOurFault } = toProblem(error);
  const shown = isOurFault ? logged(error, problem, request) : problem;
  if (reply.sent || reply.raw.headersSent) {
    // Part of an answer is on its way: only cutting the connection tells the caller that it is not whole.
    reply.raw.destroy();
    return;
  }
  const challenge = CHALLENGES[shown.code];
  if (challenge !== undefined) void reply.header('WWW-Authenticate', challenge);
  void reply
    .code(statusOf(shown))
    .headers(shown.headers)
    .type(PROBLEM_JSON)
    .send(JSON.stringify(problemBody(shown)));
}

function logged(error: unknown, problem: Problem, request: FastifyRequest): Problem {
  const requestId = randomUUID();
  // The route's pattern rather than the URL: a URL may carry what should not stand in a log.
  logger.error({ requestId, method: request.method, route: request.routeOptions?.url, err: error }, 'request failed');
  return new Problem(problem.code, {
    error: `${problem.message} (request ${requestId})`,
    ...(problem.errors && { errors: problem.errors }),
    headers: { ...problem.headers, 'X-Request-Id': requestId },
  });
}
