import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { finishSurface, prepareSurface, surfaceOptions } from './common/http-surface.js';
import { NestLogger } from './common/nest-logger.js';
import { describeApi } from './common/open-api.js';
import { within } from './common/within.js';
import type { RunSettings } from './config/settings.js';
import { ExpressLane } from './data-handler/express-lane.js';
import { DeliveryService } from './delivery/delivery.service.js';
import { Readiness } from './health/readiness.js';

/** A Nest application that serves one process' share of the work. */
export interface RunningApplication {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /**
   * Stops taking requests, finishes or releases what is under way within `drainSeconds`, closes everything. Rejects, after
   * all that, when the database was away and does not know how deliveries ended.
   */
  stop(): Promise<void>;
}

const END_IDLE_EVERY_MS = 50;
/** After the drain time: what was cut off is written down, and connections are closed. The supervisor waits 5 s. */
const LAST_WRITES_MS = 2_000;

/** Starts what `settings.role` asks for and returns once it is ready to take requests. */
export async function startApplication(settings: RunSettings): Promise<RunningApplication> {
  const adapter = new FastifyAdapter({
    ...surfaceOptions(settings.requestTimeoutSeconds * 1000),
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(settings), adapter, {
    logger: new NestLogger(),
    abortOnError: false,
    bodyParser: false,
  });
  if (settings.role !== 'worker') app.get(ExpressLane).register(adapter.getInstance());
  const routes = prepareSurface(adapter.getInstance());
  await app.init();
  describeApi(app);
  finishSurface(adapter.getInstance(), routes);
  await app.listen(settings.port, settings.host);
  return {
    url: await app.getUrl(),
    stop: async () => {
      const deadlineMs = performance.now() + settings.drainSeconds * 1000;
      const deliveries = app.get(DeliveryService);
      app.get(Readiness).stopping = true;
      deliveries.stopTaking();
      // First no new requests and the last answers, then what is being delivered, then the connections of both.
      // Who does not read an answer must not keep the process from stopping.
      const server = adapter.getHttpServer();
      const giveUp = setTimeout(() => server.closeAllConnections(), settings.drainSeconds * 1000);
      // Closing ends those that are idle at that moment only; a client keeps open what was answered after.
      const endIdle = setInterval(() => server.closeIdleConnections(), END_IDLE_EVERY_MS);
      await adapter.getInstance().close();
      clearTimeout(giveUp);
      clearInterval(endIdle);
      const restMs = Math.max(0, deadlineMs - performance.now());
      // A database that is away takes no outcome, and waiting for it would end in a SIGKILL.
      let cause: unknown = null;
      const draining = deliveries.drain(deadlineMs).catch((error: unknown) => {
        cause = error;
        throw error;
      });
      const isDrained = await within(restMs + LAST_WRITES_MS, draining);
      await within(LAST_WRITES_MS, app.close());
      if (isDrained) return;
      throw new Error('Not all outcomes were written down: their deliveries are attempted again', { cause });
    },
  };
}
