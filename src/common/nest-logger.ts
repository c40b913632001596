import type { LoggerService } from '@nestjs/common';
import { logger } from './logger.js';

/** Nest's own messages as lines of ours; its start-up chatter only at debug level. */
export class NestLogger implements LoggerService {
  log(message: unknown, context?: unknown): void {
    logger.debug({ context }, String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    logger.error({ context: rest.at(-1), stack: rest.at(0) }, String(message));
  }
  warn(message: unknown, context?: unknown): void {
    logger.warn({ context }, String(message));
  }
  debug(message: unknown, context?: unknown): void {
    logger.debug({ context }, String(message));
  }
}
