import { InvalidResponseError } from './errors.js';
import { type Framing, readFraming } from './framing.js';
import type { HeaderList } from './header-list.js';

/** A response without its content. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: HeaderList;
  /** The same as JSON. */
  readonly headersJson: string;
  readonly framing: Framing;
}

/** Nothing depends on the reason phrase, so that it may be anything, or missing with the space before it. */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\r\n\0]*)?$/;
/** RFC 9110, sections 5.1 and 5.5: a token, and visible characters. */
const FIELD_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
/** A header line that is continued on the next one: a client has to read a space there (RFC 9112, section 5.2). */
const FOLD = /\r\n[\t ]+/g;

/**
 * `text`: status line and headers without the empty line, Latin-1. A head that is not by RFC 9112 is read as curl reads
 * it, and its framing is doubtful. Throws {@link InvalidResponseError} where the status line can't be understood.
 */
export function parseHead(text: string): ResponseHead {
  return parseStrictly(text) ?? parseTolerantly(text);
}

/** null: not as RFC 9112 has it. */
function parseStrictly(text: string): ResponseHead | null {
  const start = endOfLine(text, 0);
  const match = STATUS_LINE.exec(text.slice(0, start));
  const headers = match && parseFields(text.slice(start + 2));
  return headers && headOf(Number(match[2]), headers, readFraming(headers, match[1] === '1'));
}

function parseFields(text: string): HeaderList | null {
  const lines = text.includes('\r\n ') || text.includes('\r\n\t') ? text.replace(FOLD, ' ') : text;
  const headers: [string, string][] = [];
  for (let start = 0; start < lines.length;) {
    const end = endOfLine(lines, start);
    const line = lines.slice(start, end);
    if (!FIELD_LINE.test(line)) return null;
    const colon = line.indexOf(':');
    headers.push([line.slice(0, colon), trimmed(line.slice(colon + 1))]);
    start = end + 2;
  }
  return headers;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\r\n', start);
  return end < 0 ? text.length : end;
}

/** As curl has it: any case, several spaces, no space after the status, and HTTP/2 said by mistake. */
const ODD_STATUS_LINE = /^HTTP\/(?:1\.([01])|2(?:\.0)?) +([1-9]\d\d)(?!\d)/i;
const ODD_FOLD = /\n[\t ]+/g;

/** For what is not by RFC 9112; see {@link parseHead}. */
export function parseTolerantly(text: string): ResponseHead {
  if (text.includes('\0')) throw new InvalidResponseError('a NUL among the headers');
  const unixLines = text.split('\n').map(withoutCarriageReturns).join('\n');
  const [first = '', ...lines] = unixLines.split(/\n(?![\t ])/);
  const match = ODD_STATUS_LINE.exec(first);
  if (!match) throw new InvalidResponseError('no status line');
  const headers = lines.flatMap((line) => {
    const field = line.replace(ODD_FOLD, ' ');
    const colon = field.indexOf(':');
    const name = field.slice(0, Math.max(colon, 0)).trimEnd();
    // What has no name or no colon is no header; the status above it counts nevertheless.
    return name === '' ? [] : [[name, trimmed(field.slice(colon + 1)).replaceAll('\r', ' ')] as const];
  });
  const framing = readFraming(headers, match[1] === '1');
  return headOf(Number(match[2]), headers, { ...framing, isDoubtful: true });
}

function withoutCarriageReturns(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === '\r') end--;
  return line.slice(0, end);
}

function headOf(status: number, headers: HeaderList, framing: Framing): ResponseHead {
  return { status, headers, headersJson: JSON.stringify(headers), framing };
}

/** Not trim(), which takes away a byte of what may be UTF-8, too. */
function trimmed(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value, start)) start++;
  while (end > start && isBlank(value, end - 1)) end--;
  return value.slice(start, end);
}

function isBlank(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === 0x20 || code === 0x09;
}
