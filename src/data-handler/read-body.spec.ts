import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Problem } from '../common/problem.js';
import { readBody } from './read-body.js';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A server whose handler is given each request; returns where it listens. */
async function serve(handle: (message: IncomingMessage) => Promise<unknown>): Promise<URL> {
  server = createServer((message, response) => {
    const code = (error: unknown): string => (error instanceof Problem ? error.code : String(error));
    handle(message).then(
      (value) => response.end(value),
      (error: unknown) => response.writeHead(400).end(code(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

async function send(url: URL, chunks: readonly (string | Buffer)[], headers: Record<string, string> = {}) {
  const sent = request(url, { method: 'POST', headers, agent: false });
  for (const chunk of chunks) sent.write(chunk);
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

it.each([
  ['at once', ['{"a":"\u{1f600}"}']],
  ['in chunks', ['{"a"', ':', '1}']],
  ['not at all', []],
])('what comes %s is read byte by byte', async (_how, chunks) => {
  const url = await serve((message) => readBody(message, 100));
  expect((await send(url, chunks)).toString()).toBe(chunks.join(''));
});

it('bytes that are no text stay what they are', async () => {
  const bytes = Buffer.from([0, 255, 13, 10, 128]);
  const url = await serve((message) => readBody(message, 5));
  expect(await send(url, [bytes])).toEqual(bytes);
});

it.each([
  ['by its length', { 'content-length': '6' }],
  ['as it comes', {}],
])('more than may be is refused %s', async (_how, headers) => {
  const url = await serve((message) => readBody(message, 5));
  expect((await send(url, ['abc', 'def'], headers)).toString()).toBe('payload_too_large');
});

it('more than may be is refused where it is announced and never sent, whatever becomes of the connection', async () => {
  const url = await serve((message) => readBody(message, 5));
  for (const connection of ['keep-alive', 'close']) {
    const sent = request(url, { method: 'POST', headers: { connection, 'content-length': '6' }, agent: false });
    sent.on('error', () => undefined).flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(400);
    sent.destroy();
  }
});

it('a request whose client has gone is refused, even when it had gone before', async () => {
  const refused = new Promise((resolve) => {
    void serve(async (message) => {
      await once(message, 'close').catch(() => undefined);
      const late = readBody(message, 100).catch((error: unknown) => error);
      resolve(await late);
    }).then((url) => {
      const sent = request(url, { method: 'POST', headers: { 'content-length': '10' }, agent: false });
      sent.on('error', () => undefined);
      sent.write('abc', () => sent.destroy());
    });
  });
  expect(await refused).toMatchObject({ code: 'invalid_data' });
});

it('a body that ends early is refused', async () => {
  const refused = new Promise((resolve) => {
    void serve((message) => readBody(message, 100).catch(resolve)).then((url) => {
      const sent = request(url, { method: 'POST', headers: { 'content-length': '10' }, agent: false });
      sent.on('error', () => undefined);
      sent.write('abc', () => setTimeout(() => sent.destroy(), 50));
    });
  });
  expect(await refused).toMatchObject({ code: 'invalid_data' });
});
