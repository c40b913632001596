import { parseListQuery, type ListSpec } from '../../common/list-query.js';
import type { Span, TroubledDestination } from '../../delivery/statistics/statistics.service.js';
import type { PanelServices } from '../panel-services.js';
import { deliveryLine, healthView } from './present.js';
import type { FirstStepsView, Overview, TroubledView } from './views.js';

const SHOWN_TROUBLED = 10;
const SHOWN_FAILURES = 8;
const SHOWN_ARRIVALS = 5;
/** Of accounts and destinations the first one, and how many there are. */
const OLDEST = parseListQuery({ page_size: '1', ordering: 'created_at' }, {
  ordering: ['created_at'],
  filters: {},
} satisfies ListSpec);

/** The first page. `withSteps`: it shows the first steps already, and wants to see them through. */
export async function overview(services: PanelServices, span: Span, withSteps: boolean): Promise<Overview> {
  const { settings, accounts, destinations, deliveries, events, statistics } = services;
  const failed = new Map([['state', 'failed']]);
  const [traffic, backlog, troubled, failures, someAccounts, someDestinations, someEvents] = await Promise.all([
    statistics.traffic(null, span),
    statistics.backlog(),
    statistics.troubled(SHOWN_TROUBLED),
    deliveries.list({ cursor: null, pageSize: SHOWN_FAILURES, filters: failed }, null),
    accounts.list(OLDEST),
    destinations.list(OLDEST),
    events.list({ cursor: null, pageSize: 1, filters: new Map() }, null),
  ]);
  const isFresh = someAccounts.count === 0 || someDestinations.count === 0 || someEvents.rows.length === 0;
  return {
    now: new Date().toISOString(),
    publicUrl: settings.publicUrl,
    traffic,
    backlog: { ...backlog, oldestAcceptedAt: backlog.oldestAcceptedAt?.toISOString() ?? null },
    troubled: { total: troubled.total, destinations: troubled.destinations.map(troubledView) },
    failures: failures.rows.map(deliveryLine).toSorted((one, other) => (one.at < other.at ? 1 : -1)),
    isFresh,
    firstSteps: isFresh || withSteps ? await firstSteps(services, someAccounts, someDestinations) : null,
  };
}

async function firstSteps(
  { deliveries }: PanelServices,
  { rows: [account] }: Awaited<ReturnType<PanelServices['accounts']['list']>>,
  { rows: [destination] }: Awaited<ReturnType<PanelServices['destinations']['list']>>,
): Promise<FirstStepsView> {
  const newest = { cursor: null, pageSize: SHOWN_ARRIVALS, filters: new Map<string, never>() };
  const { rows } = await deliveries.list(newest, null);
  return {
    account: account ? { id: account.account.account_id, name: account.account.account_name } : null,
    destination: destination
      ? {
          id: destination.destination.id,
          httpMethod: destination.destination.http_method,
          url: destination.destination.url,
        }
      : null,
    arrivals: rows.map(deliveryLine),
  };
}

function troubledView({ health, ...destination }: TroubledDestination): TroubledView {
  return { ...destination, health: healthView(health) };
}
