import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_HELP } from '../common/problem-help.js';
import { logger } from '../common/logger.js';
import { Problem, problemBody, PROBLEMS } from '../common/problem.js';
import { toProblem } from '../common/to-problem.js';
import { LoginPages } from './login/pages.js';

const pages = new LoginPages();

/** Answers what went wrong below `/admin`: as a page where a person opened one, else as a problem for a script of ours. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { problem, isOurFault } = toProblem(error);
  // The path alone: the query of a one-time link is its token.
  const [path] = request.url.split('?', 1);
  if (isOurFault) logger.error({ err: error, method: request.method, path }, 'the panel failed');
  void reply.code(PROBLEMS[problem.code].status).headers(problem.headers);
  if (wantsPage(request)) {
    return reply.type('text/html; charset=utf-8').send(problemPage(problem, request.cspNonce));
  }
  return reply.type('application/problem+json').send(problemBody(problem));
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return answerProblem(new Problem('not_found'), request, reply);
}

function wantsPage({ url, headers }: FastifyRequest): boolean {
  return !/^\/admin\/(?:api|assets)\//.test(url) && (headers.accept ?? '').includes('text/html');
}

function problemPage({ code, message }: Problem, nonce: string): string {
  if (code === 'not_found') {
    return pages.message(nonce, 'There is no such page', 'The address may be mistyped, or what was here is gone.');
  }
  if (code === 'unavailable' || code === 'internal_error') {
    return pages.message(nonce, PROBLEMS[code].title, `${PROBLEM_HELP[code].means} Load the page again in a moment.`);
  }
  return pages.message(nonce, PROBLEMS[code].title, message);
}
