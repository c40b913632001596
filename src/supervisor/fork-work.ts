import { startApplication, type RunningApplication } from '../application.js';
import { errorCode } from '../common/error-code.js';
import { logger } from '../common/logger.js';
import type { FromFork, ToFork } from './fork-messages.js';

/** What a fork does: serves what it is told to, until it is told to stop. */
let application: Promise<RunningApplication> | null = null;

process.on('message', (message: ToFork) => {
  void (message.type === 'start' ? start(message) : stop());
});
tell({ type: 'ready' });

async function start({ settings }: Extract<ToFork, { type: 'start' }>): Promise<void> {
  application = startApplication(settings);
  try {
    const { url } = await application;
    tell({ type: 'listening', url });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    tell({ type: 'failed', message, code: errorCode(error) }, () => process.exit(1));
  }
}

async function stop(): Promise<void> {
  try {
    await (await application)?.stop();
    process.exit(0);
  } catch (error) {
    logger.error({ err: error }, 'stop failed');
    process.exit(1);
  }
}

function tell(message: FromFork, sent?: () => void): void {
  process.send?.(message, undefined, undefined, sent);
}
