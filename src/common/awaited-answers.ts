import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const unfinished = new WeakMap<Socket, ServerResponse[]>();

/** Makes {@link isAwaitingAnswer} know of the server's requests. */
export function keepTrackOfAnswers(server: Server): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const before = unfinished.get(request.socket)?.filter((earlier) => !earlier.writableFinished) ?? [];
    unfinished.set(request.socket, [...before, response]);
  });
}

/**
 * Is the answer to a request that came in whole still to be sent? What is written to the connection now would be taken
 * for it: a 400 for what follows such a request says of data that is being committed that it was refused.
 */
export function isAwaitingAnswer(socket: Socket): boolean {
  const open = unfinished.get(socket)?.filter((response) => !response.writableFinished) ?? [];
  return open.some((response) => response.headersSent || response.req.complete) || open.length > 1;
}

/** Those that {@link afterAnswers} waits for. */
const waitedFor = new WeakSet<ServerResponse>();

/**
 * Calls back once the answers to all requests that have come by now are sent, or can't be any more. Asked again before
 * that, it changes nothing: the first callback stands.
 */
export function afterAnswers(socket: Socket, done: () => void): void {
  const last = unfinished.get(socket)?.at(-1);
  if (!last || last.writableFinished) done();
  else if (!waitedFor.has(last)) {
    waitedFor.add(last);
    last.once('finish', done);
  }
}
