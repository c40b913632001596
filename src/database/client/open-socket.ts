import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type DatabaseTarget, modeFor } from '../../config/database-url.js';
import { type Endpoint, socketPath } from './endpoint.js';
import { explainTlsError, tlsOptions } from './tls-options.js';

/** SSLRequest of the protocol: its length and the number 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Opens a connection to one endpoint, encrypted as the URL wants it; what comes next is PostgreSQL's startup message.
 * Rejects with the reason of `signal` when that aborts, which leaves nothing open.
 */
export async function openSocket(target: DatabaseTarget, endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  const socket = connectPlain(target, endpoint);
  const abort = (): void => void socket.destroy(asError(signal.reason));
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await happens(socket, 'connect');
    return await encrypt(socket, target, endpoint);
  } catch (error) {
    socket.destroy();
    throw asError(error);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function connectPlain(target: DatabaseTarget, { host, address }: Endpoint): Socket {
  const socket = connectTcp(
    address.startsWith('/')
      ? { path: socketPath(address, host.port) }
      : {
          host: address,
          port: host.port,
          noDelay: true,
          keepAlive: target.keepAlive,
          keepAliveInitialDelay: target.keepAliveIdleMs,
        },
  );
  // Errors are reported by whoever waits; one that comes between two waits shows at the next.
  return socket.on('error', () => undefined);
}

async function encrypt(socket: Socket, target: DatabaseTarget, endpoint: Endpoint): Promise<Socket> {
  const mode = modeFor(target, endpoint.host);
  if (mode === 'disable') return socket;
  if (!target.tls.direct && !(await offersTls(socket))) {
    if (mode === 'allow' || mode === 'prefer') return socket;
    throw new Error(`the server offers no TLS, but sslmode=${mode} needs it`);
  }
  const options = await tlsOptions(target, endpoint.host, mode);
  const secure = connectTls({ ...options, socket });
  secure.on('error', () => undefined);
  try {
    await happens(secure, 'secureConnect');
  } catch (error) {
    secure.destroy();
    throw explainTlsError(error, endpoint.host);
  }
  return secure;
}

/** Asks the server. More than its one byte, sent before encryption began, would be a forger's. */
async function offersTls(socket: Socket): Promise<boolean> {
  const answered = new Promise<Buffer>((resolve) => {
    socket.once('data', resolve);
  });
  socket.write(SSL_REQUEST);
  const answer = await Promise.race([answered, fails(socket)]);
  const letter = answer.toString('latin1');
  if (letter === 'S') return true;
  if (letter === 'N') return false;
  throw new Error('the server did not answer to the request for TLS as PostgreSQL does');
}

/** Rejects when the socket fails or ends before the event. */
async function happens(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  const happened = new Promise<void>((resolve) => {
    socket.once(event, () => resolve());
  });
  await Promise.race([happened, fails(socket)]);
}

function fails(socket: Socket): Promise<never> {
  return new Promise((_resolve, reject) => {
    socket.once('error', reject);
    socket.once('end', () => reject(new Error('the server closed the connection')));
    socket.once('close', () => reject(new Error('the server closed the connection')));
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
