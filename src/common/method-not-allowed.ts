import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { answerError } from './answer-error.js';
import { Problem } from './problem.js';
import { isReceivingRoute } from './receiving-route.js';

/** CONNECT never reaches a router: node:http hands it to an event of its own. */
const ALL_METHODS = METHODS.filter((method) => method !== 'CONNECT');

/** Which methods each URL answers, collected while routes are registered. */
export type RouteMethods = Map<string, Set<string>>;

/** Call before any route is registered. */
export function collectRoutes(fastify: FastifyInstance): RouteMethods {
  const routes: RouteMethods = new Map();
  fastify.addHook('onRoute', ({ url, method }) => {
    const path = url.length > 1 && url.endsWith('/') ? url.slice(0, -1) : url;
    const methods = routes.get(path) ?? new Set<string>();
    for (const name of [method].flat()) methods.add(name);
    routes.set(path, methods);
  });
  return routes;
}

/**
 * Gives each URL the methods it lacks: OPTIONS says what is allowed, all others are 405. As routes, so that Fastify
 * itself decides what a URL matches; in a plugin, so that they come after the routes of every plugin before.
 */
export function answerOtherMethods(fastify: FastifyInstance, routes: RouteMethods): void {
  void fastify.register((scope, _options, done) => {
    for (const method of ALL_METHODS) {
      if (!scope.supportedMethods.includes(method)) scope.addHttpMethod(method, { hasBody: true });
    }
    for (const [url, methods] of new Map(routes)) registerOthers(scope, url, methods);
    done();
  });
}

function registerOthers(scope: FastifyInstance, url: string, methods: ReadonlySet<string>): void {
  const missing = ALL_METHODS.filter((method) => !methods.has(method)) as HTTPMethods[];
  const receiving = isReceivingRoute(url);
  const allow = [...methods, ...(receiving || methods.has('OPTIONS') ? [] : ['OPTIONS'])].sort().join(', ');
  if (missing.length === 0) return;
  const answer = (request: FastifyRequest, reply: FastifyReply): void => {
    if (request.method === 'OPTIONS' && !receiving) {
      void reply.code(204).header('Allow', allow).send();
      return;
    }
    const error = receiving ? 'Invalid Data' : undefined;
    answerError(new Problem('method_not_allowed', { error, headers: { Allow: allow } }), request, reply);
  };
  // Answered before the body is looked at: its content type and size don't matter to a method that is not allowed.
  scope.route({ method: missing, url, exposeHeadRoute: false, onRequest: answer, handler: answer });
}
