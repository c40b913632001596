import { byteOrderMarkLength } from './byte-order-mark.js';

/** Line and column of a byte as editors count them: from 1, in characters. */
export function lineAndColumn(bytes: Buffer, offset: number): { line: number; column: number } {
  let line = 1;
  let start = byteOrderMarkLength(bytes);
  for (let at = bytes.indexOf(0x0a); at >= 0 && at < offset; at = bytes.indexOf(0x0a, at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: Array.from(bytes.toString('utf8', start, Math.max(start, offset))).length + 1 };
}
