import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { remember } from '../../../common/remember.js';
import { ConnectRace } from './connect-race.js';
import type { Dial } from './dial.js';
import { createResolver, type Found, type Resolve } from './dns/resolve.js';
import type { ConnectionGuard } from './guard.js';
import { literalAddress, portOf } from './host.js';
import { ProxyTunnel } from './tunnel.js';

export interface DialerOptions {
  readonly guard: ConnectionGuard;
  readonly resolve?: Resolve;
  /** The URL of an http proxy through which everything goes. */
  readonly proxy?: string | null;
  /** Certificate authorities to trust in place of Node's own. */
  readonly ca?: ConnectionOptions['ca'];
}

/** A host to connect to; a URL is one. */
export interface DialTarget {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}

/** Is given what comes, only valid during the call; null: the socket is left unread. */
type Receive = ((bytes: Buffer) => void) | null;

/** Most answers fit; a stream would allocate 64 KiB for each of them. */
const READ_BYTES = 4_096;

/** Bounds the memory of sessions; each spares a later connection half of its handshake. */
const MAX_TLS_SESSIONS = 500;
const TCP_KEEP_ALIVE_MS = 60_000;

/**
 * Opens connections, only to addresses the guard allows. Every address of a name is checked, and one bad address
 * refuses all: a name that mixes them is an attack or a mistake. What was checked is what is connected to; a name is
 * not looked up a second time.
 */
export class Dialer {
  private readonly guard: ConnectionGuard;
  private readonly resolve: Resolve;
  private readonly proxy: ProxyTunnel | null;
  private readonly ca: ConnectionOptions['ca'];
  private readonly sessions = new Map<string, Buffer>();

  constructor(options: DialerOptions) {
    this.guard = options.guard;
    this.resolve = options.resolve ?? createResolver();
    this.proxy = options.proxy ? new ProxyTunnel(options.proxy) : null;
    this.ca = options.ca;
  }

  /** Throws what guard, resolver and sockets throw. */
  async open(target: DialTarget, dial: Dial, receive: Receive): Promise<Socket> {
    this.guard.checkPort(portOf(target));
    const socket = this.proxy
      ? await this.throughProxy(this.proxy, target, dial, receive)
      : await this.direct(target, dial, receive);
    dial.finish(socket);
    socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS).setNoDelay(true);
    return socket;
  }

  private async direct(target: DialTarget, dial: Dial, receive: Receive): Promise<Socket> {
    const { addresses, later } = await this.addressesOf(target.hostname, dial);
    for (const address of addresses) {
      this.guard.checkAddress(address);
    }
    const [first] = addresses;
    if (first === undefined) throw Object.assign(new Error('The name has no address'), { code: 'ENODATA' });
    if (dial.cancelled) throw new Error('Called off while the name was looked up');
    const found = { addresses, later: later && later.then((more) => this.allowed(more)) };
    const port = portOf(target);
    const isSecure = target.protocol === 'https:';
    const socket = await connectToAny(found, port, dial, isSecure ? null : receive);
    return isSecure ? await this.secure(target, socket, dial, receive) : socket;
  }

  /**
   * The proxy looks the name up, so only what stands in the URL is checked here: what a name resolves to is for the
   * proxy to check. The address that is noted is the proxy's.
   */
  private async throughProxy(proxy: ProxyTunnel, target: DialTarget, dial: Dial, receive: Receive): Promise<Socket> {
    const { hostname } = target;
    const literal = literalAddress(hostname);
    if (literal === null) this.guard.addressesOf(hostname);
    else this.guard.checkAddress(literal);
    dial.enter('connect');
    const found = await this.lookUp(proxy.hostname);
    if (dial.cancelled) throw new Error('Called off while the proxy was looked up');
    const tunnel = await proxy.open(`${hostname}:${portOf(target)}`, () => connectToAny(found, proxy.port, dial, null));
    dial.address = tunnel.remoteAddress ?? null;
    if (target.protocol === 'https:') return await this.secure(target, tunnel, dial, receive);
    return receive ? tunnel.on('data', receive) : tunnel;
  }

  private async addressesOf(hostname: string, dial: Dial): Promise<Found> {
    if (literalAddress(hostname) !== null) dial.phase = 'connect';
    const known = this.guard.addressesOf(hostname);
    const found = known ? { addresses: known, later: null } : await this.lookUp(hostname);
    if (dial.phase === 'dns') dial.enter('connect');
    return found;
  }

  private lookUp(hostname: string): Promise<Found> {
    const literal = literalAddress(hostname);
    return literal === null ? this.resolve(hostname) : Promise.resolve({ addresses: [literal], later: null });
  }

  /** Of addresses that came late: by now one that is allowed may have been connected to, so the others just go. */
  private allowed(addresses: readonly string[]): readonly string[] {
    return addresses.filter((address) => {
      try {
        this.guard.checkAddress(address);
        return true;
      } catch {
        return false;
      }
    });
  }

  /** Speaks TLS over a connection. */
  private async secure(target: DialTarget, plain: Socket, dial: Dial, receive: Receive): Promise<Socket> {
    dial.enter('tls');
    const key = `${target.hostname}:${target.port}`;
    const name = target.hostname.replace(/\.$/, '');
    const literal = literalAddress(name);
    const socket = connectTls({
      socket: plain,
      // What the certificate must be for. Without it Node compares with "localhost"; an address is not sent as SNI.
      ...(literal === null ? { servername: name } : { host: literal }),
      ...(this.ca !== undefined && { ca: this.ca }),
      session: this.sessions.get(key),
      ALPNProtocols: ['http/1.1'],
    });
    dial.watch(socket);
    socket.on('session', (session) => remember(this.sessions, key, session, MAX_TLS_SESSIONS));
    if (receive) socket.on('data', receive);
    await ready(socket, 'secureConnect');
    return socket;
  }
}

async function connectToAny({ addresses, later }: Found, port: number, dial: Dial, receive: Receive): Promise<Socket> {
  const [first = ''] = addresses;
  const open = (host: string): Socket => connectTcp({ host, port, ...(receive && { onread: intoOneBuffer(receive) }) });
  if (addresses.length > 1 || later) {
    const race = new ConnectRace(addresses, later, open);
    dial.watch(race);
    const winner = await race.run();
    dial.watch(winner);
    dial.address = winner.remoteAddress ?? null;
    return winner;
  }
  dial.address = first;
  const socket = open(first);
  dial.watch(socket);
  await ready(socket, 'connect');
  return socket;
}

function intoOneBuffer(receive: (bytes: Buffer) => void): OnReadOpts {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  return {
    buffer,
    callback: (length) => {
      receive(buffer.subarray(0, length));
      return true;
    },
  };
}

async function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void => reject(error);
    const closed = (): void => reject(Object.assign(new Error('closed while connecting'), { code: 'ECONNRESET' }));
    // Stays: an error of the socket below a TLS connection must not end the process.
    socket.on('error', failed).once('close', closed);
    socket.once(event, () => {
      socket.off('close', closed);
      resolve();
    });
  });
}
