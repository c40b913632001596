/** Those whose text may look like UTF-8 although it is not. */
const LOOKS_LIKE_UTF8 = /^(?:utf-?16|iso-2022|hz-gb|utf-7)/i;
const DECLARED = /(?:<meta\s[^>]{0,200}?charset\s*=|<\?xml\s[^>]{0,100}?encoding\s*=)\s*["']?([a-z0-9_:.-]{1,40})/i;
/** A declaration stands at the beginning (WHATWG's HTML looks at as much). */
const DECLARED_WITHIN_BYTES = 1_024;

/**
 * A body as text, or null when it is none. UTF-8 where it can be, since servers often say another charset than they
 * send; else as `Content-Type` or the page itself says. `truncated`: the last character may be cut.
 */
export function responseText(body: Buffer, contentType: string | null, truncated: boolean): string | null {
  const said = /;\s*charset\s*=\s*["']?([a-z0-9_:.-]{1,40})/i.exec(contentType ?? '')?.[1];
  const charset = said ?? byteOrderOf(body) ?? DECLARED.exec(body.toString('latin1', 0, DECLARED_WITHIN_BYTES))?.[1];
  const charsets = charset && LOOKS_LIKE_UTF8.test(charset) ? [charset, 'utf-8'] : ['utf-8', charset];
  for (const label of charsets) {
    const text = label === undefined ? null : decode(body, label, truncated);
    if (text !== null) return text;
  }
  return null;
}

/** UTF-16 says of itself what it is. */
function byteOrderOf(body: Buffer): string | undefined {
  const mark = body.toString('latin1', 0, 2);
  return mark === '\xff\xfe' ? 'utf-16le' : mark === '\xfe\xff' ? 'utf-16be' : undefined;
}

/** null: unknown charset, or not in it. */
function decode(body: Buffer, label: string, truncated: boolean): string | null {
  try {
    // As a stream, it keeps back the beginning of a character whose end has not come.
    return new TextDecoder(label, { fatal: true, ignoreBOM: label === 'utf-8' }).decode(body, { stream: truncated });
  } catch {
    return null;
  }
}
