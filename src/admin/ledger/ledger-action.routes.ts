import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { UserRole } from '../../accounts/user.entity.js';
import { Problem } from '../../common/problem.js';
import type { ReplayChange } from '../../delivery/replay/replays.service.js';
import type { PanelServices } from '../panel-services.js';
import { idOf, parameter } from './ledger.routes.js';
import { deliveryView, destinationView, operationView } from './present.js';

/** Sending again and enabling harm nobody; to end what waits or hold it back is for who may configure. */
const OPERATING: readonly UserRole[] = ['superuser', 'operator'];
const CONFIGURING: readonly UserRole[] = ['superuser'];

const CHANGES: readonly string[] = ['start', 'pause', 'cancel'] satisfies ReplayChange[];

/** What the buttons of the ledger's pages do, each through the service that the API uses. */
export function registerLedgerActions(scope: FastifyInstance, services: PanelServices): void {
  const { deliveries, destinations, eventReplays, replays } = services;
  scope.post('/deliveries/:id/retry', async (request) => {
    requireRole(request, OPERATING);
    return deliveryView(await deliveries.retry(idOf(request), null), new Map());
  });
  scope.post('/deliveries/:id/cancel', async (request) => {
    requireRole(request, CONFIGURING);
    return deliveryView(await deliveries.cancel(idOf(request), null), new Map());
  });
  scope.post('/events/:id/replay', async (request) => {
    requireRole(request, OPERATING);
    const created = await eventReplays.replay(idOf(request), request.body, null);
    return created.map((row) => deliveryView(row, new Map()));
  });
  scope.post('/destinations/:id/enable', async (request) => {
    requireRole(request, OPERATING);
    return destinationView(await destinations.update(idOf(request), { enabled: true }));
  });
  scope.post('/destinations/:id/disable', async (request) => {
    requireRole(request, CONFIGURING);
    return destinationView(await destinations.update(idOf(request), { enabled: false }));
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
    return operationView(await replays.change(idOf(request), change, null));
  });
}

function requireRole({ panelSession }: FastifyRequest, roles: readonly UserRole[]): void {
  if (panelSession && roles.includes(panelSession.role)) return;
  throw new Problem('forbidden', { error: 'Your role does not allow that' });
}

function isCancelling(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'action' in body && body.action === 'cancel';
}

function isChange(text: string): text is ReplayChange {
  return CHANGES.includes(text);
}
