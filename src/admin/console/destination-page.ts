import type { Span } from '../../delivery/statistics/statistics.service.js';
import type { PanelServices } from '../panel-services.js';
import { attemptLine, healthView } from './present.js';
import type { DestinationPage } from './views.js';

const SHOWN_ATTEMPTS = 15;

/** What changes on the page of a destination while one looks at it. Throws `not_found`. */
export async function destinationPage(
  { destinations, deliveries, statistics }: PanelServices,
  id: string,
  span: Span,
): Promise<DestinationPage> {
  const [{ destination }, traffic, health, counts, attempts] = await Promise.all([
    destinations.get(id),
    statistics.traffic(id, span),
    statistics.health(id),
    statistics.unfinishedBusiness(id),
    deliveries.latestAttempts(id, SHOWN_ATTEMPTS),
  ]);
  return {
    now: new Date().toISOString(),
    enabled: destination.enabled,
    disabledReason: destination.disabled_reason,
    traffic,
    health: healthView(health),
    ...counts,
    attempts: attempts.map(attemptLine),
  };
}
