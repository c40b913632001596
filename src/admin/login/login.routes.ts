import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LoginThrottle } from '../../accounts/login-throttle.service.js';
import { UsersService } from '../../accounts/users.service.js';
import { logger } from '../../common/logger.js';
import { withoutBlanks } from '../../common/blanks.js';
import { Problem } from '../../common/problem.js';
import { asActor } from '../../history/actor.js';
import { acceptForms } from '../body-parsers.js';
import { userActor } from '../panel-user.js';
import { BrowserSessions } from './browser-sessions.js';
import { LinkRoutes } from './link.routes.js';
import { LoginPages, type FormState } from './pages.js';
import { formText, queryText, sendPage, tooMany } from './replies.js';
import { pageAfterLogin } from './same-origin.js';

const FORM_BYTES = 16_384;
const WRONG = 'Email or password is wrong.';

/** Login, logout and the change of one's password: plain pages and forms. */
@Injectable()
export class LoginRoutes {
  private readonly pages = new LoginPages();

  constructor(
    private readonly users: UsersService,
    private readonly sessions: BrowserSessions,
    private readonly throttle: LoginThrottle,
    private readonly links: LinkRoutes,
  ) {}

  /** Adds the routes to a scope of their own under `/admin`. */
  register(scope: FastifyInstance): void {
    acceptForms(scope, FORM_BYTES);
    scope.get('/login', (request, reply) => this.showLogin(request, reply));
    scope.post('/login', (request, reply) => this.logIn(request, reply));
    scope.post('/logout', (request, reply) => this.sessions.close(request, reply));
    scope.get('/logout', (request, reply) => this.refuseLogoutByLink(request, reply));
    const loggedIn = { onRequest: this.sessions.guard() };
    scope.get('/password', loggedIn, (request, reply) => this.showPassword(request, reply, {}));
    scope.post('/password', loggedIn, (request, reply) => this.changePassword(request, reply));
    this.links.register(scope);
  }

  private showLogin(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return sendPage(reply, 200, this.pages.login(request.cspNonce, pageAfterLogin(queryText(request, 'next')), {}));
  }

  private async logIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const email = withoutBlanks(formText(request, 'email'));
    const next = pageAfterLogin(formText(request, 'next'));
    const refuse = (status: number, state: FormState): FastifyReply =>
      sendPage(reply, status, this.pages.login(request.cspNonce, next, { email, ...state }));

    const attempt = await this.throttle.take(request.ip, email);
    if (attempt.waitSeconds > 0) return refuse(429, tooMany(reply, attempt.waitSeconds));
    const user = await this.users.authenticate(email, formText(request, 'password'));
    if (!user) {
      // Not the email: people type their password there.
      logger.warn({ address: request.ip }, 'login refused');
      return refuse(401, { error: WRONG });
    }
    await this.throttle.wasRight(attempt, user.user_id, request.ip);
    logger.info({ user_id: user.user_id, address: request.ip }, 'logged in');
    return this.sessions.open(request, reply, user.user_id, next);
  }

  private refuseLogoutByLink(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    void reply.header('allow', 'POST');
    const text = 'To log out, use the menu at the top right of the panel.';
    return sendPage(reply, 405, this.pages.message(request.cspNonce, 'You are still logged in', text));
  }

  private showPassword(request: FastifyRequest, reply: FastifyReply, state: FormState, status = 200): FastifyReply {
    const email = request.panelSession?.email ?? '';
    return sendPage(reply, status, this.pages.password(request.cspNonce, email, state));
  }

  private async changePassword(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const session = request.panelSession;
    if (!session) throw new Problem('unauthenticated');
    const attempt = await this.throttle.take(request.ip, session.email);
    if (attempt.waitSeconds > 0) return this.showPassword(request, reply, tooMany(reply, attempt.waitSeconds), 429);
    const [current, next] = [formText(request, 'current'), formText(request, 'password')];
    try {
      const change = () => this.users.changePassword(session.userId, current, next, session.hash);
      await asActor(userActor(session), change);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'validation_failed') throw error;
      return this.showPassword(request, reply, { errors: error.errors }, 400);
    }
    await this.throttle.wasRight(attempt, session.userId, request.ip);
    const text = 'Your new password is in use, and your other sessions have ended.';
    return sendPage(reply, 200, this.pages.message(request.cspNonce, 'Password changed', text));
  }
}
