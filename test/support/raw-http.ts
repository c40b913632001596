import { connect, type Socket } from 'node:net';

/** Sends bytes to an HTTP server and reads until it closes, or says nothing for so long. */
export async function sendRaw(
  url: string,
  bytes: string | Buffer,
  patienceMs = 30_000,
): Promise<{ status: number; head: string; body: string }> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on('error', () => undefined);
  socket.write(bytes);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await new Promise((resolve) => {
    socket.once('close', resolve);
    socket.setTimeout(patienceMs, () => socket.destroy());
  });
  const [head = '', body = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body };
}

/** Resolves when the connection is closed, be it by a reset, which `once` of node:events would reject for. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('error', () => undefined).once('close', () => resolve()));
}
