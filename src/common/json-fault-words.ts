const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Single and double, typographic and angled. */
const QUOTATION_MARKS = new Set([0x2018, 0x2019, 0x201c, 0x201d, 0x201e, 0xab, 0xbb]);

/** What is found at a place of a text. One character at most, because what was sent may be secret. */
export function found(bytes: Buffer, at: number): string {
  const byte = bytes[at];
  if (byte === undefined) return 'the end of the text';
  if (byte === 0) return 'a NUL byte';
  if (byte < 0x20 || byte === 0x7f)
    return `the control character 0x${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  if (byte < 0x7f) return `"${String.fromCharCode(byte)}"`;
  const point = pointAt(bytes, at);
  const name = QUOTATION_MARKS.has(point) ? ' (a typographic quotation mark)' : '';
  return `the character U+${point.toString(16).toUpperCase().padStart(4, '0')}${name}`;
}

/** For what people often write instead of JSON; begins with a space unless it is empty. */
export function hint(bytes: Buffer, at: number, isOutermost: boolean): string {
  const byte = bytes[at] ?? 0;
  if (byte === 0x27 || QUOTATION_MARKS.has(pointAt(bytes, at))) return ' JSON has straight double quotes only.';
  if (byte === 0x2f || byte === 0x23) return ' JSON has no comments.';
  if (byte === 0x3c && isOutermost) return ' This looks like XML or HTML.';
  const literal = literalAt(bytes, at);
  if (/^(?:NaN|-?Infinity|undefined|True|False|None|nil|NULL)$/.test(literal)) {
    return ' Words in JSON are true, false and null.';
  }
  return isOutermost && /^[\w.-]+=/.test(bytes.toString('latin1', at, at + 100)) ? ' This looks like a form.' : '';
}

export function numberHint(literal: string): string {
  if (literal.startsWith('+')) return ' It must not begin with "+".';
  if (/^-?0\d/.test(literal)) return ' It must not begin with 0 before another digit.';
  if (/^-?\./.test(literal)) return ' A digit must stand before the point.';
  return /\.(?!\d)/.test(literal) ? ' A digit must stand after the point.' : '';
}

/** A word or a number, up to the first character that is part of neither. */
export function literalAt(bytes: Buffer, at: number): string {
  let end = at;
  while (/[-+.\w]/.test(String.fromCharCode(bytes[end] ?? 0))) end++;
  return bytes.toString('latin1', at, end);
}

export function isLiteral(text: string): boolean {
  return kindOfLiteral(text) !== null;
}

/** Null: it is none of JSON. */
export function kindOfLiteral(text: string): string | null {
  if (text === 'true' || text === 'false' || text === 'null') return text;
  return NUMBER.test(text) ? 'a number' : null;
}

function pointAt(bytes: Buffer, at: number): number {
  return bytes.toString('utf8', at, at + 4).codePointAt(0) ?? 0;
}
