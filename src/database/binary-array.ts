/**
 * Arrays as PostgreSQL takes them in its binary format (what `array_recv` reads): parameters of the hot path. Given an
 * array, pg writes it as text, each element escaped, which PostgreSQL has to parse again. The statement has to say the
 * type (`$1::uuid[]`): what is sent in binary is not converted. See docs/adr/0025.
 */

/** `oid` in `pg_type`: of built-in types they never change. */
const UUID = 2950;
const INT4 = 23;
const FLOAT8 = 701;
const TEXT = 25;
const BYTEA = 17;
const TIMESTAMPTZ = 1184;

const NULL_LENGTH = -1;
/** Before each element stands its length. */
const LENGTH_BYTES = 4;
const EMPTY_HEAD_BYTES = 12;
const HEAD_BYTES = 20;
/** 2000-01-01 in milliseconds since 1970: where PostgreSQL counts from. */
const POSTGRES_EPOCH_MS = 946_684_800_000;

/** `uuid[]`. Throws a TypeError for what is no UUID. */
export function uuidArray(ids: readonly string[]): Buffer {
  const bytes = begin(UUID, ids.length, ids.length * (LENGTH_BYTES + 16));
  let at = HEAD_BYTES;
  for (const id of ids) {
    at = bytes.writeInt32BE(16, at);
    at = writeUuid(bytes, id, at);
  }
  return bytes;
}

/** `int[]`. */
export function intArray(numbers: readonly (number | null)[]): Buffer {
  return fixedArray(INT4, 4, numbers, (bytes, number, at) => bytes.writeInt32BE(number, at));
}

/** `float8[]`. */
export function doubleArray(numbers: readonly (number | null)[]): Buffer {
  return fixedArray(FLOAT8, 8, numbers, (bytes, number, at) => bytes.writeDoubleBE(number, at));
}

/** `timestamptz[]`. */
export function timestampArray(times: readonly Date[]): Buffer {
  return fixedArray(TIMESTAMPTZ, 8, times, (bytes, time, at) => {
    const microseconds = (time.getTime() - POSTGRES_EPOCH_MS) * 1000;
    return bytes.writeUInt32BE(microseconds >>> 0, bytes.writeInt32BE(Math.floor(microseconds / 2 ** 32), at));
  });
}

/** `text[]`. */
export function textArray(texts: readonly (string | null)[]): Buffer {
  let size = 0;
  for (const text of texts) size += LENGTH_BYTES + (text === null ? 0 : Buffer.byteLength(text));
  const bytes = begin(TEXT, texts.length, size);
  let at = HEAD_BYTES;
  for (const text of texts) {
    if (text === null) {
      at = writeNull(bytes, at);
      continue;
    }
    const length = bytes.write(text, at + LENGTH_BYTES);
    at = bytes.writeInt32BE(length, at) + length;
  }
  return bytes;
}

/** `bytea[]`. */
export function byteaArray(parts: readonly (Buffer | null)[]): Buffer {
  let size = 0;
  for (const part of parts) size += LENGTH_BYTES + (part?.length ?? 0);
  const bytes = begin(BYTEA, parts.length, size);
  let at = HEAD_BYTES;
  for (const part of parts) {
    if (part === null) at = writeNull(bytes, at);
    else at = bytes.writeInt32BE(part.length, at) + part.copy(bytes, at + LENGTH_BYTES);
  }
  return bytes;
}

function fixedArray<T>(
  oid: number,
  elementBytes: number,
  values: readonly (T | null)[],
  write: (bytes: Buffer, value: T, at: number) => number,
): Buffer {
  const bytes = begin(oid, values.length, values.length * (LENGTH_BYTES + elementBytes));
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null) at = writeNull(bytes, at);
    else at = write(bytes, value, bytes.writeInt32BE(elementBytes, at));
  }
  // Nulls have no bytes of their own.
  return bytes.subarray(0, at);
}

/** Room for an array of one dimension, its head written: dimensions, whether there may be nulls, type, length, first index. */
function begin(oid: number, length: number, elementsBytes: number): Buffer {
  const isEmpty = length === 0;
  const bytes = Buffer.allocUnsafe(isEmpty ? EMPTY_HEAD_BYTES : HEAD_BYTES + elementsBytes);
  bytes.writeInt32BE(isEmpty ? 0 : 1, 0);
  bytes.writeInt32BE(1, 4);
  bytes.writeInt32BE(oid, 8);
  if (isEmpty) return bytes;
  bytes.writeInt32BE(length, 12);
  bytes.writeInt32BE(1, 16);
  return bytes;
}

function writeNull(bytes: Buffer, at: number): number {
  return bytes.writeInt32BE(NULL_LENGTH, at);
}

const HYPHEN = 0x2d;
const NO_DIGIT = 0xff;
/** The value of each hexadecimal digit by its character code. */
const DIGITS = Uint8Array.from({ length: 256 }, (_none, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return digit < 0 ? NO_DIGIT : digit;
});

/** Digits by hand: `Buffer.write(…, 'hex')` wants the hyphens taken out first, which costs several times as much. */
function writeUuid(bytes: Buffer, id: string, start: number): number {
  let at = start;
  let seen = 0;
  for (let index = 0; index < id.length; index += 2) {
    if (id.charCodeAt(index) === HYPHEN) index++;
    const high = DIGITS[id.charCodeAt(index)] ?? NO_DIGIT;
    const low = DIGITS[id.charCodeAt(index + 1)] ?? NO_DIGIT;
    seen |= high | low;
    bytes[at++] = (high << 4) | low;
  }
  if (seen > 0xf || at !== start + 16) throw new TypeError('no UUID');
  return at;
}
