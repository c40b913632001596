import { remember } from '../../common/remember.js';
import { HmacKey } from './hmac.js';

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
  return secrets.map((secret) => `v1,${keyOf(secret).sign(head, content)}`).join(' ');
}

/** Of the secrets signed with lately. */
const keys = new Map<string, HmacKey>();
const MAX_KEYS = 20_000;

function keyOf(secret: string): HmacKey {
  let key = keys.get(secret);
  if (!key) {
    key = readKey(secret);
    remember(keys, secret, key, MAX_KEYS);
  }
  return key;
}

function readKey(secret: string): HmacKey {
  if (!secret.startsWith(PREFIX)) throw new TypeError(`A signing secret must begin with ${PREFIX}`);
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  if (key.length === 0) throw new TypeError('A signing secret must not be empty');
  return new HmacKey(key);
}
