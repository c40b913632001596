import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifySignature } from './verify-signature.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const NOW = new Date('2026-01-31T09:00:00Z');
const SECONDS = String(NOW.getTime() / 1000);

function request(signature: string, { method = 'POST', url = '/hook', body = '{"a":1}', timestamp = SECONDS } = {}) {
  const headers = [
    ['Webhook-Id', 'evt_1'],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', signature],
  ] as const;
  return { method, url, headers, body: Buffer.from(body) };
}

const signed = (content: string) => new Webhook(SECRET).sign('evt_1', NOW, content);

describe('verifySignature', () => {
  it.each([
    ['what the specification’s own library has signed', request(signed('{"a":1}')), [SECRET]],
    ['one of two secrets', request(signed('{"a":1}')), [OTHER, SECRET]],
    ['one of two signatures', request(`v1,bm9uZQ== ${signed('{"a":1}')}`), [SECRET]],
    [
      'the raw query of a GET',
      request(signed('a%5Bb%5D=1'), { method: 'GET', url: '/?a%5Bb%5D=1', body: '' }),
      [SECRET],
    ],
  ])('takes %s', (_what, received, secrets) => {
    expect(verifySignature(received, secrets, NOW.getTime())).toEqual({ valid: true });
  });

  it.each([
    ['other bytes', request(signed('{"a":1}'), { body: '{"a": 1}' }), /none of its signatures/],
    ['another secret', request(new Webhook(OTHER).sign('evt_1', NOW, '{"a":1}')), /none of its signatures/],
    ['an old request', request(signed('{"a":1}'), { timestamp: String(Number(SECONDS) - 301) }), /301 s old/],
    ['no time', request(signed('{"a":1}'), { timestamp: 'now' }), /not a number/],
    ['no signature', { ...request(''), headers: [] }, /not signed/],
  ])('refuses %s', (_what, received, reason) => {
    expect(verifySignature(received, [SECRET], NOW.getTime())).toEqual({
      valid: false,
      reason: expect.stringMatching(reason),
    });
  });
});
