export const MAX_LABEL_CHARACTERS = 255;

/** Visible ASCII, with single spaces within, so that it means the same in a header, a URL and a log. */
export function isLabel(text: string): boolean {
  return text.length <= MAX_LABEL_CHARACTERS && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text);
}
