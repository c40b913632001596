import type { HeaderList } from './header-list.js';

/** What the headers say about the content's end and the connection. */
export interface Framing {
  readonly isChunked: boolean;
  /** Of the content in bytes; null: it ends with the connection, unless it is chunked. */
  readonly length: number | null;
  /** Headers that contradict themselves, or that only some servers understand: others may see another end. */
  readonly isDoubtful: boolean;
  /** May the connection be used again, if it has not to end for the content to end? */
  readonly keepsOpen: boolean;
  /** For how long the server keeps an idle connection; null: it doesn't say. */
  readonly keepAliveSeconds: number | null;
}

/**
 * Reads the headers that frame a response. Never throws: the status is known by then, and the worst that a wrong guess
 * does is to keep the wrong part of the content, because a doubtful response is the last one of its connection.
 */
export function readFraming(headers: HeaderList, isHttp11: boolean): Framing {
  let codings: string | null = null;
  let lengths: string | null = null;
  let options: string | null = null;
  let keepAlive: string | null = null;
  for (const [name, value] of headers) {
    if (FRAMING_LENGTHS[name.length] !== true) continue;
    const lowerCase = name.toLowerCase();
    if (lowerCase === 'transfer-encoding') codings = joined(codings, value);
    else if (lowerCase === 'connection') options = joined(options, value);
    else if (lowerCase === 'keep-alive') keepAlive = joined(keepAlive, value);
    else if (lowerCase === 'content-length') lengths = joined(lengths, value);
  }
  const framed = codings === null ? byLength(lengths) : byCoding(codings, lengths, isHttp11);
  const seconds = secondsOf(keepAlive);
  return { ...framed, keepsOpen: keepsOpen(options) ?? isHttp11, keepAliveSeconds: seconds };
}

type Framed = Pick<Framing, 'isChunked' | 'length' | 'isDoubtful'>;

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

const PLAIN_LENGTH = /^\d{1,15}$/;
/** `+2`, `2;`, `2.0`, `2 bytes`: the number is clear. `0x2` and `-2` are not. */
const ODD_LENGTH = /^\+?(\d{1,15})(?:[;.\s].*)?$/;

function byLength(lengths: string | null): Framed {
  if (lengths === null) return { isChunked: false, length: null, isDoubtful: false };
  if (PLAIN_LENGTH.test(lengths)) return { isChunked: false, length: Number(lengths), isDoubtful: false };
  const [first, ...others] = new Set(listOf(lengths).map((item) => ODD_LENGTH.exec(item)?.[1]));
  const isClear = first !== undefined && others.length === 0;
  return { isChunked: false, length: isClear ? Number(first) : null, isDoubtful: true };
}

/** The coding goes before a length (RFC 9112, section 6.3). */
function byCoding(codings: string, lengths: string | null, isHttp11: boolean): Framed {
  if (codings.toLowerCase() === 'chunked') {
    return { isChunked: true, length: null, isDoubtful: lengths !== null || !isHttp11 };
  }
  const list = listOf(codings).filter((coding) => coding !== 'identity' && coding !== '');
  if (list.length === 0) return { ...byLength(lengths), isDoubtful: true };
  const isChunked = list.at(-1) === 'chunked';
  const isOnce = list.indexOf('chunked') === list.length - 1;
  return { isChunked, length: null, isDoubtful: !isChunked || !isOnce || lengths !== null || !isHttp11 };
}

/** null: as the version has it (RFC 9112, section 9.3). `closed`, `close;` and the like mean the same to their server. */
function keepsOpen(options: string | null): boolean | null {
  if (options === null) return null;
  const list = listOf(options);
  if (list.some((option) => option.startsWith('close') || option.startsWith('"close'))) return false;
  return list.includes('keep-alive') ? true : null;
}

const TIMEOUT = /(?:^|[,;\s])timeout\s*=\s*"?(\d{1,9})/i;
/** How many more requests the server takes on the connection. Some count the one that was just answered. */
const LAST_ONE = /(?:^|[,;\s])max\s*=\s*"?[01](?!\d)/i;

function secondsOf(keepAlive: string | null): number | null {
  if (keepAlive === null) return null;
  if (LAST_ONE.test(keepAlive)) return 0;
  const seconds = TIMEOUT.exec(keepAlive)?.[1];
  return seconds === undefined ? null : Number(seconds);
}
