import { byteOrderMarkLength } from './byte-order-mark.js';
import { found, hint, isLiteral, kindOfLiteral, literalAt, numberHint } from './json-fault-words.js';
import { findUtf8Fault } from './utf8-fault.js';

/** What is wrong with a text that should be JSON, and where. Holds at most one character of the text itself. */
export interface JsonFault {
  /** In bytes from 0, the byte order mark included. */
  readonly offset: number;
  /** A sentence for the person who made the text. */
  readonly detail: string;
  /** Of the outermost array: which item it is in, from 0; null where it is in none, or that is not known. */
  readonly item: number | null;
}

/** What the text has to be. */
export interface JsonRules {
  readonly root: 'any' | 'container' | 'array';
  /** Containers within containers, at most. */
  readonly maxDepth: number;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * Finds the first fault of a text that a fast check has refused. Null: there is none by these rules.
 * It is apart from that check, which says only yes or no and pays for nothing else.
 */
export function findJsonFault(bytes: Buffer, rules: JsonRules): JsonFault | null {
  const wrongEncoding = findUtf8Fault(bytes);
  if (wrongEncoding) return { ...wrongEncoding, item: null };
  try {
    new Scanner(bytes, rules).scan();
    return null;
  } catch (error) {
    if (error instanceof Fault) return { offset: error.offset, detail: error.message, item: error.item };
    throw error;
  }
}

class Fault extends Error {
  constructor(
    readonly offset: number,
    message: string,
    readonly item: number | null,
  ) {
    super(message);
  }
}

interface Container {
  readonly isObject: boolean;
  readonly start: number;
  items: number;
}

/** Reads RFC 8259 without building anything, and stops at the first fault. Without recursion: depth is the sender's. */
class Scanner {
  private at: number;
  private readonly open: Container[] = [];

  constructor(
    private readonly bytes: Buffer,
    private readonly rules: JsonRules,
  ) {
    this.at = byteOrderMarkLength(bytes);
  }

  scan(): void {
    this.skipSpace();
    if (this.at === this.bytes.length) {
      throw this.fault(this.bytes.length === 0 ? 'The body is empty.' : 'The body holds nothing but white space.');
    }
    this.checkRoot();
    do {
      this.beginValue();
      this.endValues();
    } while (this.open.length > 0);
    if (this.at < this.bytes.length) {
      throw this.fault(
        `The JSON ends before this, but ${found(this.bytes, this.at)} follows. Several JSON texts are not one.`,
      );
    }
  }

  private checkRoot(): void {
    const { root } = this.rules;
    const isContainer = this.byte() === OPEN_BRACE || this.byte() === OPEN_BRACKET;
    if (root === 'any' || this.byte() === OPEN_BRACKET || (root === 'container' && isContainer)) return;
    const wanted = root === 'array' ? 'A JSON array' : 'A JSON object or array';
    const kind = isContainer
      ? 'an object'
      : this.byte() === QUOTE
        ? 'a string'
        : kindOfLiteral(literalAt(this.bytes, this.at));
    if (kind !== null) throw this.fault(`${wanted} is expected, not ${kind}.`);
    throw this.fault(
      `${wanted} is expected, but the text begins with ${found(this.bytes, this.at)}.${hint(this.bytes, this.at, this.open.length === 0)}`,
    );
  }

  /** Into the containers that begin here, to the end of the first value that is no container or is an empty one. */
  private beginValue(): void {
    for (;;) {
      const byte = this.byte();
      if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) return this.scalar();
      if (this.open.length === this.rules.maxDepth) {
        throw this.fault(`Objects and arrays are nested deeper than ${this.rules.maxDepth} levels.`);
      }
      const isObject = byte === OPEN_BRACE;
      const start = this.at++;
      this.skipSpace();
      if (this.byte() === closerOf(isObject)) {
        this.at++;
        return;
      }
      this.open.push({ isObject, start, items: 0 });
      if (isObject) this.key();
    }
  }

  /** Closes the containers that end here, and stands where the next value begins, or behind the whole text. */
  private endValues(): void {
    for (;;) {
      this.skipSpace();
      const container = this.open.at(-1);
      if (!container) return;
      const closer = closerOf(container.isObject);
      if (this.byte() === COMMA) {
        container.items++;
        const comma = this.at++;
        this.skipSpace();
        if (this.byte() === closer) {
          this.at = comma;
          throw this.fault(`A comma must not stand before the closing "${String.fromCharCode(closer)}".`);
        }
        if (container.isObject) this.key();
        return;
      }
      if (this.byte() !== closer) throw this.expected(`"," or "${String.fromCharCode(closer)}"`);
      this.open.pop();
      this.at++;
    }
  }

  private key(): void {
    if (this.byte() !== QUOTE) throw this.expected('the name of a member in double quotes');
    this.string();
    this.skipSpace();
    if (this.byte() !== COLON) throw this.expected('":" after the name of a member');
    this.at++;
    this.skipSpace();
  }

  private scalar(): void {
    if (this.byte() === QUOTE) return this.string();
    const literal = literalAt(this.bytes, this.at);
    if (isLiteral(literal)) this.at += literal.length;
    else if (/^[-+.\d]/.test(literal) && literal !== '-')
      throw this.fault(`This is not a JSON number.${numberHint(literal)}`);
    else throw this.expected('a value');
  }

  private string(): void {
    const start = this.at++;
    for (; this.at < this.bytes.length; this.at++) {
      if (this.byte() === QUOTE) {
        this.at++;
        return;
      }
      if (this.byte() < 0x20) {
        throw this.fault(
          `A string must not contain ${found(this.bytes, this.at)}: write it as an escape such as \\n or \\u0000.`,
        );
      }
      if (this.byte() === BACKSLASH) this.escape();
    }
    throw this.fault(`The text ends within the string that begins at byte ${start}.`);
  }

  /** Stands on the backslash, and then on the last character of the escape. */
  private escape(): void {
    const text = this.bytes.toString('latin1', this.at, this.at + 6);
    if (/^\\["\\/bfnrt]/.test(text)) this.at += 1;
    else if (/^\\u[\da-fA-F]{4}/.test(text)) this.at += 5;
    else if (text.length > 1 && !/^\\u[\da-fA-F]{0,3}$/.test(text)) {
      throw this.fault('No such escape exists in JSON: a backslash itself is written as \\\\.');
    }
  }

  private skipSpace(): void {
    while (this.byte() === 0x20 || this.byte() === 0x0a || this.byte() === 0x0d || this.byte() === 0x09) this.at++;
  }

  /** NaN at the end, which equals nothing. */
  private byte(): number {
    return this.bytes[this.at] ?? Number.NaN;
  }

  private expected(what: string): Fault {
    const container = this.open.at(-1);
    const within =
      container && Number.isNaN(this.byte()) ? ` within the ${nameOf(container)} of byte ${container.start}` : '';
    return this.fault(
      `Expected ${what}, found ${found(this.bytes, this.at)}${within}.${hint(this.bytes, this.at, this.open.length === 0)}`,
    );
  }

  private fault(message: string): Fault {
    const outermost = this.open[0];
    return new Fault(this.at, message, outermost && !outermost.isObject ? outermost.items : null);
  }
}

function closerOf(isObject: boolean): number {
  return isObject ? OPEN_BRACE + 2 : OPEN_BRACKET + 2;
}

function nameOf({ isObject }: Container): string {
  return isObject ? 'object' : 'array';
}
