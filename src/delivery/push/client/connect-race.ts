import { isIP, type Socket } from 'node:net';

/** RFC 8305, section 5: how long the newest attempt has for itself before the next address is tried beside it. */
const ATTEMPT_DELAY_MS = 250;
/** When every address so far has refused, those that are still being looked up have so long to come. */
const LATE_ADDRESS_MS = 1_000;
/** Bounds the sockets that one name can make us open. */
const MAX_ADDRESSES = 16;

/**
 * Connects to the first of several addresses that accepts (RFC 8305). Unlike Node's `autoSelectFamily` it gives up no
 * attempt when the next one starts, so a handshake may take as long as the request's deadline allows.
 */
export class ConnectRace {
  private readonly queue: string[];
  private readonly running = new Set<Socket>();
  private readonly errors: Error[] = [];
  private timer: NodeJS.Timeout | null = null;
  private started = 0;
  private isOver = false;
  private settle: { resolve: (socket: Socket) => void; reject: (error: Error) => void } | null = null;

  /**
   * `open` begins a connection to an address. `later`: addresses that are still being looked up; it must not reject.
   */
  constructor(
    addresses: readonly string[],
    private later: Promise<readonly string[]> | null,
    private readonly open: (address: string) => Socket,
  ) {
    this.queue = interleaved(addresses);
  }

  /** Rejects with an AggregateError when no address accepted. */
  run(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      void this.later?.then((found) => this.add(found));
      this.next();
    });
  }

  /** Closes everything that has not won. */
  destroy(): void {
    this.isOver = true;
    if (this.timer) clearTimeout(this.timer);
    for (const socket of this.running) socket.destroy();
    this.running.clear();
  }

  private add(found: readonly string[]): void {
    this.later = null;
    if (this.isOver) return;
    this.queue.push(...found);
    // The newest attempt keeps its head start.
    if (this.running.size === 0 || this.timer === null) this.next();
  }

  private next(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const address = this.started < MAX_ADDRESSES ? this.queue.shift() : undefined;
    if (address === undefined) return this.lose();
    this.started++;
    this.try(address);
    this.timer = setTimeout(() => this.next(), ATTEMPT_DELAY_MS);
  }

  private try(address: string): void {
    const socket = this.open(address);
    const failed = (error: Error): void => {
      if (this.isOver || !this.running.delete(socket)) return;
      this.errors.push(error);
      this.next();
    };
    this.running.add(socket);
    // Stays for as long as the socket lives: an error after the race must not end the process.
    socket.on('error', failed);
    socket.once('connect', () => {
      // Out of what destroy() closes, unless the race is over.
      if (!this.running.delete(socket)) return;
      this.destroy();
      this.settle?.resolve(socket);
    });
  }

  /** Nothing is left to start: over if nothing is running or to come either. */
  private lose(): void {
    if (this.isOver || this.running.size > 0) return;
    if (this.later === null) return this.fail();
    // Else a name server that is silent for one family would make a refusal look like a time-out.
    this.timer = setTimeout(() => this.fail(), LATE_ADDRESS_MS);
  }

  private fail(): void {
    this.destroy();
    this.settle?.reject(new AggregateError(this.errors, 'no address accepted a connection'));
  }
}

/** One of each family in turn, beginning with the first one's (RFC 8305, section 4). */
function interleaved(addresses: readonly string[]): string[] {
  const first = addresses.filter((address) => isIP(address) === isIP(addresses[0] ?? ''));
  const other = addresses.filter((address) => !first.includes(address));
  return addresses.flatMap((_address, index) => [...first.slice(index, index + 1), ...other.slice(index, index + 1)]);
}
