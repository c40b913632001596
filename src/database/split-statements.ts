/** A string, a quoted name, a body between dollars, a comment, or any other character. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g;

/** The statements of an SQL text, without comments. Semicolons in strings and in bodies of functions separate nothing. */
export function splitStatements(text: string): string[] {
  const statements = [''];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === ';') statements.push('');
    else if (token.startsWith('--') || token.startsWith('/*')) statements.push(`${statements.pop() ?? ''} `);
    else statements.push((statements.pop() ?? '') + token);
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
