import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/**
 * `webhook-signature` of the Standard Webhooks specification: one `v1,<base64>` for each secret, separated by spaces,
 * so that a receiver verifies with the old secret or the new one while they overlap.
 *
 * `secrets`: `whsec_` and the key in base64. `content`: the body's bytes as they are sent; for GET the raw query
 * without `?`.
 */
export function sign(
  secrets: readonly string[],
  eventId: string,
  timestampSeconds: number,
  content: Buffer | string,
): string {
  const head = `${eventId}.${timestampSeconds}.`;
  return secrets.map((secret) => `v1,${hmac(keyOf(secret), head, content)}`).join(' ');
}

function hmac(key: Buffer, head: string, content: Buffer | string): string {
  return createHmac('sha256', key).update(head).update(content).digest('base64');
}

function keyOf(secret: string): Buffer {
  if (!secret.startsWith(PREFIX)) throw new TypeError(`A signing secret must begin with ${PREFIX}`);
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  if (key.length === 0) throw new TypeError('A signing secret must not be empty');
  return key;
}
