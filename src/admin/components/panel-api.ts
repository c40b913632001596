/** What the server refused, in its words; `errors` by field where it names some. */
export class PanelError extends Error {
  constructor(
    message: string,
    readonly status: number | null = null,
    readonly errors: Readonly<Record<string, readonly string[]>> = {},
  ) {
    super(message);
    this.name = 'PanelError';
  }
}

export interface PanelApi {
  readonly getJson: <T>(path: string, signal?: AbortSignal) => Promise<T>;
  /** Everything that changes something goes this way. */
  readonly postJson: <T>(path: string, body?: object) => Promise<T>;
}

/** The routes under `base`. */
export function panelApi(base: string): PanelApi {
  return {
    getJson: (path, signal) => send(base + path, signal ? { signal } : {}),
    postJson: (path, body = {}) => {
      const headers = { 'content-type': 'application/json' };
      return send(base + path, { method: 'POST', headers, body: JSON.stringify(body) });
    },
  };
}

export function messageOf(error: unknown): string {
  return error instanceof PanelError ? error.message : 'Something went wrong in this page. Reload it.';
}

async function send<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, init).catch((error: unknown) => {
    if (init.signal?.aborted === true) throw error;
    throw new PanelError('The service did not answer.');
  });
  // before.ts leads to the login.
  if (response.status === 401) window.dispatchEvent(new Event('session-ended'));
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const body: unknown = isJson ? await response.json() : null;
  if (response.ok) return body as T;
  const { error, errors } = (body ?? {}) as { error?: string; errors?: Record<string, string[]> };
  throw new PanelError(error ?? `The service answered ${response.status}.`, response.status, errors);
}
