import { createHmac, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
/** Up to here the message is put together with its key; a longer one costs more to copy than that spares. */
const MAX_COPIED_BYTES = 16_384;

/** A key for {@link HmacKey.sign}; keep it for as long as it is used. */
export class HmacKey {
  /**
   * The key as a block, which stands for it (RFC 2104). `Buffer.alloc` gives each its own memory; a small Buffer made any
   * other way is part of a larger one (64 KiB in Node 24), all of which it would keep.
   */
  private readonly block = Buffer.alloc(BLOCK_BYTES);
  /** The block as the two hashes begin with it; the outer one with room for the result of the inner one. */
  private readonly inner = Buffer.alloc(BLOCK_BYTES);
  private readonly outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

  constructor(key: Buffer) {
    if (key.length > BLOCK_BYTES) this.block.write(hash('sha256', key, 'hex'), 'hex');
    else key.copy(this.block);
    for (const [index, byte] of this.block.entries()) {
      this.inner[index] = byte ^ 0x36;
      this.outer[index] = byte ^ 0x5c;
    }
  }

  /**
   * HMAC-SHA256 (RFC 2104) of `head` (Latin-1) and `content` (text: UTF-8) in base64. By two calls that hash, which
   * cost half of what `createHmac` does, whose object besides lives until a collection of garbage finds it.
   */
  sign(head: string, content: Buffer | string): string {
    const contentBytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
    const end = BLOCK_BYTES + head.length + contentBytes;
    if (end > MAX_COPIED_BYTES)
      return createHmac('sha256', this.block).update(head, 'latin1').update(content).digest('base64');
    this.inner.copy(scratch);
    scratch.write(head, BLOCK_BYTES, 'latin1');
    if (typeof content === 'string') scratch.write(content, BLOCK_BYTES + head.length);
    else content.copy(scratch, BLOCK_BYTES + head.length);
    // As text (binary is Latin-1), which is made at half of what a Buffer costs.
    this.outer.write(hash('sha256', scratch.subarray(0, end), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha256', this.outer, 'base64');
  }
}

const scratch = Buffer.allocUnsafeSlow(MAX_COPIED_BYTES);
