import { randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { SecretBox } from '../common/secret-box.js';
import { newSigningSecret, openSigningSecret, sealSigningSecret } from './signing-secret.js';
import { openHeaders, sealHeaders } from './stored-headers.js';

const box = new SecretBox([randomBytes(32)]);
const id = randomUUID();
const headers = [
  { name: 'X-Tag', values: ['plain', ''] },
  { name: '__proto__', values: ['x'] },
];

it('stores no header value in plain text and reads it back', () => {
  const stored = sealHeaders(box, id, headers);
  expect(JSON.stringify(stored)).not.toContain('plain');
  expect(openHeaders(box, id, JSON.parse(JSON.stringify(stored)))).toEqual(headers);
});

it('opens a value only for its destination and header', () => {
  const [first] = sealHeaders(box, id, headers);
  expect(() => openHeaders(box, randomUUID(), [first!])).toThrow();
  expect(() => openHeaders(box, id, [{ ...first!, name: 'X-Other' }])).toThrow();
});

it('makes signing secrets of 32 bytes that open for their destination only', () => {
  const secret = newSigningSecret();
  expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
  const sealed = sealSigningSecret(box, id, secret);
  expect(sealed).not.toContain(secret);
  expect(openSigningSecret(box, id, sealed)).toBe(secret);
  expect(() => openSigningSecret(box, randomUUID(), sealed)).toThrow();
});
