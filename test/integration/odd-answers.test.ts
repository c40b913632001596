import { execFile, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddressPolicy } from '../../src/delivery/push/address-policy.js';
import { Transport } from '../../src/delivery/push/transport.js';
import { makeCertificate } from '../support/certificate.js';
import { ODD_ANSWERS, type Verdict } from '../support/odd-answers.js';
import { type RawReceiver, startRawReceiver } from '../support/raw-receiver.js';

const certificate = makeCertificate('odd.example');
const resolve = () => Promise.resolve({ addresses: ['127.0.0.1'], later: null });
const names = Object.keys(ODD_ANSWERS);
const CURL = spawnSync('curl', ['--version'], { encoding: 'utf8' }).stdout ?? '';

let plain: RawReceiver;
let secure: RawReceiver;
let transport: Transport;
/** How to answer now. */
let bytes = Buffer.alloc(0);

beforeAll(async () => {
  const answer = (socket: { end: (bytes: Buffer) => void }): void => socket.end(bytes);
  plain = await startRawReceiver(answer);
  secure = await startRawReceiver(answer, { tls: certificate });
  transport = new Transport({ policy: new AddressPolicy(['127.0.0.0/8']), resolve, ca: certificate.cert });
});

afterAll(async () => {
  transport.destroy();
  await Promise.all([plain.close(), secure.close()]);
});

async function ask(origin: string): Promise<Verdict> {
  const request = { method: 'POST', url: `${origin}/`, headers: '', body: Buffer.from('{}') };
  const outcome = await transport.send(request, { timeoutMs: 10_000 });
  return outcome.kind === 'answered' ? outcome.status : 'refused';
}

function askWithCurl(): Promise<Verdict | [number, number]> {
  const options = ['-sS', '-m', '10', '-d', '{}', '-o', '/dev/null', '-w', '%{http_code}', plain.url];
  return new Promise((done) => {
    execFile('curl', options, { encoding: 'latin1' }, (error, stdout) => {
      const status = Number(stdout);
      const exitCode = typeof error?.code === 'number' ? error.code : 0;
      if (exitCode === 0) done(status);
      else done(status < 200 || exitCode === 27 ? 'refused' : [exitCode, status]);
    });
  });
}

describe('an odd answer', () => {
  it.each(names)('%s: is taken or refused as the table says, over TLS too', async (name) => {
    const odd = ODD_ANSWERS[name];
    bytes = Buffer.from(odd?.bytes ?? '', 'latin1');
    expect(await ask(plain.url)).toBe(odd?.ours);
    expect(await ask(`https://odd.example:${secure.port}`)).toBe(odd?.ours);
  });

  it('has a reason wherever we take what curl does not, or the other way round', () => {
    for (const [name, { curl, ours, because }] of Object.entries(ODD_ANSWERS)) {
      const theirs = typeof curl === 'object' ? 'refused' : curl;
      expect(because === undefined, name).toBe(theirs === ours);
    }
  });

  // Other versions differ in details, so that only this one can be held against the table.
  it.skipIf(!CURL.startsWith('curl 7.88.'))('is taken or refused by curl 7.88 as the table says', async () => {
    for (const [name, odd] of Object.entries(ODD_ANSWERS)) {
      bytes = Buffer.from(odd.bytes, 'latin1');
      expect(await askWithCurl(), name).toEqual(odd.curl);
    }
  });
});
