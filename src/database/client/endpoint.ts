import type { DatabaseHost } from '../../config/database-url.js';

/** One place to connect to: a name may stand for several addresses. */
export interface Endpoint {
  readonly host: DatabaseHost;
  /** Address, or the folder of a Unix socket. */
  readonly address: string;
}

/** For people and for comparing: `db.example.com:5432 (192.0.2.1)`. */
export function describeEndpoint({ host, address }: Endpoint): string {
  if (address.startsWith('/')) return socketPath(address, host.port);
  const place = host.name.includes(':') ? `[${host.name}]:${host.port}` : `${host.name}:${host.port}`;
  return address === host.name ? place : `${place} (${address})`;
}

export function socketPath(folder: string, port: number): string {
  return `${folder}/.s.PGSQL.${port}`;
}
