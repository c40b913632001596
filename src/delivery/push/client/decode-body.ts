import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

/** A body as far as it is kept. */
export interface KeptBody {
  readonly body: Buffer;
  readonly truncated: boolean;
  /** Bytes of the whole body; null when they are not known. */
  readonly bodySize: number | null;
}

/**
 * Undoes a `Content-Encoding` as far as `maxBytes` of plain text, whatever the ratio: decompression goes on only while
 * there is room, so that a bomb unpacks one chunk more than is kept. Cut-off input gives what is in it. What can't be
 * decoded (unknown coding, damaged data) stays as it came: it is shown to a person, and the status alone decides.
 */
export async function decodeBody(raw: KeptBody, contentEncoding: string, maxBytes: number): Promise<KeptBody> {
  const codings = contentEncoding.toLowerCase().split(',', MAX_CODINGS + 1);
  if (codings.length > MAX_CODINGS || raw.body.length === 0) return raw;
  let decoded = raw;
  for (const coding of codings.reverse()) {
    const decoder = decoderFor(coding.trim(), decoded.body);
    if (decoder === null) continue;
    const plain = await decompress(decoder, decoded.body, maxBytes);
    if (plain === null) return raw;
    const truncated = plain.truncated || decoded.truncated;
    decoded = { body: plain.body, truncated, bodySize: truncated ? null : plain.body.length };
  }
  return decoded;
}

const MAX_CODINGS = 2;
/** Accepts input that ends early, as ours does when it was cut at the limit. */
const ZLIB_OPTIONS: zlib.ZlibOptions = { finishFlush: zlib.constants.Z_SYNC_FLUSH };
const BROTLI_OPTIONS: zlib.BrotliOptions = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH };
/** ZSTD_e_flush; Node has zstd since 22.15. */
const ZSTD_OPTIONS = { finishFlush: 1 };

function decoderFor(coding: string, body: Buffer): Transform | null {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return zlib.createGunzip(ZLIB_OPTIONS);
    case 'deflate':
      // Meant to be zlib's format, but many servers send it without zlib's header.
      return ((body[0] ?? 0) & 0x0f) === 8 ? zlib.createInflate(ZLIB_OPTIONS) : zlib.createInflateRaw(ZLIB_OPTIONS);
    case 'br':
      return zlib.createBrotliDecompress(BROTLI_OPTIONS);
    case 'zstd':
      return hasZstd(zlib) ? zlib.createZstdDecompress(ZSTD_OPTIONS) : null;
    default:
      return null;
  }
}

interface Zstd {
  createZstdDecompress(options: { finishFlush: number }): Transform;
}

function hasZstd(module: object): module is Zstd {
  return 'createZstdDecompress' in module;
}

/** null when the input is damaged before anything came out. */
async function decompress(
  decoder: Transform,
  input: Buffer,
  maxBytes: number,
): Promise<Pick<KeptBody, 'body' | 'truncated'> | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  let isDamaged = false;
  try {
    decoder.end(input);
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      // Leaving the loop destroys the decoder.
      if (size > maxBytes) break;
    }
  } catch {
    if (size === 0) return null;
    isDamaged = true;
  }
  return { body: Buffer.concat(chunks, Math.min(size, maxBytes)), truncated: isDamaged || size > maxBytes };
}
