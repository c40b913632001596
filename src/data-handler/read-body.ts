import type { IncomingMessage } from 'node:http';
import { Problem } from '../common/problem.js';

/**
 * Reads a request's body as it is, at most `maxBytes`. Beyond that it stops reading at once, without waiting for what
 * the client still wants to send.
 */
export function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(message.headers['content-length']) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        message.pause();
        message.removeAllListeners('data');
        reject(tooLarge(maxBytes));
        return;
      }
      chunks.push(chunk);
    });
    message.on('error', () => undefined);
    message.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)));
    // Every request closes in the end; only one that closes before its end is an error, and an error is not cheap.
    message.on('close', () => {
      if (!message.readableEnded) reject(new Problem('invalid_data'));
    });
  });
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('payload_too_large', {
    error: `The body is larger than ${maxBytes} bytes`,
    // The rest of the body is not read, so the connection can't be used again.
    headers: { Connection: 'close' },
  });
}
