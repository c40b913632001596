import { InvalidResponseError } from './errors.js';

/** In the order they came, names as sent. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** A response without its content. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: HeaderList;
  /** The same as JSON. */
  readonly headersJson: string;
  readonly framing: Framing;
}

/** What the headers say about the content's end and the connection. */
export interface Framing {
  readonly isChunked: boolean;
  /** Of the content in bytes; null: it ends with the connection, unless it is chunked. */
  readonly length: number | null;
  /** May the connection be used again, if it has not to end for the content to end? */
  readonly keepsOpen: boolean;
  /** For how long the server keeps an idle connection; null: it doesn't say. */
  readonly keepAliveSeconds: number | null;
}

/** Nothing depends on the reason phrase, so that it may be anything, or missing with the space before it. */
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: [^\r\n]*)?$/;
/** RFC 9110, sections 5.1 and 5.5: a token, and visible characters. */
export const FIELD_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
/** A header line that is continued on the next one: a client has to read a space there (RFC 9112, section 5.2). */
const FOLD = /\r\n[\t ]+/g;

/** `text`: status line and headers without the empty line, Latin-1. Throws {@link InvalidResponseError}. */
export function parseHead(text: string): ResponseHead {
  const start = endOfLine(text, 0);
  const match = STATUS_LINE.exec(text.slice(0, start));
  if (!match) throw new InvalidResponseError('no status line');
  const headers = parseFields(text.slice(start + 2));
  const framing = readFraming(headers, match[1] === '1');
  return { status: Number(match[2]), headers, headersJson: JSON.stringify(headers), framing };
}

function parseFields(text: string): HeaderList {
  const lines = text.includes('\r\n ') || text.includes('\r\n\t') ? text.replace(FOLD, ' ') : text;
  const headers: [string, string][] = [];
  for (let start = 0; start < lines.length;) {
    const end = endOfLine(lines, start);
    headers.push(parseField(lines.slice(start, end)));
    start = end + 2;
  }
  return headers;
}

/** The first value of a header by its name in lower case; null when there is none. */
export function headerOf(headers: HeaderList, lowerCaseName: string): string | null {
  for (const [name, value] of headers) {
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) return value;
  }
  return null;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\r\n', start);
  return end < 0 ? text.length : end;
}

function parseField(line: string): [name: string, value: string] {
  if (!FIELD_LINE.test(line)) throw new InvalidResponseError('a line among the headers that is none');
  const colon = line.indexOf(':');
  let start = colon + 1;
  let end = line.length;
  // Not trim(), which takes away a byte of what may be UTF-8, too.
  while (start < end && isBlank(line, start)) start++;
  while (end > start && isBlank(line, end - 1)) end--;
  return [line.slice(0, colon), line.slice(start, end)];
}

function isBlank(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === 0x20 || code === 0x09;
}

/** Throws {@link InvalidResponseError} for what contradicts itself. */
function readFraming(headers: HeaderList, isHttp11: boolean): Framing {
  let codings: string | null = null;
  let length: string | null = null;
  let options: string | null = null;
  let keepAlive: string | null = null;
  for (const [name, value] of headers) {
    if (FRAMING_LENGTHS[name.length] !== true) continue;
    const lowerCase = name.toLowerCase();
    if (lowerCase === 'transfer-encoding') codings = joined(codings, value);
    else if (lowerCase === 'connection') options = joined(options, value);
    else if (lowerCase === 'keep-alive') keepAlive = value;
    else if (lowerCase === 'content-length') {
      // A list of the same number, too, is how a confused intermediary says it twice (RFC 9110, section 8.6).
      if (length !== null && length !== value) throw new InvalidResponseError('several lengths');
      length = value;
    }
  }
  const framing = framed(codings, length);
  return { ...framing, keepsOpen: keepsOpen(options) ?? isHttp11, keepAliveSeconds: secondsOf(keepAlive) };
}

/** Most headers have another length than those that are looked for. */
const FRAMING_LENGTHS: readonly (boolean | undefined)[] = Array.from({ length: 18 }, (_none, length) =>
  ['transfer-encoding', 'content-length', 'connection', 'keep-alive'].some((name) => name.length === length),
);

function joined(before: string | null, value: string): string {
  return before === null ? value : `${before},${value}`;
}

function listOf(text: string): string[] {
  return text.split(',').map((item) => item.trim().toLowerCase());
}

function framed(codings: string | null, length: string | null): Pick<Framing, 'isChunked' | 'length'> {
  if (length !== null && !/^\d{1,15}$/.test(length)) throw new InvalidResponseError('a length that is no number');
  if (codings === null) return { isChunked: false, length: length === null ? null : Number(length) };
  if (length !== null) throw new InvalidResponseError('a length as well as a transfer coding');
  return { isChunked: listOf(codings).at(-1) === 'chunked', length: null };
}

/** null: as the version has it (RFC 9112, section 9.3). */
function keepsOpen(options: string | null): boolean | null {
  if (options === null) return null;
  const list = listOf(options);
  if (list.includes('close')) return false;
  return list.includes('keep-alive') ? true : null;
}

function secondsOf(keepAlive: string | null): number | null {
  const seconds = keepAlive === null ? undefined : /(?:^|[,\s])timeout=(\d{1,9})/i.exec(keepAlive)?.[1];
  return seconds === undefined ? null : Number(seconds);
}
