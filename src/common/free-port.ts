import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { errorCode } from './error-code.js';

/** Below the range from which systems take the local ports of outgoing connections, so that none takes it from us. */
const LOWEST = 15_000;
const HIGHEST = 32_000;

/** A TCP port on which nothing listens right now at `host`. */
export async function findFreePort(host: string): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await canListen(host, port)) return port;
  }
  throw new Error(`No free port found at ${host}`);
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (errorCode(error) === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
