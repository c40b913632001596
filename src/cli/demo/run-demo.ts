import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpService } from '@nestjs/axios';
import { findFreePort } from '../../common/free-port.js';
import { logger } from '../../common/logger.js';
import { readSettings } from '../../config/read-settings.js';
import type { Settings } from '../../config/settings.js';
import type { CommandLine, FreshService } from '../command-line.js';
import { withHttp } from '../http-client.js';
import { startReceiver } from '../receiver/receiver.js';
import { sendEvent } from '../send-event.js';
import { type Style, styleFor } from '../style.js';
import { Arrivals } from './arrivals.js';
import { createSampleAccount, DESTINATIONS, type SampleAccount } from './sample-account.js';
import { sampleEvent } from './sample-events.js';

const HOST = '127.0.0.1';

export interface DemoOptions {
  readonly port?: number | undefined;
  readonly intervalMs: number;
}

/** Runs the demo until Ctrl-C and leaves nothing behind. Returns the exit code. */
export async function runDemo(serve: CommandLine['serve'], options: DemoOptions): Promise<number> {
  // Its lines would drown what the demo shows; what goes wrong is still said.
  logger.level = 'warn';
  const style = styleFor(process.stdout.isTTY);
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const dataDir = await makeDataDir();
  const arrivals = new Arrivals(style, print);
  const receiver = await startReceiver({ host: HOST, port: 0, onRequest: (request) => arrivals.receive(request) });
  const stop = stopSignal();
  let failed = false;
  try {
    print('Starting Data Pusher with a database of its own (some seconds) …');
    let pushing: Promise<void> = Promise.resolve();
    const show = async (fresh: FreshService): Promise<void> => {
      // Asked to stop before the service itself listened for that: it has to be told again.
      if (stop.aborted) return void process.kill(process.pid, 'SIGTERM');
      pushing = withHttp(async (http) => {
        const account = await prepare(http, fresh, receiver.url);
        arrivals.secrets = account.secrets;
        print(introduction(fresh, receiver.url, style));
        await pushEvents(http, fresh.publicUrl, account, { intervalMs: options.intervalMs, stop, style, print });
      }).catch((error: unknown) => {
        failed = true;
        print(style.bad(`The demo can't go on: ${error instanceof Error ? error.message : String(error)}`));
        process.kill(process.pid, 'SIGTERM');
      });
    };
    const settings = await demoSettings(dataDir, options.port);
    const exitCode = stop.aborted ? 0 : await serve(settings, show);
    await pushing;
    print('The demo has ended; nothing is left running.');
    return failed ? 1 : exitCode;
  } finally {
    await receiver.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function prepare(http: HttpService, { publicUrl, apiKey }: FreshService, receiverUrl: string): Promise<SampleAccount> {
  if (apiKey === null) throw new Error('the service has made no API key');
  return createSampleAccount(http, { url: publicUrl, apiKey }, receiverUrl);
}

interface Pushing {
  readonly intervalMs: number;
  readonly stop: AbortSignal;
  readonly style: Style;
  readonly print: (line: string) => void;
}

async function pushEvents(
  http: HttpService,
  serviceUrl: string,
  { token }: SampleAccount,
  { intervalMs, stop, style, print }: Pushing,
): Promise<void> {
  for (let turn = 0; !stop.aborted; turn++) {
    const { type: eventType, payload } = sampleEvent(turn);
    const time = new Date().toLocaleTimeString();
    const { status } = await sendEvent(http, { serviceUrl, token, payload, eventType });
    print(`${style.bold(`→ ${eventType}`)}  ${style.dim(`#${turn + 1} at ${time}, answered`)} ${status}`);
    await sleep(intervalMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

function introduction({ publicUrl, setupLink }: FreshService, receiverUrl: string, style: Style): string {
  const destinations = DESTINATIONS.map(({ http_method, path }) => `  ${http_method.padEnd(4)} ${receiverUrl}${path}`);
  return `
${style.bold('Data Pusher is running.')}

Admin panel:  ${publicUrl}/admin${setupLink ? `\nSet a password for it (works once):\n  ${style.accent(setupLink.url)}` : ''}
API docs:     ${publicUrl}/docs/

The account "Demo shop" has three destinations:
${destinations.join('\n')}

Events come now (→) and what arrives at the destinations is shown (←). Ctrl-C ends all.
`;
}

async function demoSettings(dataDir: string, port: number | undefined): Promise<Settings> {
  return readSettings({
    DATA_DIR: dataDir,
    HOST,
    PORT: String(port ?? (await findFreePort(HOST))),
    PROCESSES: '1',
    ALLOWED_PRIVATE_NETWORKS: '127.0.0.0/8',
    DRAIN_SECONDS: '5',
  });
}

async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'data-pusher-demo-'));
  // As root PostgreSQL runs as another user, who has to come through.
  await chmod(dataDir, 0o711);
  return dataDir;
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => controller.abort());
  return controller.signal;
}
