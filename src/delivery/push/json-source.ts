/**
 * JSON as it was written. `JSON.parse` rounds numbers beyond 2^53, turns `1.0` into `1` and gives `__proto__` a
 * meaning; this reader keeps every literal's own text. Of duplicate members the last one wins, at the place of the first.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'literal'; readonly text: string };

/** Deeper nesting than this is refused when data is received. */
export const MAX_JSON_DEPTH = 64;

/** Reads one JSON text (RFC 8259); throws a SyntaxError when it is none or nests deeper than {@link MAX_JSON_DEPTH}. */
export function readJson(text: string): JsonNode {
  const reader = new JsonReader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
// Anything else below the space needs an escape inside a string.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f]/;

class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): JsonNode {
    this.skipSpace();
    const first = this.text[this.at];
    if (first === '{') return this.object(this.deeper(depth));
    if (first === '[') return this.array(this.deeper(depth));
    if (first === '"') return { kind: 'string', value: this.string() };
    return { kind: 'literal', text: this.literal() };
  }

  end(): void {
    this.skipSpace();
    if (this.at !== this.text.length) throw this.unexpected();
  }

  private object(depth: number): JsonNode {
    const members = new Map<string, JsonNode>();
    this.at++;
    if (this.take('}')) return { kind: 'object', members };
    do {
      this.skipSpace();
      const name = this.string();
      this.expect(':');
      members.set(name, this.value(depth));
    } while (this.take(','));
    this.expect('}');
    return { kind: 'object', members };
  }

  private array(depth: number): JsonNode {
    const items: JsonNode[] = [];
    this.at++;
    if (this.take(']')) return { kind: 'array', items };
    do items.push(this.value(depth));
    while (this.take(','));
    this.expect(']');
    return { kind: 'array', items };
  }

  private string(): string {
    if (this.text.charCodeAt(this.at) !== QUOTE) throw this.unexpected();
    const start = this.at;
    let escaped = false;
    for (let at = start + 1; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === BACKSLASH) {
        escaped = true;
        at++;
      } else if (code === QUOTE) {
        this.at = at + 1;
        return escaped ? this.unescape(start, at + 1) : this.plain(start + 1, at);
      }
    }
    throw this.unexpected();
  }

  private plain(start: number, end: number): string {
    const value = this.text.slice(start, end);
    if (CONTROL.test(value)) throw this.unexpected();
    return value;
  }

  private unescape(start: number, end: number): string {
    const value: unknown = JSON.parse(this.text.slice(start, end));
    return String(value);
  }

  private literal(): string {
    LITERAL.lastIndex = this.at;
    const match = LITERAL.exec(this.text);
    if (!match) throw this.unexpected();
    this.at = LITERAL.lastIndex;
    return match[0];
  }

  private take(char: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private expect(char: string): void {
    if (!this.take(char)) throw this.unexpected();
  }

  private deeper(depth: number): number {
    if (depth === MAX_JSON_DEPTH) throw new SyntaxError(`JSON nested deeper than ${MAX_JSON_DEPTH}`);
    return depth + 1;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private unexpected(): SyntaxError {
    return new SyntaxError(
      this.at < this.text.length ? `Unexpected character at ${this.at} in JSON` : 'Unexpected end of JSON',
    );
  }
}
