import { panelApi } from '../panel-api.ts';

export const { getJson, postJson } = panelApi('/admin/api/console');
