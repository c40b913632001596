/** Of the mark with which .NET and PowerShell begin a text in UTF-8; 0 when there is none. */
export function byteOrderMarkLength(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** A view of the text itself. RFC 8259, section 8.1: the mark is not part of it, and nobody may send it on. */
export function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef ? bytes.subarray(byteOrderMarkLength(bytes)) : bytes;
}
