import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Command } from 'commander';
import { withoutBlanks } from '../common/blanks.js';
import { takeEnvironment } from '../config/environment.js';
import { UsageError } from './ask.js';
import type { CommandLine } from './command-line.js';
import { readSecretFrom } from './read-secret.js';

interface Options {
  readonly url: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly eventType?: string;
  readonly eventId?: string;
  readonly contentType: string;
}

const ACCEPTED = 202;

export function addSend(program: Command, { finish }: CommandLine): void {
  program
    .command('send')
    .description('push a file or standard input to an account, byte for byte')
    .argument('[file]', 'a JSON file; left out or -: standard input', '-')
    .option('--url <url>', 'where the service is', 'http://127.0.0.1:3000')
    .option('--token <dpt_…>', "the account's app_secret_token (also: APP_SECRET_TOKEN)")
    .option('--token-file <path>', 'the same from a file')
    .option('--event-type <type>', 'sent as CL-X-EVENT-TYPE')
    .option('--event-id <id>', 'sent as CL-X-EVENT-ID: sending the same again is then safe')
    .option('--content-type <type>', 'a JSON media type', 'application/json')
    .addHelpText('after', '\nExit codes: 0 accepted (202), 1 not accepted or no answer, 2 wrong usage.')
    .action(async (file: string, options: Options) => finish(await send(file, options)));
}

async function send(file: string, options: Options): Promise<number> {
  const { url: serviceUrl, contentType } = options;
  const [eventType, eventId] = [options.eventType, options.eventId].map((label) => label && withoutBlanks(label));
  if (!URL.canParse(serviceUrl)) throw new UsageError(`--url: "${serviceUrl}" is no URL`);
  const token = await readToken(options);
  const payload = await readPayload(file);
  // Loaded only now: the other commands do without Nest and start faster for it.
  const [{ withHttp }, { sendEvent }] = await Promise.all([import('./http-client.js'), import('./send-event.js')]);
  const event = { serviceUrl, token, payload, contentType, eventType, eventId };
  const { status, body } = await withHttp((http) => sendEvent(http, event)).catch((error: unknown) => {
    throw new Error(`No answer from ${serviceUrl}: ${error instanceof Error ? error.message : String(error)}`);
  });
  process.stderr.write(`${status}\n`);
  process.stdout.write(`${body.trimEnd()}\n`);
  return status === ACCEPTED ? 0 : 1;
}

async function readToken({ token, tokenFile }: Options): Promise<string> {
  const environment = takeEnvironment()['APP_SECRET_TOKEN'];
  const found = await readSecretFrom('--token', { value: token, file: tokenFile, environment });
  if (found === null) throw new UsageError('A token is required: APP_SECRET_TOKEN, --token-file or --token');
  return found;
}

async function readPayload(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin);
  return buffer(createReadStream(file)).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
}
