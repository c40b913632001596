/** How a head ends, by RFC 9112. */
export const HEAD_END = '\r\n\r\n';
/** An empty line, whatever ends it and the line before. */
const ODD_HEAD_END = /\n\r*\n/;

export function isLineEnd(byte: number | undefined): boolean {
  return byte === 0x0d || byte === 0x0a;
}

export function beginsLikeHttp(text: string): boolean {
  if (text.startsWith('HTTP/1.')) return true;
  const start = text.slice(0, 7).toUpperCase();
  return 'HTTP/1.'.startsWith(start) || 'HTTP/2'.startsWith(start.slice(0, 6));
}

/** Where the content begins; -1: the head does not end in `text`. */
export function endOfHead(text: string): number {
  const plain = text.indexOf(HEAD_END);
  const head = plain < 0 ? text : text.slice(0, plain + 2);
  const odd = head.includes('\n\n') || head.includes('\n\r') ? ODD_HEAD_END.exec(head) : null;
  if (odd) return odd.index + odd[0].length;
  return plain < 0 ? -1 : plain + HEAD_END.length;
}
