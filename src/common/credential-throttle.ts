import type { FastifyRequest } from 'fastify';
import { networkOf } from './client-network.js';
import { logger } from './logger.js';
import { Problem } from './problem.js';
import { Throttle } from './throttle.js';

/** A credential of 256 bits can't be guessed; this keeps who tries from keeping us busy, and from going unnoticed. */
const RULE = { attempts: 300, refillMs: 200 };

/**
 * Wrong tokens and API keys by network. Only wrong ones are counted and refused: who has a right one behind the same
 * address is not kept out by others.
 */
const failures = new Throttle(RULE);

/** The answer to a wrong credential: `refusal`, or 429 once its network has sent too many. */
export function answerToWrongCredential(request: FastifyRequest, refusal: Problem): Problem {
  const waitMs = failures.take(networkOf(request.ip), performance.now());
  if (waitMs === 0) {
    // Only while they are counted, so that who guesses can't fill the log; and nothing of what was sent: it may be right elsewhere.
    logger.warn({ address: request.ip, route: request.routeOptions?.url }, 'wrong credential');
    return refusal;
  }
  const seconds = Math.ceil(waitMs / 1000);
  return new Problem('rate_limited', {
    error: `Too many wrong credentials from this address; try again in ${seconds} s`,
    headers: { 'Retry-After': String(seconds) },
  });
}
