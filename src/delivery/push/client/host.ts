import { isIP } from 'node:net';

/** The port a connection for this URL goes to. */
export function portOf({ port, protocol }: { readonly port: string; readonly protocol: string }): number {
  // Port 0 is no default: nothing can be reached there.
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** The address a URL's hostname is, without brackets, or null when it is a name. The URL parser has made it canonical. */
export function literalAddress(hostname: string): string | null {
  const ip = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(ip) === 0 ? null : ip;
}
