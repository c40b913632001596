/** What the server refused, in its words; `errors` by field where it names some. */
export class PanelError extends Error {
  constructor(
    message: string,
    readonly errors: Readonly<Record<string, readonly string[]>> = {},
  ) {
    super(message);
    this.name = 'PanelError';
  }
}

const BASE = '/admin/api/console';

export function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return send<T>(path, { signal });
}

/** Everything that changes something goes this way. */
export function postJson<T>(path: string, body: object = {}): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  return send<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

export function messageOf(error: unknown): string {
  return error instanceof PanelError ? error.message : 'The service did not answer.';
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(BASE + path, init);
  if (response.status === 401) {
    // The session ended while the page was open: to the login, and back here afterwards.
    location.assign(`/admin/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
  const body = (await response.json()) as T & { error?: string; errors?: Record<string, string[]> };
  if (!response.ok) throw new PanelError(body.error ?? 'Something went wrong on our side.', body.errors);
  return body;
}
