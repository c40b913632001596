import { ACCOUNT_LIST } from '../accounts/accounts.service.js';
import { parseListQuery } from '../common/list-query.js';
import type { Overview } from './overview.js';
import type { PanelServices } from './panel-services.js';

export async function overview({ accounts, settings }: PanelServices): Promise<Overview> {
  const { count } = await accounts.list(parseListQuery({ page_size: '1' }, ACCOUNT_LIST));
  return { accounts: count, destinations: 0, disabled: [], publicUrl: settings.publicUrl };
}
