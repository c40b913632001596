import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { sign, signingKey } from './sign.js';

const OLD = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const NEW = `whsec_${Buffer.alloc(32, 250).toString('base64')}`;
const BODY = Buffer.from('{ "face": "😀", "big": 12345678901234567890.0 }');

function headersFor(secrets: string[], content: Buffer | string): Record<string, string> {
  const seconds = Math.floor(Date.now() / 1000);
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(seconds),
    'webhook-signature': sign(secrets.map(signingKey), 'evt_1', seconds, content),
  };
}

describe('sign', () => {
  it("gives the specification's own example", () => {
    // From the Standard Webhooks specification's test vectors.
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    expect(sign([signingKey(secret)], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}')).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it.each([
    ['standardwebhooks', StandardWebhook],
    ['svix', SvixWebhook],
  ])('is verified by %s, with either secret of two', (_name, Webhook) => {
    for (const secret of [OLD, NEW]) {
      expect(new Webhook(secret).verify(BODY, headersFor([NEW, OLD], BODY))).toMatchObject({ face: '😀' });
    }
    expect(() => new Webhook(OLD).verify(BODY, headersFor([NEW], BODY))).toThrow(/signature/i);
    expect(() => new Webhook(OLD).verify(`${BODY.toString()} `, headersFor([OLD], BODY))).toThrow(/signature/i);
  });

  it('takes a query as text', () => {
    const query = 'a=1&b%5Bc%5D=%C3%BC';
    expect(new StandardWebhook(OLD).verify(query, headersFor([OLD], query), { jsonParse: false })).toBeUndefined();
  });

  it.each(['', 'whsec_', 'abc', Buffer.alloc(32).toString('base64')])('refuses the secret %j', (secret) => {
    expect(() => signingKey(secret)).toThrow(TypeError);
  });
});
