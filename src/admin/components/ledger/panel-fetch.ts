import { PanelError } from '../console/panel-api.ts';

const BASE = '/admin/api/ledger';

export function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request(path, signal ? { signal } : {});
}

export function postJson<T>(path: string, body: object = {}): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return request(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** The address of a file to download. */
export function downloadUrl(path: string): string {
  return BASE + path;
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(BASE + path, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new PanelError('The service can not be reached. Check the connection, then try again.');
  }
  if (response.status === 401) {
    location.assign(`/admin/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  const text = await response.text();
  const answer: unknown = /[/+]json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : null;
  if (response.ok) return answer as T;
  const told = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null;
  if (response.status === 503) {
    throw new PanelError('The database is away, or this takes too long: narrow the filter, by a time for one.');
  }
  throw new PanelError(typeof told === 'string' ? told : `The service answered ${response.status}.`);
}

export function messageOf(error: unknown): string {
  return error instanceof PanelError ? error.message : 'Something went wrong in this page. Reload it.';
}
