import type { FastifyInstance } from 'fastify';
import { Problem } from '../../common/problem.js';
import type { ReplayChange } from '../../delivery/replay/replays.service.js';
import type { PanelServices } from '../panel-services.js';
import { CONFIGURING, OPERATING, requireRole } from '../require-role.js';
import { idOf, parameter } from './ledger.routes.js';
import { deliveryView, operationView } from './present.js';

const CHANGES: readonly string[] = ['start', 'pause', 'cancel'] satisfies ReplayChange[];

/**
 * What the buttons of the ledger's pages do, each through the service that the API uses. To end what waits loses it, so
 * that is for who may configure.
 */
export function registerLedgerActions(scope: FastifyInstance, services: PanelServices): void {
  const { deliveries, eventReplays, replays } = services;
  scope.post('/deliveries/:id/retry', async (request) => {
    requireRole(request, OPERATING);
    return deliveryView(await deliveries.retry(idOf(request), {}), new Map());
  });
  scope.post('/deliveries/:id/cancel', async (request) => {
    requireRole(request, CONFIGURING);
    return deliveryView(await deliveries.cancel(idOf(request), {}), new Map());
  });
  scope.post('/events/:id/replay', async (request) => {
    requireRole(request, OPERATING);
    const created = await eventReplays.replay(idOf(request), request.body, null);
    return created.map((row) => deliveryView(row, new Map()));
  });
  scope.post('/operations', async (request) => {
    requireRole(request, isCancelling(request.body) ? CONFIGURING : OPERATING);
    return operationView(await replays.create(request.body, null));
  });
  scope.post('/operations/:id/:change', async (request) => {
    const change = parameter(request, 'change');
    if (!isChange(change)) throw new Problem('not_found');
    const { action } = await replays.get(idOf(request), null);
    requireRole(request, action === 'cancel' ? CONFIGURING : OPERATING);
    return operationView(await replays.change(idOf(request), change, {}));
  });
}

function isCancelling(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'action' in body && body.action === 'cancel';
}

function isChange(text: string): text is ReplayChange {
  return CHANGES.includes(text);
}
