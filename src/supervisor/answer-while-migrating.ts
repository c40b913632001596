import { createServer } from 'node:http';
import { Problem, problemBody } from '../common/problem.js';
import { statusOf } from '../common/to-problem.js';
import type { Settings } from '../config/settings.js';

/** A start without a long migration never takes the port twice. */
const ANSWER_AFTER_MS = 1_000;

/**
 * While the database is migrated nothing serves yet. So that no supervisor takes the process for dead and kills it, the port
 * answers that it lives, and 503 to everything else. A port that is in use is left alone. Resolves when the port is free
 * again and `work` has ended.
 */
export async function answerWhileMigrating<T>({ host, port }: Settings, work: () => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    request.resume();
    if (/^\/health\/live\/?(?:\?|$)/.test(request.url ?? '')) {
      response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end('{"status":"live"}');
      return;
    }
    const problem = new Problem('unavailable', { error: 'The database is being migrated' });
    const headers = {
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Retry-After': '5',
      Connection: 'close',
    };
    response.writeHead(statusOf(problem), headers).end(JSON.stringify(problemBody(problem)));
  });
  server.on('error', () => undefined);
  const timer = setTimeout(() => {
    if (port !== 0) server.listen(port, host);
  }, ANSWER_AFTER_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}
