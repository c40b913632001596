import type { Socket } from 'node:net';
import { Connection } from 'pg';

/** Opens the connection that the protocol is spoken over; rejects with the reason of `signal` when that aborts. */
export type OpenSocket = (signal: AbortSignal) => Promise<Socket>;

/** What `pg` has in its class, beyond what its types tell. */
interface Internals {
  stream: Socket;
  _connecting: boolean;
  attachListeners(stream: Socket): void;
}

/**
 * The protocol as `pg` speaks it, over a socket that we open: to a host that is chosen for each connection, with TLS as
 * libpq does it. It knows whether an answer is awaited, and can be cut off at any time.
 */
export class DatabaseConnection extends Connection {
  /** Statements sent and not yet answered to their end. */
  private awaited = 0;
  private awaitedSinceMs = 0;
  private readonly opening = new AbortController();
  private onSent: () => void = () => undefined;

  constructor(private readonly openSocket: OpenSocket) {
    // The socket that `pg` makes here is a placeholder; it is destroyed when connecting takes too long.
    super({ ssl: false });
    this.on('readyForQuery', () => {
      if (this.awaited > 0) this.awaited--;
    });
  }

  /** When the oldest answer that is awaited was asked for, as performance.now(); null: none is. */
  get busySinceMs(): number | null {
    return this.awaited > 0 ? this.awaitedSinceMs : null;
  }

  get bytesRead(): number {
    return this.stream.bytesRead;
  }

  declare readonly stream: Socket;

  /** Is told of each statement. */
  whenSent(listener: () => void): void {
    this.onSent = listener;
  }

  /** Called by `pg` with the host it knows, which is none. */
  connect(): void {
    const internals = this as unknown as Internals;
    const placeholder = this.stream;
    internals._connecting = true;
    placeholder.on('error', (error) => this.opening.abort(error));
    placeholder.on('close', () => this.opening.abort(new Error('connecting was broken off')));
    this.openSocket(this.opening.signal).then(
      (socket) => this.use(socket),
      (error: unknown) => {
        this.emit('error', error);
        this.emit('end');
      },
    );
  }

  private use(socket: Socket): void {
    const internals = this as unknown as Internals;
    if (this.opening.signal.aborted) socket.destroy();
    internals.stream = socket;
    let failed = false;
    socket.on('error', (error) => {
      failed = true;
      this.emit('error', error);
    });
    socket.on('close', () => {
      if (!failed && this.awaited > 0) this.emit('error', new Error('Connection terminated unexpectedly'));
      this.emit('end');
    });
    internals.attachListeners(socket);
    this.emit('connect');
  }

  /** Cuts the connection off: whoever waits for an answer gets `error`. Nothing is said to the server. */
  destroy(error: Error): void {
    this.opening.abort(error);
    this.stream.destroy(error);
  }

  override query(text: string): void {
    this.sent();
    super.query(text);
  }

  /** Ends what a prepared statement is made of. */
  override sync(): void {
    this.sent();
    super.sync();
  }

  private sent(): void {
    if (this.awaited++ === 0) this.awaitedSinceMs = performance.now();
    this.onSent();
  }
}
