/**
 * White space, and the characters without width that come along when text is copied from pages and documents (zero
 * width spaces and joiners, marks of direction, the word joiner, soft hyphens).
 */
const BLANK = String.raw`[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]`;
const AROUND = new RegExp(`^${BLANK}+|${BLANK}+$`, 'g');
const WITHIN = new RegExp(BLANK);

/** The text without the blanks around it that nobody sees, such as those that were copied along with it. */
export function withoutBlanks(text: string): string {
  return text.replaceAll(AROUND, '');
}

/** As {@link withoutBlanks}; what is no text is left for its rule to refuse. */
export function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? withoutBlanks(value) : value;
}

/** As {@link trimmed}, for each item of a list. */
export function trimmedItems(value: unknown): unknown {
  return Array.isArray(value) ? value.map(trimmed) : value;
}

/** Says which blank stands within a text that can have none, in words that follow the field's name; null: none. */
export function blankWithin(text: string): string | null {
  const found = WITHIN.exec(text)?.[0];
  if (found === undefined) return null;
  const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const what = found === ' ' ? 'a space' : /[\n\r]/.test(found) ? 'a line break' : `the invisible character U+${code}`;
  return `must not contain ${what}`;
}
