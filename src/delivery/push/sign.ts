import { HmacKey } from './hmac.js';

const PREFIX = 'whsec_';

/** What signs with a secret: `whsec_` and the key in base64. Throws TypeError when it is none. */
export function signingKey(secret: string): HmacKey {
  if (!secret.startsWith(PREFIX)) throw new TypeError(`A signing secret must begin with ${PREFIX}`);
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  if (key.length === 0) throw new TypeError('A signing secret must not be empty');
  return new HmacKey(key);
}

/**
 * `webhook-signature` of the Standard Webhooks specification: one `v1,<base64>` for each key, separated by spaces, so
 * that a receiver verifies with the old secret or the new one while they overlap.
 *
 * `content`: the body's bytes as they are sent; for GET the raw query without `?`.
 */
export function sign(
  keys: readonly HmacKey[],
  eventId: string,
  timestampSeconds: number,
  content: Buffer | string,
): string {
  const head = `${eventId}.${timestampSeconds}.`;
  return keys.map((key) => `v1,${key.sign(head, content)}`).join(' ');
}
