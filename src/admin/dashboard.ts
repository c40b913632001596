import { booleanFilter, parseListQuery, type ListSpec } from '../common/list-query.js';
import type { Overview } from './overview.js';
import type { PanelServices } from './panel-services.js';

const SHOWN_DISABLED = 10;
const NEWEST: ListSpec = { ordering: ['updated_at'], filters: { enabled: booleanFilter } };

export async function overview({ accounts, destinations, settings }: PanelServices): Promise<Overview> {
  const [allAccounts, allDestinations, disabled] = await Promise.all([
    accounts.list(parseListQuery({ page_size: '1' }, NEWEST)),
    destinations.list(parseListQuery({ page_size: '1' }, NEWEST)),
    destinations.list(parseListQuery({ page_size: String(SHOWN_DISABLED), enabled: 'false' }, NEWEST)),
  ]);
  return {
    accounts: allAccounts.count,
    destinations: allDestinations.count,
    disabledCount: disabled.count,
    disabled: disabled.rows.map(({ destination }) => ({
      id: destination.id,
      url: destination.url,
      reason: destination.disabled_reason ?? '',
    })),
    publicUrl: settings.publicUrl,
  };
}
