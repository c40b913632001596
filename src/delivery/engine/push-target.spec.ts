import { describe, expect, it } from 'vitest';
import { SecretBox } from '../../common/secret-box.js';
import { sealSigningSecret } from '../../destinations/signing-secret.js';
import { sealHeaders } from '../../destinations/stored-headers.js';
import { signingKey } from '../push/sign.js';
import type { StoredTarget } from '../queue/load.js';
import { signingKeysAt, toPushTarget } from './push-target.js';

const ID = '0198d4a2-6f00-7c21-8a11-5f6e7d8c9b0a';
const HEADERS = [{ name: 'X-Two', values: ['b', 'a'] }];
const box = new SecretBox([Buffer.alloc(32, 1)]);

const sealed = (destinationId: string): StoredTarget['headers'] =>
  sealHeaders(box, destinationId, HEADERS).map(({ name, values }) => ({ name, values: [...values] }));

const stored = (more: Partial<StoredTarget> = {}): StoredTarget => ({
  id: ID,
  account_id: '0198d4a2-5c1e-7b3a-9f00-3a1b2c4d5e6f',
  version: 3,
  url: 'https://r.example.com/',
  http_method: 'PUT',
  headers: sealed(ID),
  timeout_ms: 100,
  max_concurrency: 2,
  rate_limit: 0.5,
  retry_schedule: [1, 2],
  event_types: ['paid'],
  ordered: true,
  secrets: [
    { sealed: sealSigningSecret(box, ID, 'whsec_new'), expires_at_ms: null },
    { sealed: sealSigningSecret(box, ID, 'whsec_old'), expires_at_ms: 1_000 },
  ],
  ...more,
});

describe('toPushTarget', () => {
  it('opens what is sealed', () => {
    expect(toPushTarget(stored(), box)).toEqual({
      id: ID,
      accountId: stored().account_id,
      version: 3,
      url: 'https://r.example.com/',
      httpMethod: 'PUT',
      headers: HEADERS,
      timeoutMs: 100,
      maxConcurrency: 2,
      rateLimit: 0.5,
      retrySchedule: [1, 2],
      eventTypes: ['paid'],
      ordered: true,
      signingKeys: [
        { key: signingKey('whsec_new'), expiresAtMs: null },
        { key: signingKey('whsec_old'), expiresAtMs: 1_000 },
      ],
      weight: expect.any(Number) as number,
    });
  });

  it('weighs what it holds', () => {
    const heavier = toPushTarget(stored({ url: `https://r.example.com/${'x'.repeat(1000)}` }), box);
    expect(heavier.weight - toPushTarget(stored(), box).weight).toBe(3_000);
  });

  it('does without a rotated secret that no key of ours opens, until its overlap is over', () => {
    const [current, rotated] = stored().secrets;
    const secrets = [current, { ...rotated, sealed: 'ffffffff.AAAA' }] as StoredTarget['secrets'];
    expect(toPushTarget(stored({ secrets }), box).signingKeys).toHaveLength(1);
    const lost = [{ ...current, sealed: 'ffffffff.AAAA' }] as StoredTarget['secrets'];
    expect(() => toPushTarget(stored({ secrets: lost }), box)).toThrow('no key with id ffffffff');
  });

  it('throws when no key of ours opens it, or when it was sealed for another destination', () => {
    expect(() => toPushTarget(stored(), new SecretBox([Buffer.alloc(32, 2)]))).toThrow('ENCRYPTION_KEY');
    expect(() => toPushTarget(stored({ headers: sealed('another') }), box)).toThrow();
  });
});

it.each([
  [999, ['whsec_new', 'whsec_old']],
  [1_000, ['whsec_new']],
])('at %d ms it is signed with %j', (nowMs, secrets) => {
  expect(signingKeysAt(toPushTarget(stored(), box), nowMs)).toEqual(secrets.map(signingKey));
});
