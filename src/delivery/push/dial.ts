import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { type AddressPolicy, literalAddress } from './address-policy.js';

export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface DialerOptions {
  readonly policy: AddressPolicy;
  readonly resolve?: Resolve;
  /** Certificate authorities to trust in place of Node's own. */
  readonly ca?: ConnectionOptions['ca'];
}

/** What undici asks a connection for. */
export interface DialTarget {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}

/** The policy forbids an address the destination has. */
export class AddressBlockedError extends Error {
  constructor(
    readonly address: string | null,
    readonly kind: string,
  ) {
    super(kind.replaceAll('_', ' '));
    this.name = 'AddressBlockedError';
  }
}

/** The making of one connection, to be watched and called off. */
export class Dial {
  phase: 'dns' | 'connect' | 'tls' | 'ready' = 'dns';
  /** The address being tried while there is only one, then the peer's. */
  address: string | null = null;
  readonly startedAt = performance.now();
  readonly timings: { dns?: number; connect?: number; tls?: number } = {};
  private socket: Socket | null = null;
  private cancelled = false;
  private phaseStartedAt = this.startedAt;

  /** Moves on to the next phase and notes what the one before took. */
  enter(phase: Dial['phase']): void {
    const now = performance.now();
    if (this.phase !== 'ready') this.timings[this.phase] = now - this.phaseStartedAt;
    this.phase = phase;
    this.phaseStartedAt = now;
  }

  watch(socket: Socket): void {
    this.socket = socket;
    if (this.cancelled) socket.destroy();
  }

  cancel(): void {
    this.cancelled = true;
    this.socket?.destroy();
  }
}

/** Bounds the memory of sessions; each spares a later connection half of its handshake. */
const MAX_TLS_SESSIONS = 500;
const TCP_KEEP_ALIVE_MS = 60_000;

/**
 * Opens connections, only to addresses the policy allows. Every address of a name is checked, and one bad address
 * refuses all: a name that mixes them is an attack or a mistake. What was checked is what is connected to; a name is
 * not looked up a second time.
 */
export class Dialer {
  private readonly policy: AddressPolicy;
  private readonly resolve: Resolve;
  private readonly ca: ConnectionOptions['ca'];
  private readonly sessions = new Map<string, Buffer>();

  constructor(options: DialerOptions) {
    this.policy = options.policy;
    this.resolve = options.resolve ?? systemResolver();
    this.ca = options.ca;
  }

  /** Throws {@link AddressBlockedError}, or what Node's resolver and sockets throw. */
  async open(target: DialTarget, dial: Dial): Promise<Socket> {
    const addresses = await this.addressesOf(target.hostname, dial);
    for (const { address } of addresses) {
      const kind = this.policy.check(address);
      if (kind !== null) throw new AddressBlockedError(address, kind);
    }
    const [first] = addresses;
    if (!first) throw Object.assign(new Error('The name has no address'), { code: 'ENODATA' });
    if (addresses.length === 1) dial.address = first.address;
    const socket =
      target.protocol === 'https:' ? this.tls(target, addresses, dial) : connectTcp(route(target, addresses));
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS).setNoDelay(true);
    dial.watch(socket);
    await connected(socket, target.protocol === 'https:', dial);
    return socket;
  }

  private async addressesOf(hostname: string, dial: Dial): Promise<readonly LookupAddress[]> {
    const literal = literalAddress(hostname);
    if (literal !== null) {
      dial.phase = 'connect';
      return [{ address: literal, family: literal.includes(':') ? 6 : 4 }];
    }
    const local = this.policy.localAddresses(hostname);
    if (local?.length === 0) throw new AddressBlockedError(null, 'loopback');
    const addresses = local
      ? local.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      : await this.resolve(hostname);
    dial.enter('connect');
    return addresses;
  }

  private tls(target: DialTarget, addresses: readonly LookupAddress[], dial: Dial): Socket {
    const key = `${target.hostname}:${target.port}`;
    const name = target.hostname.replace(/\.$/, '');
    const socket = connectTls({
      ...route(target, addresses),
      ...(literalAddress(name) === null && { servername: name }),
      ...(this.ca !== undefined && { ca: this.ca }),
      session: this.sessions.get(key),
      ALPNProtocols: ['http/1.1'],
    });
    socket.once('connect', () => dial.enter('tls'));
    socket.on('session', (session) => this.remember(key, session));
    return socket;
  }

  private remember(key: string, session: Buffer): void {
    this.sessions.delete(key);
    this.sessions.set(key, session);
    if (this.sessions.size <= MAX_TLS_SESSIONS) return;
    for (const oldest of this.sessions.keys()) {
      this.sessions.delete(oldest);
      return;
    }
  }
}

/** One address: connect to it. Several: let Node try them in turn (RFC 8305), with the list that was checked. */
function route({ hostname, port, protocol }: DialTarget, addresses: readonly LookupAddress[]) {
  const number = Number(port) || (protocol === 'https:' ? 443 : 80);
  const [first] = addresses;
  if (first && addresses.length === 1) return { host: first.address, port: number };
  return {
    host: hostname,
    port: number,
    autoSelectFamily: true,
    lookup: (_name: string, _options: object, callback: (error: null, found: LookupAddress[]) => void) =>
      callback(null, [...addresses]),
  };
}

async function connected(socket: Socket, secure: boolean, dial: Dial): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    const closed = (): void => reject(Object.assign(new Error('closed while connecting'), { code: 'ECONNRESET' }));
    socket.once('error', failed).once('close', closed);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      socket.off('close', closed);
      dial.enter('ready');
      dial.address = socket.remoteAddress ?? dial.address;
      resolve();
    });
  });
}

/**
 * The system's resolver, asked once at a time for each name: getaddrinfo holds one of Node's few worker threads, and a
 * name server that does not answer must not hold them all.
 */
function systemResolver(): Resolve {
  const underWay = new Map<string, Promise<readonly LookupAddress[]>>();
  return (hostname) => {
    const known = underWay.get(hostname);
    if (known) return known;
    const found = lookup(hostname, { all: true }).finally(() => underWay.delete(hostname));
    underWay.set(hostname, found);
    return found;
  };
}
