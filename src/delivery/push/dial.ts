import type { LookupAddress } from 'node:dns';
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { remember } from '../../common/remember.js';
import { type AddressPolicy, literalAddress, portOf } from './address-policy.js';
import { createResolver, type Resolve } from './dns/resolve.js';
import { EgressProxy } from './egress-proxy.js';

export interface DialerOptions {
  readonly policy: AddressPolicy;
  readonly resolve?: Resolve;
  /** The URL of an http proxy through which everything goes. */
  readonly proxy?: string | null;
  /** Certificate authorities to trust in place of Node's own. */
  readonly ca?: ConnectionOptions['ca'];
}

/** Where to; a URL is one. */
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

/** The policy forbids the destination's port. */
export class PortBlockedError extends Error {
  constructor(readonly port: number) {
    super(`port ${port}`);
    this.name = 'PortBlockedError';
  }
}

/** The making of one connection, to be watched and called off. */
export class Dial {
  phase: 'dns' | 'connect' | 'tls' | 'ready' = 'dns';
  /** The address being tried while there is only one, then the peer's. */
  address: string | null = null;
  cancelled = false;
  readonly startedAt = performance.now();
  readonly timings: { dns?: number; connect?: number; tls?: number } = {};
  private socket: Socket | null = null;
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
  }

  cancel(): void {
    this.cancelled = true;
    this.socket?.destroy();
  }
}

type Receive = (bytes: Buffer) => void;

/** Most answers fit; a stream would allocate 64 KiB for each of them. */
const READ_BYTES = 4_096;

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
  private readonly proxy: EgressProxy | null;
  private readonly ca: ConnectionOptions['ca'];
  private readonly sessions = new Map<string, Buffer>();

  constructor(options: DialerOptions) {
    this.policy = options.policy;
    this.resolve = options.resolve ?? createResolver();
    this.proxy = options.proxy ? new EgressProxy(options.proxy) : null;
    this.ca = options.ca;
  }

  /**
   * `receive` is given what comes, only valid during the call. Throws {@link AddressBlockedError},
   * {@link PortBlockedError}, or what Node's resolver and sockets throw.
   */
  async open(target: DialTarget, dial: Dial, receive: Receive): Promise<Socket> {
    const port = portOf(target);
    if (!this.policy.allowsPort(port)) throw new PortBlockedError(port);
    const socket = this.proxy
      ? await this.throughProxy(this.proxy, target, dial, receive)
      : await this.direct(target, dial, receive);
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS).setNoDelay(true);
    return socket;
  }

  private async direct(target: DialTarget, dial: Dial, receive: Receive): Promise<Socket> {
    const addresses = await this.addressesOf(target.hostname, dial);
    for (const { address } of addresses) {
      const kind = this.policy.check(address);
      if (kind !== null) throw new AddressBlockedError(address, kind);
    }
    const [first] = addresses;
    if (!first) throw Object.assign(new Error('The name has no address'), { code: 'ENODATA' });
    if (dial.cancelled) throw new Error('Called off while the name was looked up');
    if (addresses.length === 1) dial.address = first.address;
    const to = route(target, addresses);
    const secure = target.protocol === 'https:';
    const socket = secure ? this.tls(target, to, dial) : connectTcp({ ...to, onread: intoOneBuffer(receive) });
    if (secure) socket.on('data', receive);
    dial.watch(socket);
    await connected(socket, secure ? 'secureConnect' : 'connect', dial);
    return socket;
  }

  /**
   * The proxy looks the name up, so only what stands in the URL is checked here: what a name resolves to is for the
   * proxy to check. The address that is noted is the proxy's.
   */
  private async throughProxy(proxy: EgressProxy, target: DialTarget, dial: Dial, receive: Receive): Promise<Socket> {
    this.checkWithoutLookup(target.hostname);
    dial.enter('connect');
    const way = { hostname: proxy.hostname, port: proxy.port, protocol: 'http:' };
    const literal = literalAddress(proxy.hostname);
    const addresses = literal === null ? await this.resolve(proxy.hostname) : [toAddress(literal)];
    if (dial.cancelled) throw new Error('Called off while the proxy was looked up');
    const tunnel = await proxy.connect(`${target.hostname}:${portOf(target)}`, route(way, addresses), (socket) =>
      dial.watch(socket),
    );
    if (target.protocol === 'https:') {
      dial.enter('tls');
      const socket = this.tls(target, { socket: tunnel }, dial);
      dial.watch(socket);
      await connected(socket.on('data', receive), 'secureConnect', dial);
      dial.address = tunnel.remoteAddress ?? null;
      return socket;
    }
    dial.enter('ready');
    dial.address = tunnel.remoteAddress ?? null;
    return tunnel.on('data', receive);
  }

  private checkWithoutLookup(hostname: string): void {
    const literal = literalAddress(hostname);
    const kind = literal === null ? null : this.policy.check(literal);
    if (kind !== null) throw new AddressBlockedError(literal, kind);
    if (this.policy.localAddresses(hostname)?.length === 0) throw new AddressBlockedError(null, 'loopback');
  }

  private async addressesOf(hostname: string, dial: Dial): Promise<readonly LookupAddress[]> {
    const literal = literalAddress(hostname);
    if (literal !== null) {
      dial.phase = 'connect';
      return [toAddress(literal)];
    }
    const local = this.policy.localAddresses(hostname);
    if (local?.length === 0) throw new AddressBlockedError(null, 'loopback');
    const addresses = local ? local.map(toAddress) : await this.resolve(hostname);
    dial.enter('connect');
    return addresses;
  }

  private tls(target: DialTarget, way: ConnectionOptions, dial: Dial): Socket {
    const key = `${target.hostname}:${target.port}`;
    const name = target.hostname.replace(/\.$/, '');
    const socket = connectTls({
      ...way,
      ...(literalAddress(name) === null && { servername: name }),
      ...(this.ca !== undefined && { ca: this.ca }),
      session: this.sessions.get(key),
      ALPNProtocols: ['http/1.1'],
    });
    socket.once('connect', () => dial.enter('tls'));
    socket.on('session', (session) => remember(this.sessions, key, session, MAX_TLS_SESSIONS));
    return socket;
  }
}

/** One address: connect to it. Several: let Node try them in turn (RFC 8305), with the list that was checked. */
function route(target: DialTarget, addresses: readonly LookupAddress[]) {
  const port = portOf(target);
  const [first] = addresses;
  if (first && addresses.length === 1) return { host: first.address, port };
  return {
    host: target.hostname,
    port,
    autoSelectFamily: true,
    lookup: (_name: string, _options: object, callback: (error: null, found: LookupAddress[]) => void) =>
      callback(null, [...addresses]),
  };
}

function intoOneBuffer(receive: Receive): OnReadOpts {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  return {
    buffer,
    callback: (length) => {
      receive(buffer.subarray(0, length));
      return true;
    },
  };
}

async function connected(socket: Socket, event: 'connect' | 'secureConnect', dial: Dial): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    const closed = (): void => reject(Object.assign(new Error('closed while connecting'), { code: 'ECONNRESET' }));
    socket.once('error', failed).once('close', closed);
    socket.once(event, () => {
      socket.off('close', closed);
      dial.enter('ready');
      dial.address = socket.remoteAddress ?? dial.address;
      resolve();
    });
  });
}

function toAddress(address: string): LookupAddress {
  return { address, family: isIP(address) };
}
