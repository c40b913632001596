/** A string, a mark of structure, or a literal. */
const TOKEN = /"(?:[^"\\]+|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/**
 * JSON with line breaks and indentation, or null when the text is none. Works on its tokens, so that numbers, escapes
 * and duplicate members are shown as they came; parsing and writing again would change them.
 */
export function indentJson(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const tokens = text.match(TOKEN) ?? [];
  const parts: string[] = [];
  let depth = 0;
  const lineBreak = () => `\n${'  '.repeat(depth)}`;
  for (const [index, token] of tokens.entries()) {
    const isEmpty = isClosing(tokens[index + 1]);
    if (token === '{' || token === '[') {
      depth++;
      parts.push(token, isEmpty ? '' : lineBreak());
    } else if (isClosing(token)) {
      depth--;
      parts.push(isOpening(tokens[index - 1]) ? '' : lineBreak(), token);
    } else if (token === ',') {
      parts.push(token, lineBreak());
    } else {
      parts.push(token === ':' ? ': ' : token);
    }
  }
  return parts.join('');
}

function isOpening(token: string | undefined): boolean {
  return token === '{' || token === '[';
}

function isClosing(token: string | undefined): boolean {
  return token === '}' || token === ']';
}
