interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly host?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isSafeMethod(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/**
 * Whether a request that changes something comes from a page of ours: by `Sec-Fetch-Site` where the browser sends it
 * and by `Origin`, which must be the public URL or the host that was asked. One without either comes from no browser
 * in use and is refused.
 */
export function isFromOurPages(headers: OriginHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  if (headers.origin === undefined) return site === 'same-origin';
  return isOurOrigin(headers.origin, headers.host, publicUrl);
}

function isOurOrigin(origin: string, host: string | undefined, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === new URL(publicUrl).origin || (host !== undefined && url.host === host.toLowerCase());
}

/** Whether a read of the panel's data was made by another site's page; its cookie would not be sent anyway. */
export function isForeignRead(headers: OriginHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** `next` when it is a page of the panel that may be shown after the login, else the panel's first page. */
export function pageAfterLogin(next: unknown): string {
  if (typeof next !== 'string' || !/^\/admin(?:[/?]|$)/.test(next) || /[\\\p{Cc}]/u.test(next)) return '/admin';
  const { pathname, search } = new URL(next, 'http://panel.invalid');
  return /^\/admin(?:\/(?:resources|pages)\/.*)?\/?$/.test(pathname) ? pathname + search : '/admin';
}
