import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** `silent`: swallows every byte and every FIN, and takes connections that it never serves. `closed`: resets and refuses. */
type Manner = 'open' | 'silent' | 'closed';

interface Pair {
  readonly near: Socket;
  /** Null while the relay is silent: the connection waits, as a SYN that nobody answers. */
  far: Socket | null;
}

/**
 * A link between two machines, as a TCP relay on the loopback. A silent link keeps its connections: they go on when it
 * is opened again, as TCP does after a partition, unless one of their ends has gone meanwhile.
 */
export class Relay {
  private readonly pairs = new Set<Pair>();
  private manner: Manner = 'open';

  private constructor(
    private readonly server: Server,
    public readonly port: number,
    /** The port that new connections are led to; it may change. */
    public target: number,
  ) {
    server.on('connection', (near) => this.take(near));
  }

  static async open(target: number): Promise<Relay> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    // The tool may end while a relay is open.
    server.unref();
    return new Relay(server, (server.address() as AddressInfo).port, target);
  }

  set(manner: Manner): void {
    if (this.manner === manner) return;
    this.manner = manner;
    for (const pair of this.pairs) {
      if (manner === 'closed') this.end(pair);
      else if (manner === 'silent') hush(pair);
      else this.resume(pair);
    }
  }

  close(): void {
    this.set('closed');
    this.server.close();
  }

  private take(near: Socket): void {
    if (this.manner === 'closed') {
      near.resetAndDestroy();
      return;
    }
    const pair: Pair = { near, far: null };
    this.pairs.add(pair);
    this.watch(near, pair);
    near.pause();
    if (this.manner === 'open') this.resume(pair);
  }

  private resume(pair: Pair): void {
    const { near } = pair;
    if (near.destroyed || pair.far?.destroyed) {
      this.end(pair);
      return;
    }
    if (pair.far === null) {
      pair.far = connect(this.target, '127.0.0.1').setNoDelay(true);
      near.setNoDelay(true);
      this.watch(pair.far, pair);
    }
    near.pipe(pair.far);
    pair.far.pipe(near);
  }

  private watch(socket: Socket, pair: Pair): void {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.manner !== 'silent') this.end(pair);
    });
  }

  private end(pair: Pair): void {
    this.pairs.delete(pair);
    for (const socket of [pair.near, pair.far]) if (socket && !socket.destroyed) socket.resetAndDestroy();
  }
}

function hush({ near, far }: Pair): void {
  for (const socket of [near, far]) socket?.unpipe().pause();
}
