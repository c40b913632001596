import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A list reads hundreds of values: the file of the keys is not read again for each. */
const READ_AGAIN_EVERY_MS = 1_000;

/** A value can't be opened because its key is not among ours. */
export class MissingKeyError extends Error {
  constructor(readonly keyId: string) {
    super(`ENCRYPTION_KEY: no key with id ${keyId}; add the key this value was encrypted with`);
    this.name = 'MissingKeyError';
  }
}

/** The id of the key that a value was sealed with. */
export function keyIdIn(sealed: string): string {
  return sealed.slice(0, Math.max(0, sealed.indexOf('.')));
}

/**
 * Encrypts short secrets for storage: AES-256-GCM (NIST SP 800-38D) with a random nonce, as
 * `keyId.base64url(nonce ‖ ciphertext ‖ tag)`. The key id (8 hex digits of the key's SHA-256) tells which
 * of several keys opens it, so that keys can be rotated while old values are still readable.
 */
export class SecretBox {
  private keys: ReadonlyMap<string, Buffer> = new Map();
  private currentKeyId = '';
  private readAgainAtMs = 0;

  /**
   * `keys`: 32 bytes each, newest first; the first one encrypts, all decrypt. `readAgain` is asked for the keys when
   * a value was sealed with one that is not known: they may have been rotated since.
   */
  constructor(
    keys: readonly Buffer[],
    private readonly readAgain: () => readonly Buffer[] = () => [],
  ) {
    if (!this.use(keys)) throw new Error('SecretBox needs at least one key');
  }

  /** `context` is bound to the result: a value moved to another row or column does not open. */
  seal(plain: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key(this.currentKeyId), nonce);
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${this.currentKeyId}.${sealed.toString('base64url')}`;
  }

  /** Throws when the value was altered or belongs to another context; {@link MissingKeyError}. */
  open(sealed: string, context: string): string {
    const dot = sealed.indexOf('.');
    const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.key(sealed.slice(0, dot)), bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  }

  /** Is there no key of this id? */
  lacks(keyId: string): boolean {
    return this.find(keyId) === undefined;
  }

  /** Was it sealed with the newest key? */
  isNew(sealed: string): boolean {
    return sealed.startsWith(`${this.currentKeyId}.`);
  }

  private use(keys: readonly Buffer[]): boolean {
    const [first] = keys;
    if (!first) return false;
    // Those known so far stay: what was read again may be a file that somebody has cut short.
    this.keys = new Map([...this.keys, ...keys.map((key) => [keyIdOf(key), key] as const)]);
    this.currentKeyId = keyIdOf(first);
    return true;
  }

  private key(id: string): Buffer {
    const key = this.find(id);
    if (!key) throw new MissingKeyError(id);
    return key;
  }

  private find(id: string): Buffer | undefined {
    const known = this.keys.get(id);
    const nowMs = performance.now();
    if (known || nowMs < this.readAgainAtMs) return known;
    this.readAgainAtMs = nowMs + READ_AGAIN_EVERY_MS;
    return this.use(this.readAgain()) ? this.keys.get(id) : undefined;
  }
}

function keyIdOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}
