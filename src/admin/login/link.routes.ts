import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LoginThrottle } from '../../accounts/login-throttle.service.js';
import { PasswordLinksService } from '../../accounts/password-links.service.js';
import { SetupLinkService } from '../../accounts/setup-link.service.js';
import type { User } from '../../accounts/user.entity.js';
import { Problem } from '../../common/problem.js';
import { asActor, type Actor } from '../../history/actor.js';
import { BrowserSessions } from './browser-sessions.js';
import { LoginPages, type FormState } from './pages.js';
import { formText, queryText, sendPage, tooMany } from './replies.js';

/** Who has a link has not logged in: the history names the link. */
const BY_LINK: Actor = { kind: 'system', id: null, name: 'One-time link' };

const SETUP_GONE =
  'It was used, has expired, or there is a superuser already. Until there is one, each start of the service makes a new link.';
const PASSWORD_GONE = 'It was used, has expired, or a newer one was made. A superuser can make another one for you.';

/** The one-time links: for the first superuser, and for users who set their password. */
@Injectable()
export class LinkRoutes {
  private readonly pages = new LoginPages();

  constructor(
    private readonly setupLinks: SetupLinkService,
    private readonly passwordLinks: PasswordLinksService,
    private readonly sessions: BrowserSessions,
    private readonly throttle: LoginThrottle,
  ) {}

  register(scope: FastifyInstance): void {
    scope.get('/setup', (request, reply) => this.showSetup(request, reply));
    scope.post('/setup', (request, reply) => this.setUp(request, reply));
    scope.get('/set-password', (request, reply) => this.showSetPassword(request, reply));
    scope.post('/set-password', (request, reply) => this.setPassword(request, reply));
  }

  private async showSetup(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = queryText(request, 'token');
    if (!(await this.setupLinks.isValid(token))) return this.gone(request, reply, SETUP_GONE);
    return sendPage(reply, 200, this.pages.setup(request.cspNonce, token, {}));
  }

  private async setUp(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = formText(request, 'token');
    const email = formText(request, 'email');
    const show = (state: FormState): string => this.pages.setup(request.cspNonce, token, { email, ...state });
    const redeem = () => this.setupLinks.redeem(token, email, formText(request, 'password'));
    return this.use(request, reply, { redeem, show, gone: SETUP_GONE });
  }

  private async showSetPassword(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = queryText(request, 'token');
    const link = await this.passwordLinks.find(token);
    if (!link) return this.gone(request, reply, PASSWORD_GONE);
    return sendPage(reply, 200, this.pages.setPassword(request.cspNonce, token, link.email, {}));
  }

  private async setPassword(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const token = formText(request, 'token');
    const link = await this.passwordLinks.find(token);
    if (!link) return this.gone(request, reply, PASSWORD_GONE);
    const show = (state: FormState): string => this.pages.setPassword(request.cspNonce, token, link.email, state);
    const redeem = () => this.passwordLinks.redeem(token, formText(request, 'password'));
    return this.use(request, reply, { redeem, show, gone: PASSWORD_GONE });
  }

  /** Whose link it was is logged in afterwards. */
  private async use(
    request: FastifyRequest,
    reply: FastifyReply,
    { redeem, show, gone }: { redeem: () => Promise<User>; show: (state: FormState) => string; gone: string },
  ): Promise<FastifyReply> {
    const waitSeconds = await this.throttle.takeAddress(request.ip);
    if (waitSeconds > 0) return sendPage(reply, 429, show(tooMany(reply, waitSeconds)));
    try {
      const user = await asActor(BY_LINK, redeem);
      return await this.sessions.open(request, reply, user.user_id, '/admin');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'validation_failed') return sendPage(reply, 400, show({ errors: error.errors }));
      return this.gone(request, reply, gone);
    }
  }

  private gone(request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
    return sendPage(reply, 410, this.pages.message(request.cspNonce, 'This link does not work any more', text));
  }
}
