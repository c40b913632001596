import { isUtf8 } from 'node:buffer';

/** Containers within containers, at most. */
export const MAX_JSON_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Is it a JSON object or array (RFC 8259) in UTF-8, nested no deeper than {@link MAX_JSON_DEPTH}? The parsed value is
 * thrown away: what is sent on are the bytes, never a re-serialisation that would round numbers and drop duplicates.
 */
export function isJsonContainer(bytes: Buffer): boolean {
  if (!isUtf8(bytes) || !isShallow(bytes)) return false;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

/** Looks at the bytes before they are parsed, so that deep nesting costs nothing. Brackets in strings don't count. */
function isShallow(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_JSON_DEPTH) return false;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
    }
  }
  return true;
}
