import { randomUUID } from 'node:crypto';
import { type DnsServer, startDnsServer } from '../support/dns-server.js';
import { type Answer, type Receiver, type ReceivedRequest, startReceiver } from '../support/receiver.js';

/** Addresses of the loopback network of Linux: the one may not be reached by destinations, the other two may. */
export const INSIDE = '127.0.0.1';
export const OUTSIDE = '127.0.0.2';
const NOBODY = '127.0.0.3';
export const ALLOWED = '127.0.0.2/31';

/** What only who reaches the inside can know. */
export const INSIDE_SECRET = 'known inside only';

/** What names under these domains stand for; each name of its own is looked up anew. */
const DOMAINS: Readonly<Record<string, (time: number) => readonly string[]>> = {
  'inside.test': () => [INSIDE],
  'outside.test': () => [OUTSIDE],
  // An attacker's name server, whose answers live for no time: another one when it is asked again.
  'rebinding.test': (time) => (time === 1 ? [OUTSIDE] : [INSIDE]),
  // Nobody listens at the first, so that whoever connects goes on to the second.
  'mixed.test': () => [NOBODY, INSIDE],
};

/** A service that must not be reached, one of the attacker's, and the attacker's name server. */
export interface Network {
  readonly dns: DnsServer;
  readonly inside: Receiver;
  /** On the same port. Under `/redirect` it leads to the inside. */
  readonly outside: Receiver;
  readonly port: number;
  close(): Promise<void>;
}

export async function startNetwork(): Promise<Network> {
  const dns = await startDnsServer((name, time) => DOMAINS[name.slice(name.indexOf('.') + 1)]?.(time) ?? null);
  const inside = await startReceiver({ host: INSIDE, answer: { body: INSIDE_SECRET } });
  const { port } = inside;
  const answer = ({ url }: ReceivedRequest): Answer =>
    url.startsWith('/redirect')
      ? { status: 307, headers: { location: `http://${INSIDE}:${port}${url.slice('/redirect'.length)}` } }
      : {};
  const outside = await startReceiver({ host: OUTSIDE, port, answer });
  const close = async (): Promise<void> => {
    await Promise.all([dns.close(), inside.close(), outside.close()]);
  };
  return { dns, inside, outside, port, close };
}

/** A path by which the requests of one attack are known. */
export function newPath(): string {
  return `/${randomUUID()}`;
}

/** A name that was never looked up. */
export function newName(domain: string): string {
  return `${randomUUID()}.${domain}`;
}

export function requestsTo({ requests }: Receiver, path: string): ReceivedRequest[] {
  return requests.filter(({ url }) => url === path);
}
