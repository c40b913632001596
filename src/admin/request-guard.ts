import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../common/problem.js';
import type { Session, SessionsService } from '../accounts/sessions.service.js';
import { isForeignRead, isFromOurPages, isSafeMethod } from './login/same-origin.js';
import type { SessionCookie } from './login/session-cookie.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is logged in; null outside the panel and before the login. */
    panelSession: Session | null;
    /** Allows the styles of this one page. */
    cspNonce: string;
  }
}

/**
 * No script but our files: the page's data is inert JSON. Styles need a nonce, because AdminJS' style libraries add
 * style elements at run time (see components/start.ts).
 */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** What every answer of the panel carries, and what every change must prove. Runs before a body is read. */
export function guardEveryRequest(publicUrl: string) {
  return (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    request.cspNonce = randomBytes(16).toString('base64');
    void reply.headers({
      'content-security-policy': contentSecurityPolicy(request.cspNonce),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
    });
    if (!isSafeMethod(request.method) && !isFromOurPages(request.headers, publicUrl)) {
      throw new Problem('forbidden', { error: 'Changes are accepted from the pages of this panel only' });
    }
    return Promise.resolve();
  };
}

/** Lets in who is logged in. Others are sent to the login from a page, and told 401 by the panel's API. */
export function guardPanel(cookie: SessionCookie, sessions: SessionsService) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const isApi = request.url.startsWith('/admin/api/');
    if (isApi && isForeignRead(request.headers)) throw new Problem('forbidden');
    const token = cookie.read(request.headers.cookie);
    request.panelSession = token === null ? null : await sessions.find(token);
    if (request.panelSession === null) {
      if (isApi || !isSafeMethod(request.method)) throw new Problem('unauthenticated', { error: 'Log in first' });
      return reply.redirect(`/admin/login?next=${encodeURIComponent(request.url)}`, 303);
    }
    if (!isSafeMethod(request.method) && isApi && request.panelSession.role === 'viewer') {
      throw new Problem('forbidden', { error: 'Viewers may only look' });
    }
    return undefined;
  };
}
