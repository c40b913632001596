import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface HttpProxy {
  readonly port: number;
  /** What was asked for, as `host:port`, with the credentials that came along. */
  readonly asked: { readonly authority: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/** A proxy that makes tunnels, always to 127.0.0.1 whatever the host; or answers with `status` and makes none. */
export async function startProxy(status = 200): Promise<HttpProxy> {
  const asked: HttpProxy['asked'] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', ({ url = '', headers }, near: Socket) => {
    asked.push({ authority: url, authorization: headers['proxy-authorization'] });
    sockets.add(near);
    near.on('error', () => undefined);
    if (status !== 200) {
      near.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const far = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    sockets.add(far);
    far.on('error', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
