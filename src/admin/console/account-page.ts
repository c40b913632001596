import { parseListQuery } from '../../common/list-query.js';
import type { Span } from '../../delivery/statistics/statistics.service.js';
import type { DestinationView } from '../../destinations/destinations.service.js';
import type { PanelServices } from '../panel-services.js';
import { healthView } from './present.js';
import type { AccountPage, OwnedDestination } from './views.js';

/** As many as an account may have, unless MAX_DESTINATIONS was raised. */
const SHOWN_DESTINATIONS = 100;
const OLDEST_FIRST = parseListQuery(
  { page_size: String(SHOWN_DESTINATIONS), ordering: 'created_at' },
  { ordering: ['created_at'], filters: {} },
);

/** What changes on the page of an account while one looks at it. Throws `not_found`. */
export async function accountPage(
  { accounts, destinations, statistics }: PanelServices,
  id: string,
  span: Span,
): Promise<AccountPage> {
  const [, page, traffic] = await Promise.all([
    accounts.get(id),
    destinations.list(OLDEST_FIRST, { scope: id }),
    statistics.traffic(id, span),
  ]);
  const ids = page.rows.map(({ destination }) => destination.id);
  const healths = await statistics.healths(ids);
  return {
    now: new Date().toISOString(),
    traffic,
    total: page.count,
    destinations: page.rows.flatMap((row) => {
      const health = healths.get(row.destination.id);
      return health ? [{ ...owned(row), health: healthView(health) }] : [];
    }),
  };
}

function owned({ destination }: DestinationView): Omit<OwnedDestination, 'health'> {
  return {
    id: destination.id,
    url: destination.url,
    httpMethod: destination.http_method,
    description: destination.description,
    eventTypes: destination.event_types,
    enabled: destination.enabled,
    disabledReason: destination.disabled_reason,
  };
}
