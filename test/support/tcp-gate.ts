import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A door in front of a TCP server that can be shut, as when the server is away. */
export interface TcpGate {
  readonly port: number;
  shut(): Promise<void>;
  open(): Promise<void>;
  /**
   * From now on nothing comes through, in either direction, and nobody is told: as when the host behind has lost its power.
   * Connections are still taken, as by a host whose processes are frozen.
   */
  mute(): void;
  /** What is new comes through again; what was held back is lost. */
  unmute(): void;
}

export async function openGate(target: { host: string; port: number }): Promise<TcpGate> {
  const sockets = new Set<Socket>();
  let muted = false;
  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (muted) {
      sockets.add(near.on('error', () => undefined).on('close', () => sockets.delete(near)));
      near.resume();
      return;
    }
    const far = connect({ ...target, allowHalfOpen: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => muted || other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        if (!muted) other.destroy();
      });
      one.on('data', (bytes) => muted || other.write(bytes));
      one.on('end', () => muted || other.end());
    }
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    open: () => listen(port),
    mute: () => void (muted = true),
    unmute: () => {
      muted = false;
      for (const socket of sockets) socket.destroy();
    },
    shut: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
