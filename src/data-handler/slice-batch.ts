import { isUtf8 } from 'node:buffer';
import { byteOrderMarkLength } from '../common/byte-order-mark.js';
import { MAX_JSON_DEPTH } from './json-text.js';

/** One item of a batch: its exact bytes within the source, and what they say. */
export interface BatchItem {
  /** A view of the source, without the white space around the item. */
  readonly bytes: Buffer;
  /** Where they begin in the source. */
  readonly start: number;
  /** Parsed, to look into; never what is stored or sent. Null: the item can't be accepted. */
  readonly value: object | null;
}

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;

/**
 * The items of a JSON array as slices of its bytes. An item that is JSON but no object or array, or nested too deep,
 * is one that can't be accepted; broken JSON makes the whole array invalid, because where its items end is a guess.
 */
export function sliceArray(source: Buffer, maxItems: number): BatchItem[] | 'invalid' | 'too_many' {
  if (!isUtf8(source)) return 'invalid';
  const items: BatchItem[] = [];
  let at = skipSpace(source, byteOrderMarkLength(source));
  if (source[at] !== OPEN_BRACKET) return 'invalid';
  at = skipSpace(source, at + 1);
  if (source[at] === CLOSE_BRACKET) return skipSpace(source, at + 1) === source.length ? items : 'invalid';
  for (;;) {
    const { end, depth } = endOfValue(source, at);
    const item = depth > MAX_JSON_DEPTH ? unacceptable(source, at, end) : readItem(source, at, end);
    if (item === null) return 'invalid';
    if (items.length === maxItems) return 'too_many';
    items.push(item);
    at = skipSpace(source, end);
    if (source[at] === CLOSE_BRACKET) return skipSpace(source, at + 1) === source.length ? items : 'invalid';
    if (source[at] !== COMMA) return 'invalid';
    at = skipSpace(source, at + 1);
  }
}

/**
 * The items of NDJSON, one a line; empty lines are passed over. A line that is no JSON harms no other. Any line may
 * begin with a byte order mark: files are joined as they are.
 */
export function sliceLines(source: Buffer, maxItems: number): BatchItem[] | 'too_many' {
  const items: BatchItem[] = [];
  for (let start = 0; start < source.length;) {
    const lineFeed = source.indexOf(LINE_FEED, start);
    const next = lineFeed < 0 ? source.length : lineFeed;
    const mark = source[start] === 0xef ? byteOrderMarkLength(source.subarray(start, next)) : 0;
    const from = Math.min(skipSpace(source, start + mark), next);
    const to = skipSpaceBackwards(source, from, next);
    start = next + 1;
    if (from === to) continue;
    if (items.length === maxItems) return 'too_many';
    items.push(readLine(source, from, to));
  }
  return items;
}

function readLine(source: Buffer, start: number, end: number): BatchItem {
  const value = endOfValue(source, start);
  const whole = value.end === end && value.depth <= MAX_JSON_DEPTH && isUtf8(source.subarray(start, end));
  return (whole ? readItem(source, start, end) : null) ?? unacceptable(source, start, end);
}

/** Null when it is no JSON at all. */
function readItem(source: Buffer, start: number, end: number): BatchItem | null {
  const bytes = source.subarray(start, end);
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return { bytes, start, value: typeof value === 'object' ? value : null };
  } catch {
    return null;
  }
}

function unacceptable(source: Buffer, start: number, end: number): BatchItem {
  return { bytes: source.subarray(start, end), start, value: null };
}

/**
 * Where the value that begins at `start` ends, and how deep it nests. Finds the end of what is well-formed; of what
 * is not it finds some end, for the parser to refuse.
 */
function endOfValue(source: Buffer, start: number): { end: number; depth: number } {
  let depth = 0;
  let deepest = 0;
  let at = start;
  do {
    const byte = source[at];
    if (byte === QUOTE) at = endOfString(source, at);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      deepest = Math.max(deepest, ++depth);
      at++;
    } else if (depth === 0) at = endOfLiteral(source, at);
    else {
      if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
      at++;
    }
  } while (depth > 0 && at < source.length);
  return { end: at, depth: deepest };
}

function endOfString(source: Buffer, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === BACKSLASH) at++;
    else if (source[at] === QUOTE) return at + 1;
  }
  return source.length;
}

function endOfLiteral(source: Buffer, start: number): number {
  let at = start;
  while (at < source.length && source[at] !== COMMA && source[at] !== CLOSE_BRACKET && !isSpace(source[at])) at++;
  return at;
}

function skipSpace(source: Buffer, start: number): number {
  let at = start;
  while (isSpace(source[at])) at++;
  return at;
}

function skipSpaceBackwards(source: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(source[at - 1])) at--;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === LINE_FEED || byte === 0x0d || byte === 0x09;
}
