import { panelApi, PanelError } from '../panel-api.ts';

const BASE = '/admin/api/ledger';
const api = panelApi(BASE);

export function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return explained(api.getJson<T>(path, signal));
}

export function postJson<T>(path: string, body?: object): Promise<T> {
  return explained(api.postJson<T>(path, body));
}

/** The address of a file to download. */
export function downloadUrl(path: string): string {
  return BASE + path;
}

/** Of the ledger one can ask what takes too long. */
function explained<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    if (!(error instanceof PanelError) || error.status !== 503) throw error;
    throw new PanelError('The database is away, or this takes too long: narrow the filter, by a time for one.', 503);
  });
}
