import { once } from 'node:events';
import type { Command } from 'commander';
import { errorCode } from '../common/error-code.js';
import { takeEnvironment } from '../config/environment.js';
import { UsageError } from './ask.js';
import { wholeNumber } from './numbers.js';
import { readSecretFrom } from './read-secret.js';
import { describeRequest } from './receiver/describe-request.js';
import { startReceiver, type Receiver } from './receiver/receiver.js';
import { verifySignature } from './receiver/verify-signature.js';
import { styleFor } from './style.js';

interface Options {
  readonly host: string;
  readonly port: number;
  readonly secret?: string;
  readonly secretFile?: string;
  readonly status: number;
  readonly fail: number;
  readonly delay: number;
}

const FAILURE_STATUS = 500;

export function addListen(program: Command): void {
  program
    .command('listen')
    .description('run a receiver on this machine that prints and verifies what arrives')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0: any free one', wholeNumber(0, 65_535), 4000)
    .option('--secret <whsec_…>', 'verify signatures with this secret (also: SIGNING_SECRET)')
    .option('--secret-file <path>', 'the same from a file; several secrets, one a line, during a rotation')
    .option('--status <code>', 'answer with this status', wholeNumber(200, 599), 200)
    .option('--fail <n>', `answer the first n requests with ${FAILURE_STATUS}`, wholeNumber(0, 1_000_000), 0)
    .option('--delay <ms>', 'wait so long before answering', wholeNumber(0, 600_000), 0)
    .action((options: Options) => listen(options));
}

/** Until Ctrl-C. */
async function listen(options: Options): Promise<void> {
  const secrets = await readSecrets(options);
  const style = styleFor(process.stdout.isTTY);
  const receiver = await startReceiver({
    host: options.host,
    port: options.port,
    delayMs: options.delay,
    onRequest: (request) => {
      const status = request.number <= options.fail ? FAILURE_STATUS : options.status;
      const verification = secrets.length > 0 ? verifySignature(request, secrets, Date.now()) : null;
      process.stdout.write(describeRequest(request, { verification, status }, style));
      return status;
    },
  }).catch((error: unknown) => {
    throw errorCode(error) === 'EADDRINUSE'
      ? new Error(`Port ${options.port} is in use: choose another --port`)
      : error;
  });
  process.stdout.write(introduction(receiver, secrets.length > 0));
  await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => once(process, name)));
  await receiver.close();
}

function introduction({ url }: Receiver, verifies: boolean): string {
  return `Listening on ${url}/ (Ctrl-C ends it)
Give this as the url of a destination; any path will do. As it is an address of this machine, the service must be
started with --allow-private=127.0.0.0/8.
${verifies ? 'Signatures are verified.' : "Signatures are not verified: give a destination's signing secret with --secret-file."}

`;
}

async function readSecrets({ secret, secretFile }: Options): Promise<string[]> {
  const environment = takeEnvironment()['SIGNING_SECRET'];
  const text = await readSecretFrom('--secret', { value: secret, file: secretFile, environment });
  const secrets = text?.split(/\s+/) ?? [];
  for (const item of secrets) {
    if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(item)) {
      throw new UsageError('--secret: expected whsec_ and base64, as the API shows it under signing-secret');
    }
  }
  return secrets;
}
