import { isUtf8 } from 'node:buffer';

/** The first four bytes, in hex, of what is not UTF-8. The first two characters of a JSON text are ASCII. */
const ENCODINGS: readonly [first: RegExp, name: string][] = [
  [/^(?:fffe0000|0000feff|(?!00)..000000|000000(?!00))/, 'UTF-32'],
  [/^(?:fffe|(?!00)..00(?!00)..00)/, 'UTF-16 (little endian)'],
  [/^(?:feff|00(?!00)..00(?!00))/, 'UTF-16 (big endian)'],
  [/^1f8b/, 'compressed with gzip'],
  [/^28b52ffd/, 'compressed with zstd'],
];

/** Pieces that are checked as a whole; within the first one that is wrong the next size goes on. */
const PIECES_BYTES = [65_536, 1024, 16];

/** The first place where bytes are not UTF-8, and what they may be instead; null: they are UTF-8. */
export function findUtf8Fault(bytes: Buffer): { readonly offset: number; readonly detail: string } | null {
  const first = bytes.toString('hex', 0, 4);
  const other = ENCODINGS.find(([pattern]) => pattern.test(first))?.[1];
  if (other !== undefined) return { offset: 0, detail: `The body is ${other}; JSON is sent as plain UTF-8.` };
  if (isUtf8(bytes)) return null;
  const offset = firstWrongByte(bytes);
  const rest = bytes.subarray(offset);
  if (isCutCharacter(rest)) return { offset, detail: 'The body ends within a character: it was cut off.' };
  const [byte = 0, next = 0] = rest;
  const isSurrogate = byte === 0xed && next >= 0xa0;
  const hint = isSurrogate ? 'it begins half of a surrogate pair' : 'the text may be ISO 8859-1 or Windows-1252';
  const shown = `0x${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  return { offset, detail: `The byte ${shown} is not UTF-8 here (${hint}); JSON is sent as UTF-8.` };
}

/** Where the first character begins that is not UTF-8. */
function firstWrongByte(bytes: Buffer): number {
  let start = 0;
  for (const size of PIECES_BYTES) {
    for (;;) {
      const end = boundaryBefore(bytes, Math.min(start + size, bytes.length));
      if (end <= start || !isUtf8(bytes.subarray(start, end))) break;
      start = end;
    }
  }
  while (start < bytes.length) {
    const end = start + lengthOfCharacter(bytes[start] ?? 0);
    if (end > bytes.length || !isUtf8(bytes.subarray(start, end))) break;
    start = end;
  }
  return start;
}

/** `end`, or where the character begins that it would cut. */
function boundaryBefore(bytes: Buffer, end: number): number {
  if (end === bytes.length) return end;
  let at = end;
  while (at > end - 3 && isContinuation(bytes[at])) at--;
  return at;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function lengthOfCharacter(first: number): number {
  if (first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

/** Would it be a character if it went on? */
function isCutCharacter(rest: Buffer): boolean {
  const missing = lengthOfCharacter(rest[0] ?? 0) - rest.length;
  return missing > 0 && [0x80, 0xbf].some((byte) => isUtf8(Buffer.concat([rest, Buffer.alloc(missing, byte)])));
}
