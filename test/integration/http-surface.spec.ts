import { fastify, type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerError } from '../../src/common/answer-error.js';
import { finishSurface, prepareSurface, surfaceOptions } from '../../src/common/http-surface.js';
import { RECEIVING_PATH } from '../../src/common/receiving-route.js';
import { sendRaw } from '../support/raw-http.js';

let app: FastifyInstance;
let url: string;

/** As the receiving controller does: reads the raw stream itself. */
beforeAll(async () => {
  app = fastify({ ...surfaceOptions(60_000), routerOptions: { ignoreTrailingSlash: true } });
  const routes = prepareSurface(app);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.post(RECEIVING_PATH, async (request) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request.raw) chunks.push(chunk as Buffer);
    return { type: request.headers['content-type'] ?? null, bytes: Buffer.concat(chunks).toString('hex') };
  });
  finishSurface(app, routes);
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

it.each([
  ['application/json', 'application/json'],
  ['application/x+json; charset=utf-8', 'application/x+json; charset=utf-8'],
  ['text/plain', 'application/octet-stream'],
  ['garbage', 'application/octet-stream'],
  ['', 'application/octet-stream'],
  [null, null],
])('a body of type %j reaches the receiving controller unread', async (type, seen) => {
  const header = type === null ? '' : `Content-Type: ${type}\r\n`;
  const { status, body } = await sendRaw(
    url,
    `POST ${RECEIVING_PATH}/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${header}Content-Length: 5\r\n\r\n{ x }`,
  );
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({ type: seen, bytes: Buffer.from('{ x }').toString('hex') });
});

it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
  '%s there is 405',
  async (method) => {
    const { status, head, body } = await sendRaw(
      url,
      `${method} ${RECEIVING_PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(status).toBe(405);
    expect(head).toMatch(/^allow: POST$/im);
    if (method !== 'HEAD')
      expect(JSON.parse(body)).toMatchObject({ code: 'method_not_allowed', error: 'Invalid Data' });
  },
);
