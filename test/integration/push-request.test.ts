import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AddressPolicy } from '../../src/delivery/push/address-policy.js';
import { buildRequest, MAX_URL_BYTES } from '../../src/delivery/push/build-request.js';
import { signingKey } from '../../src/delivery/push/sign.js';
import { Transport } from '../../src/delivery/push/transport.js';
import { GITHUB_PAYLOADS, ODD_PAYLOADS, type Payload, queryBytes } from '../support/payloads.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.js';

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const PAYLOADS: readonly Payload[] = [...ODD_PAYLOADS, ...GITHUB_PAYLOADS];

describe('a built request', () => {
  let receiver: Receiver;
  let transport: Transport;

  beforeAll(async () => {
    receiver = await startReceiver();
    transport = new Transport({ policy: new AddressPolicy(['127.0.0.0/8']) });
  });
  afterAll(async () => {
    transport.destroy();
    await receiver.close();
  });

  async function push(httpMethod: string, text: string): Promise<ReceivedRequest | 'url_too_long'> {
    receiver.clear();
    const built = buildRequest({
      destination: { url: `${receiver.url}/in?own=1`, httpMethod, headers: [{ name: 'X-Two', values: ['b', 'a'] }] },
      event: { eventId: 'evt', contentType: 'application/json', payload: Buffer.from(text) },
      signingKeys: [signingKey(SECRET)],
      nowMs: Date.now(),
    });
    if (!built.ok) {
      if (built.errorCode !== 'url_too_long') throw new Error(built.message);
      return built.errorCode;
    }
    expect(await transport.send(built.request, { timeoutMs: 10_000 })).toMatchObject({ kind: 'answered', status: 200 });
    const [received] = receiver.requests;
    if (!received) throw new Error('nothing received');
    return received;
  }

  function signatureOf(received: ReceivedRequest): Record<string, string> {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
    return Object.fromEntries(names.map((name) => [name, received.header(name) ?? '']));
  }

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'by %s arrives byte by byte and verifies',
    async (method) => {
      for (const { text } of PAYLOADS) {
        const received = await push(method, text);
        if (received === 'url_too_long') throw new Error(received);
        expect(received.body.equals(Buffer.from(text))).toBe(true);
        expect(received.values('x-two')).toEqual(['b', 'a']);
        expect(new StandardWebhook(SECRET).verify(text, signatureOf(received))).toBeDefined();
        expect(new SvixWebhook(SECRET).verify(text, signatureOf(received))).toBeDefined();
      }
    },
    60_000,
  );

  it('by GET arrives as parameters, verifies by its raw query, or is too long', async () => {
    let sent = 0;
    for (const { text, parameters } of PAYLOADS) {
      const received = await push('GET', text);
      const urlBytes = `${receiver.url}/in?own=1&`.length + queryBytes(parameters);
      expect(received === 'url_too_long').toBe(urlBytes > MAX_URL_BYTES);
      if (received === 'url_too_long') continue;
      expect([...new URLSearchParams(received.query)]).toEqual([['own', '1'], ...parameters]);
      expect(new URL(received.url, receiver.url).search).toBe(`?${received.query}`);
      new StandardWebhook(SECRET).verify(received.query, signatureOf(received), { jsonParse: false });
      sent++;
    }
    expect(sent).toBeGreaterThan(10);
  }, 60_000);
});
