import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isUuid, readText } from '../../common/list-query.js';
import { Problem } from '../../common/problem.js';
import { parseLedgerQuery } from '../../delivery/ledger/ledger-query.js';
import { REPLAY_FILTERS } from '../../delivery/replay/replays.service.js';
import type { PanelServices } from '../panel-services.js';
import { exportLedger } from './export.js';
import { LedgerReader } from './ledger-reader.js';
import { operationView } from './present.js';

/** What the components of the ledger's pages read. Below `/admin/api/`, behind the login. */
export function registerLedger(scope: FastifyInstance, services: PanelServices): void {
  const reader = new LedgerReader(services);
  scope.get('/deliveries', ({ query }) => reader.deliveries(query));
  scope.get('/deliveries/:id', (request) => reader.delivery(idOf(request)));
  scope.get('/events', ({ query }) => reader.events(query));
  scope.get('/events/:id', (request) => reader.event(idOf(request)));
  scope.get('/events/:id/payload', (request) => reader.payload(idOf(request)));
  scope.get('/events/:id/download', async (request, reply) => {
    const { payload } = await services.events.payload(idOf(request), null);
    // Never shown by the browser as a page of ours, whatever it is.
    return attachment(reply, 'application/octet-stream', `${idOf(request)}.json`).send(payload);
  });
  scope.get('/export/:kind', async (request, reply) => {
    const file = await exportLedger(services, parameter(request, 'kind'), { ...queryOf(request) });
    return attachment(reply, file.contentType, file.fileName).send(file.stream);
  });
  scope.get('/find', (request) => reader.find((text(request, 'text') ?? '').trim()));
  scope.get('/choices/accounts', (request) => reader.accountChoices({ search: text(request, 'search') }));
  scope.get('/choices/destinations', (request) =>
    reader.destinationChoices({ search: text(request, 'search'), accountId: text(request, 'account_id') }),
  );
  scope.get('/operations', async ({ query }) => {
    const { rows } = await services.replays.list(parseLedgerQuery(query, REPLAY_FILTERS), null);
    return rows.map(operationView);
  });
  scope.get('/operations/:id', async (request) => operationView(await services.replays.get(idOf(request), null)));
}

function attachment(reply: FastifyReply, contentType: string, fileName: string): FastifyReply {
  return reply.type(contentType).header('content-disposition', `attachment; filename="${fileName}"`);
}

function queryOf(request: FastifyRequest): object {
  return typeof request.query === 'object' && request.query !== null ? request.query : {};
}

function text(request: FastifyRequest, name: string): string | undefined {
  const value: unknown = Reflect.get(queryOf(request), name);
  return value === undefined ? undefined : readText(name, value);
}

export function parameter(request: FastifyRequest, name: string): string {
  const { params } = request;
  const value: unknown = typeof params === 'object' && params !== null ? Reflect.get(params, name) : undefined;
  return typeof value === 'string' ? value : '';
}

export function idOf(request: FastifyRequest): string {
  const id = parameter(request, 'id');
  if (!isUuid(id)) throw new Problem('not_found');
  return id.toLowerCase();
}
