import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUuid } from '../../common/list-query.js';
import { Problem } from '../../common/problem.js';
import type { Span } from '../../delivery/statistics/statistics.service.js';
import type { PanelServices } from '../panel-services.js';
import { CONFIGURING, OPERATING, requireRole } from '../require-role.js';
import { accountPage } from './account-page.js';
import { destinationPage } from './destination-page.js';
import { overview } from './overview.js';
import { retryProgress, testResult } from './present.js';

const SPANS: readonly string[] = ['1h', '24h', '7d'] satisfies Span[];

/** Behind the first page and the page of a destination: what they show, and what their buttons do. */
export function registerConsole(scope: FastifyInstance, services: PanelServices): void {
  scope.get('/overview', (request) => overview(services, spanOf(request), queryOf(request, 'first_steps') === 'true'));
  scope.get('/accounts/:id', (request) => accountPage(services, idOf(request), spanOf(request)));
  scope.get('/destinations/:id', (request) => destinationPage(services, idOf(request), spanOf(request)));
  registerDestinationButtons(scope, services);
  registerRetries(scope, services);
  registerFirstSteps(scope, services);
}

function registerDestinationButtons(scope: FastifyInstance, services: PanelServices): void {
  const { destinations, signingSecrets, testEvents } = services;
  scope.post('/destinations/:id/enable', async (request) => {
    requireRole(request, OPERATING);
    await destinations.update(idOf(request), { enabled: true });
    return {};
  });
  scope.post('/destinations/:id/disable', async (request) => {
    requireRole(request, OPERATING);
    await destinations.update(idOf(request), { enabled: false });
    return {};
  });
  scope.post('/destinations/:id/test', async (request) => {
    requireRole(request, OPERATING);
    return testResult(await testEvents.send(idOf(request), null, null));
  });
  scope.post('/destinations/:id/signing-secret', async (request) => {
    requireRole(request, CONFIGURING);
    const { secret } = await signingSecrets.get(idOf(request));
    return { secret };
  });
  scope.post('/destinations/:id/signing-secret/rotate', async (request) => {
    requireRole(request, CONFIGURING);
    const { secret } = await signingSecrets.rotate(idOf(request), request.body);
    return { secret };
  });
}

/** Counted first, started when a person has seen how many there are. */
function registerRetries(scope: FastifyInstance, { destinations, replays }: PanelServices): void {
  scope.post('/destinations/:id/retries', async (request) => {
    requireRole(request, OPERATING);
    const { destination } = await destinations.get(idOf(request));
    return retryProgress(await replays.create({ destination_id: destination.id, state: 'failed' }, null));
  });
  scope.post('/retries/:id/start', async (request) => {
    requireRole(request, OPERATING);
    return retryProgress(await replays.change(idOf(request), 'start', {}));
  });
  scope.get('/retries/:id', async (request) => retryProgress(await replays.get(idOf(request), null)));
}

/** The first page of an empty install sets the first account and destination up without leaving it. */
function registerFirstSteps(scope: FastifyInstance, { accounts, destinations }: PanelServices): void {
  scope.post('/accounts', async (request) => {
    requireRole(request, CONFIGURING);
    const { appSecretToken } = await accounts.create(request.body);
    return { token: appSecretToken };
  });
  scope.post('/accounts/:id/rotate-token', async (request) => {
    requireRole(request, CONFIGURING);
    const { appSecretToken } = await accounts.rotateToken(idOf(request), {});
    return { token: appSecretToken };
  });
  scope.post('/destinations', async (request) => {
    requireRole(request, CONFIGURING);
    await destinations.create(request.body);
    return {};
  });
}

function idOf({ params }: FastifyRequest): string {
  const id = textOf(params, 'id');
  if (id === null || !isUuid(id)) throw new Problem('not_found');
  return id.toLowerCase();
}

function spanOf(request: FastifyRequest): Span {
  const span = queryOf(request, 'span');
  return isSpan(span) ? span : '1h';
}

function isSpan(text: string | null): text is Span {
  return text !== null && SPANS.includes(text);
}

function queryOf({ query }: FastifyRequest, name: string): string | null {
  return textOf(query, name);
}

function textOf(object: unknown, name: string): string | null {
  const value: unknown = typeof object === 'object' && object !== null ? Reflect.get(object, name) : undefined;
  return typeof value === 'string' ? value : null;
}
