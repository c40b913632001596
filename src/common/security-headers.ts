import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const BASE = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Answers to programs load nothing; what they hold may be secret, so no cache keeps it. */
export const DATA_HEADERS = {
  ...BASE,
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
};

/** Swagger UI: scripts from here only; its page and components use inline styles and data: images. */
const DOCS = {
  ...BASE,
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
};

/** Pages set a policy of their own over this one. */
const PAGES = { ...BASE, 'Content-Security-Policy': "frame-ancestors 'none'; base-uri 'none'; object-src 'none'" };

const UNDER_DOCS = /^\/docs(?:[/?]|$)/;
const UNDER_ADMIN = /^\/admin(?:[/?]|$)/;

export function registerSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(request, reply);
    done();
  });
}

/** For answers that Fastify gives before its hooks run. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.raw.url ?? '';
  void reply.headers(UNDER_DOCS.test(path) ? DOCS : UNDER_ADMIN.test(path) ? PAGES : DATA_HEADERS);
}
