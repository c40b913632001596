import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** `dpt_`: the token of an account; `dpk_`: an API key. Prefixes let secret scanners recognise a leak. */
export type CredentialPrefix = 'dpt_' | 'dpk_';

/** A new secret: prefix, 256 random bits (base64url), checksum (base64url of their CRC-32). Shown once, stored hashed. */
export function newCredential(prefix: CredentialPrefix): string {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return `${prefix}${secret}${checksum(prefix + secret)}`;
}

/**
 * The SHA-256 under which a credential is stored, or null when the text can't be one: a typo or another kind of
 * secret is told apart by prefix and checksum without asking the database. A hash look-up is constant-time in
 * what matters: 256 random bits need neither salt nor a slow hash.
 */
export function hashCredential(prefix: CredentialPrefix, text: string): Buffer | null {
  if (text.length !== prefix.length + SECRET_LENGTH + CHECKSUM_LENGTH || !text.startsWith(prefix)) return null;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  if (checksum(body) !== text.slice(-CHECKSUM_LENGTH)) return null;
  // As text it costs half of what it does as a Buffer.
  return Buffer.from(hash('sha256', text, 'hex'), 'hex');
}

/** What may be shown of a credential afterwards: prefix and the last four characters. */
export function credentialHint(credential: string): string {
  return `${credential.slice(0, 4)}…${credential.slice(-4)}`;
}

function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString('base64url');
}
