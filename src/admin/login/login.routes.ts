import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SessionsService } from '../../accounts/sessions.service.js';
import { SetupLinkService } from '../../accounts/setup-link.service.js';
import { UsersService } from '../../accounts/users.service.js';
import { Problem } from '../../common/problem.js';
import { RunSettings } from '../../config/settings.js';
import { acceptForms } from '../body-parsers.js';
import { guardPanel } from '../request-guard.js';
import { LoginPages, type FormState } from './pages.js';
import { pageAfterLogin } from './same-origin.js';
import { SessionCookie } from './session-cookie.js';
import { networkOf, Throttle } from '../../common/throttle.js';

const FORM_BYTES = 16_384;
const WRONG = 'Email or password is wrong.';

/** Login, logout, the one-time setup link and the change of one's password: plain pages and forms. */
@Injectable()
export class LoginRoutes {
  private readonly pages = new LoginPages();
  private readonly cookie: SessionCookie;
  /** An office behind one address may mistype together; one account is guessed at most 480 times a day. */
  private readonly byAddress = new Throttle({ attempts: 30, refillMs: 20_000 });
  private readonly byUser = new Throttle({ attempts: 10, refillMs: 180_000 });

  constructor(
    settings: RunSettings,
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly setupLinks: SetupLinkService,
  ) {
    this.cookie = new SessionCookie(settings.publicUrl);
  }

  /** Adds the routes to a scope of their own under `/admin`. */
  register(scope: FastifyInstance): void {
    acceptForms(scope, FORM_BYTES);
    scope.get('/login', (request, reply) => this.showLogin(request, reply));
    scope.post('/login', (request, reply) => this.logIn(request, reply));
    scope.post('/logout', (request, reply) => this.logOut(request, reply));
    scope.get('/logout', (request, reply) => this.refuseLogoutByLink(request, reply));
    scope.get('/setup', (request, reply) => this.showSetup(request, reply));
    scope.post('/setup', (request, reply) => this.setUp(request, reply));
    const loggedIn = { onRequest: guardPanel(this.cookie, this.sessions) };
    scope.get('/password', loggedIn, (request, reply) => this.showPassword(request, reply, {}));
    scope.post('/password', loggedIn, (request, reply) => this.changePassword(request, reply));
  }

  private showLogin(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return sendPage(reply, 200, this.pages.login(request.cspNonce, pageAfterLogin(queryText(request, 'next')), {}));
  }

  private async logIn(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const email = formText(request, 'email');
    const next = pageAfterLogin(formText(request, 'next'));
    const refuse = (status: number, state: FormState): FastifyReply =>
      sendPage(reply, status, this.pages.login(request.cspNonce, next, { email, ...state }));

    const waitMs = this.takeAttempt(request, email);
    if (waitMs > 0) return refuse(429, tooMany(reply, waitMs));
    const user = await this.users.authenticate(email, formText(request, 'password'));
    if (!user) return refuse(401, { error: WRONG });
    this.wasNoGuess(request, email);
    return this.openSession(request, reply, user.user_id, next);
  }

  /** Always a new token: one that was planted in the browser before gets nobody in. */
  private async openSession(
    request: FastifyRequest,
    reply: FastifyReply,
    userId: string,
    next: string,
  ): Promise<FastifyReply> {
    const earlier = this.cookie.read(request.headers.cookie);
    if (earlier !== null) await this.sessions.end(earlier);
    const token = await this.sessions.start(userId);
    return reply.header('set-cookie', this.cookie.set(token)).redirect(next, 303);
  }

  private async logOut(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = this.cookie.read(request.headers.cookie);
    if (token !== null) await this.sessions.end(token);
    return reply.header('set-cookie', this.cookie.clear()).redirect('/admin/login', 303);
  }

  private refuseLogoutByLink(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    void reply.header('allow', 'POST');
    const text = 'To log out, use the menu at the top right of the panel.';
    return sendPage(reply, 405, this.pages.message(request.cspNonce, 'You are still logged in', text));
  }

  private async showSetup(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = queryText(request, 'token');
    if (!(await this.setupLinks.isValid(token))) return this.setupGone(request, reply);
    return sendPage(reply, 200, this.pages.setup(request.cspNonce, token, {}));
  }

  private async setUp(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = formText(request, 'token');
    const email = formText(request, 'email');
    const refuse = (status: number, state: FormState): FastifyReply =>
      sendPage(reply, status, this.pages.setup(request.cspNonce, token, { email, ...state }));

    const waitMs = this.byAddress.take(networkOf(request.ip), Date.now());
    if (waitMs > 0) return refuse(429, tooMany(reply, waitMs));
    try {
      const user = await this.setupLinks.redeem(token, email, formText(request, 'password'));
      return await this.openSession(request, reply, user.user_id, '/admin');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'validation_failed') return refuse(400, { errors: error.errors });
      return this.setupGone(request, reply);
    }
  }

  private setupGone(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const text =
      'It was used, has expired, or there is a superuser already. Until there is one, each start of the service makes a new link.';
    return sendPage(reply, 410, this.pages.message(request.cspNonce, 'This link does not work any more', text));
  }

  private showPassword(request: FastifyRequest, reply: FastifyReply, state: FormState, status = 200): FastifyReply {
    const email = request.panelSession?.email ?? '';
    return sendPage(reply, status, this.pages.password(request.cspNonce, email, state));
  }

  private async changePassword(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const session = request.panelSession;
    if (!session) throw new Problem('unauthenticated');
    const waitMs = this.takeAttempt(request, session.email);
    if (waitMs > 0) return this.showPassword(request, reply, tooMany(reply, waitMs), 429);
    try {
      const current = formText(request, 'current');
      await this.users.changePassword(session.userId, current, formText(request, 'password'), session.hash);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'validation_failed') throw error;
      return this.showPassword(request, reply, { errors: error.errors }, 400);
    }
    this.wasNoGuess(request, session.email);
    const text = 'Your new password is in use, and your other sessions have ended.';
    return sendPage(reply, 200, this.pages.message(request.cspNonce, 'Password changed', text));
  }

  private wasNoGuess(request: FastifyRequest, email: string): void {
    this.byAddress.giveBack(networkOf(request.ip));
    this.byUser.forget(userKey(email));
  }

  /** Counted before the password is looked at: many at once are counted, too. */
  private takeAttempt(request: FastifyRequest, email: string): number {
    const now = Date.now();
    return this.byAddress.take(networkOf(request.ip), now) || this.byUser.take(userKey(email), now);
  }
}

function userKey(email: string): string {
  return email.toLowerCase().slice(0, 320);
}

function tooMany(reply: FastifyReply, waitMs: number): FormState {
  const seconds = Math.ceil(waitMs / 1000);
  void reply.header('retry-after', String(seconds));
  const when = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return { error: `Too many attempts. Try again in ${when}.` };
}

function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page);
}

function formText(request: FastifyRequest, name: string): string {
  return textAt(request.body, name);
}

function queryText(request: FastifyRequest, name: string): string {
  return textAt(request.query, name);
}

function textAt(fields: unknown, name: string): string {
  const value: unknown = typeof fields === 'object' && fields !== null ? Reflect.get(fields, name) : undefined;
  return typeof value === 'string' ? value : '';
}
