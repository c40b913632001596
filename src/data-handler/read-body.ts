import type { IncomingMessage } from 'node:http';
import { Problem } from '../common/problem.js';

/**
 * How long what is too much is still read, and dropped: a connection closed with unread data on it is reset, and the
 * sender may lose the answer that tells why.
 */
const LINGER_MS = 10_000;
/** Who has sent nothing for so long waits for the answer. */
const QUIET_MS = 2_000;

/** Reads a request's body as it is, at most `maxBytes`. Beyond that it rejects. */
export function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(message.headers['content-length']) > maxBytes) return refuse(message, maxBytes);
  // Its client may have gone while its token was looked up; nothing is emitted for that any more.
  if (message.destroyed && !message.readableEnded) return Promise.reject(endedEarly());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const collect = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      message.off('data', collect);
      refuse(message, maxBytes).catch(reject);
    };
    message.on('data', collect);
    message.on('error', () => undefined);
    message.on('end', () => {
      if (size <= maxBytes) resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    });
    // Every request closes in the end; only one that closes before its end is an error, and an error is not cheap.
    message.on('close', () => {
      if (!message.readableEnded && size <= maxBytes) reject(endedEarly());
    });
  });
}

/**
 * Who wants the connection closed after the answer gets it when all is sent, or nothing comes any more; others at once:
 * they may stop sending.
 */
async function refuse(message: IncomingMessage, maxBytes: number): Promise<never> {
  const dropped = dropRest(message);
  if (message.httpVersion === '1.0' || /close/i.test(message.headers.connection ?? '')) await dropped;
  throw new Problem('payload_too_large', { error: `The body is larger than ${maxBytes} bytes` });
}

/** Resolves when the rest has come, or none of it for a while; it is given up on when the time for it is over. */
function dropRest(message: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const lingering = setTimeout(() => message.socket.destroy(), LINGER_MS);
    const quiet = setTimeout(resolve, QUIET_MS);
    const over = (): void => {
      clearTimeout(lingering);
      clearTimeout(quiet);
      resolve();
    };
    message.on('data', () => quiet.refresh());
    message.once('end', over).once('close', over);
    message.on('error', () => undefined);
    message.resume();
  });
}

function endedEarly(): Problem {
  return new Problem('invalid_data', { detail: 'The body ended before it was whole.' });
}
