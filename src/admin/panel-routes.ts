import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../accounts/sessions.service.js';
import { Problem } from '../common/problem.js';
import { RunSettings } from '../config/settings.js';
import { asActorOf } from '../history/actor.js';
import { answerNotFound, answerProblem } from './answer-problem.js';
import { ASSETS_DIRECTORY } from './assets.js';
import { acceptPanelBodies } from './body-parsers.js';
import { registerConsole } from './console/console.routes.js';
import { registerLedgerActions } from './ledger/ledger-action.routes.js';
import { registerLedger } from './ledger/ledger.routes.js';
import { BrowserSessions } from './login/browser-sessions.js';
import { LoginRoutes } from './login/login.routes.js';
import { PanelServices } from './panel-services.js';
import { panelUser, userActor } from './panel-user.js';
import { Panel } from './panel.js';
import { guardEveryRequest } from './request-guard.js';

const PANEL_BODY_BYTES = 1_048_576;
const ASSET_SECONDS = 365 * 24 * 3600;

/**
 * The panel's routes, in a scope of their own of the Fastify instance: Nest's body parsers stay outside, and the
 * login stands before everything. AdminJS itself is loaded when the first page is asked for (see panel.ts).
 */
@Injectable()
export class PanelRoutes implements OnModuleInit {
  constructor(
    private readonly settings: RunSettings,
    private readonly adapterHost: HttpAdapterHost,
    private readonly loginRoutes: LoginRoutes,
    private readonly sessions: BrowserSessions,
    private readonly panel: Panel,
    private readonly services: PanelServices,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.adapterHost.httpAdapter.getInstance();
    void fastify.register((scope) => this.register(scope), { prefix: '/admin' });
  }

  private async register(scope: FastifyInstance): Promise<void> {
    scope.decorateRequest('panelSession', null);
    scope.decorateRequest('cspNonce', '');
    scope.addHook('onRequest', guardEveryRequest(this.settings.publicUrl));
    scope.setErrorHandler(answerProblem);
    scope.setNotFoundHandler(answerNotFound);
    await scope.register(serveAssets);
    await scope.register((login, _options, done) => {
      this.loginRoutes.register(login);
      done();
    });
    await scope.register((pages, _options, done) => {
      this.registerPanel(pages);
      done();
    });
  }

  private registerPanel(scope: FastifyInstance): void {
    acceptPanelBodies(scope, PANEL_BODY_BYTES);
    scope.addHook('onRequest', this.sessions.guard());
    // After the body, whose parser leaves the context behind. From here on every change has an actor.
    scope.addHook('preHandler', (request, reply, done) => asActorOf(reply.raw, userActor(sessionOf(request)), done));
    for (const path of ['/', '/resources/*', '/pages/*']) {
      scope.get(path, (request, reply) => this.sendPage(request, reply));
    }
    void scope.register(
      (console, _options, done) => {
        registerConsole(console, this.services);
        done();
      },
      { prefix: '/api/console' },
    );
    void scope.register(
      (ledger, _options, done) => {
        registerLedger(ledger, this.services);
        registerLedgerActions(ledger, this.services);
        done();
      },
      { prefix: '/api/ledger' },
    );
    scope.route({
      method: ['GET', 'POST'],
      url: '/api/*',
      handler: (request, reply) => this.callApi(request, reply),
    });
  }

  private async sendPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const loaded = await this.panel.load();
    const page = await loaded.page(panelUser(sessionOf(request)), request.cspNonce);
    return reply.type('text/html; charset=utf-8').send(page);
  }

  private async callApi(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const loaded = await this.panel.load();
    const answer = await loaded.api(panelUser(sessionOf(request)), {
      method: request.method,
      url: new URL(request.url, 'http://panel.invalid'),
      body: request.body,
    });
    return reply.send(answer);
  }
}

/** The files of the built bundle. Their addresses carry their hash, so a browser asks for each once. */
async function serveAssets(scope: FastifyInstance): Promise<void> {
  await scope.register(fastifyStatic, {
    root: ASSETS_DIRECTORY,
    prefix: '/assets/',
    decorateReply: false,
    preCompressed: true,
    index: false,
    suppressWarning: true,
    cacheControl: false,
    setHeaders: (reply) => {
      void reply.header('cache-control', `public, max-age=${ASSET_SECONDS}, immutable`);
    },
  });
}

function sessionOf(request: FastifyRequest): Session {
  if (!request.panelSession) throw new Problem('unauthenticated');
  return request.panelSession;
}
