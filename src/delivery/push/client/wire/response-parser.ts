import { InvalidResponseError } from './errors.js';
import { beginsLikeHttp, endOfHead, HEAD_END, isLineEnd } from './head-bounds.js';
import { HeldBytes } from './held-bytes.js';
import { parseHead, parseTolerantly, type ResponseHead } from './response-head.js';

/** Receives the parts of a response. */
export interface ResponseSink {
  /** Not called for interim responses (1xx). */
  onResponseStart(head: ResponseHead): void;
  /** A part of the content, transfer coding undone. The bytes are only valid during the call. */
  onResponseData(bytes: Buffer): void;
  /** The response has come whole. `keepsOpen`: and the server is ready for another request. */
  onResponseEnd(keepsOpen: boolean): void;
}

const MAX_HEAD_BYTES = 65_536;
/** Enough to tell whether HTTP is spoken. */
const PROTOCOL_BYTES = 7;
/** A chunk's size with its extensions, which nobody uses. */
const MAX_CHUNK_LINE_BYTES = 1_024;
const CHUNK_LINE = /^[\t ]*0*([0-9a-f]{1,13})[\t ]*(?:;[^\0]*)?$/i;
const MAX_TRAILER_BYTES = 16_384;
/** Bounds what connections remember. */
const MAX_KNOWN_BYTES = 1_024;

type Stage = 'head' | 'length' | 'chunk line' | 'chunk' | 'chunk end' | 'trailers' | 'until close' | 'ended';

/**
 * Reads the responses of one HTTP/1.1 connection (RFC 9112), one request at a time, however their bytes are cut into
 * pieces. Reads as tolerantly as curl: see docs/http-client.md.
 *
 * A wrong guess about where a response ends can only spoil the response itself: where there is doubt, or where more
 * bytes come than belong to it, it is the last one of its connection.
 */
export class ResponseParser {
  private stage: Stage = 'ended';
  private sink: ResponseSink | null = null;
  private isHead = false;
  /** Has any byte of the response come? */
  private hasBegun = false;
  /** The beginning of a head or a line, which are only understood whole. */
  private readonly held = new HeldBytes();
  /** Bytes of content that are still to come: of the response, or of its chunk. */
  private remaining = 0;
  private keepsOpen = false;
  /** The last head with its end: servers say the same again and again. */
  private known: { readonly text: string; readonly head: ResponseHead } | null = null;

  /** A request is sent, and the next response is for `sink`. */
  begin(sink: ResponseSink, method: string): void {
    this.stage = 'head';
    this.sink = sink;
    this.isHead = method === 'HEAD';
    this.hasBegun = false;
    this.keepsOpen = true;
  }

  get hasAnyByte(): boolean {
    return this.hasBegun;
  }

  /** Has all content come, though the response may lack its formal end? */
  get hasAllContent(): boolean {
    return this.stage === 'trailers' || this.stage === 'ended';
  }

  /** Could another request follow the rest of the response? */
  get mayKeepOpen(): boolean {
    return this.keepsOpen && this.stage !== 'until close';
  }

  /** Bytes that are still to come, as far as that was said. */
  get knownRest(): number {
    return this.stage === 'length' || this.stage === 'chunk' ? this.remaining : 0;
  }

  /**
   * Takes what came. Returns whether all of it belongs to the response: if not, or when it throws
   * {@link InvalidResponseError}, the connection is of no more use.
   */
  take(bytes: Buffer): boolean {
    this.hasBegun = true;
    for (let at = 0; at < bytes.length;) {
      if (this.stage === 'ended') return false;
      at = this.step(bytes, at, this.stage);
    }
    return true;
  }

  /** The peer sends no more. Returns whether that is a proper end; else the response has not come whole. */
  close(): boolean {
    this.keepsOpen = false;
    if (this.stage === 'until close' || this.stage === 'trailers') this.end();
    return this.stage === 'ended';
  }

  /** Takes one piece beginning at `at`, and returns where the next begins. */
  private step(bytes: Buffer, at: number, stage: Exclude<Stage, 'ended'>): number {
    switch (stage) {
      case 'head':
        return this.takeHead(bytes, at);
      case 'length':
      case 'chunk':
        return this.takeCounted(bytes, at);
      case 'chunk line':
        return this.takeChunkLine(bytes, at);
      case 'chunk end':
        return this.takeChunkEnd(bytes, at);
      case 'trailers':
        return this.takeTrailers(bytes, at);
      case 'until close':
        break;
    }
    return this.takeAll(bytes, at);
  }

  private takeAll(bytes: Buffer, at: number): number {
    this.sink?.onResponseData(at === 0 ? bytes : bytes.subarray(at));
    return bytes.length;
  }

  private takeHead(bytes: Buffer, at: number): number {
    const before = this.held.length;
    // A body that was longer than the response before said, by a line's end: the next head follows it.
    if (before === 0 && isLineEnd(bytes[at])) {
      this.keepsOpen = false;
      return at + 1;
    }
    const upTo = Math.min(bytes.length, at + MAX_HEAD_BYTES + HEAD_END.length);
    const piece = bytes.toString('latin1', at, upTo);
    const { known } = this;
    if (known !== null && before === 0 && piece.startsWith(known.text)) {
      this.beginContent(known.head);
      return at + known.text.length;
    }
    // Known at once, or a server of something else that waits for us to speak would be waited for until the deadline.
    if (!beginsLikeHttp(this.held.text(0, PROTOCOL_BYTES) + piece)) throw new InvalidResponseError('not HTTP/1');
    // Earlier pieces were searched, but the end may have begun in their last bytes.
    const from = Math.max(0, before - HEAD_END.length);
    const endInTail = endOfHead(this.held.text(from) + piece);
    const end = endInTail < 0 ? -1 : from + endInTail;
    if ((end < 0 ? before + piece.length : end - 1) >= MAX_HEAD_BYTES + HEAD_END.length) {
      throw new InvalidResponseError(`headers of more than ${MAX_HEAD_BYTES} bytes`);
    }
    if (end < 0) {
      this.held.add(bytes, at, upTo);
      return bytes.length;
    }
    const text = this.held.text() + piece;
    this.held.clear();
    this.beginContent(this.read(text.slice(0, end)));
    return at + end - before;
  }

  /** `text` with the empty line at its end. */
  private read(text: string): ResponseHead {
    const isPlain = text.endsWith(HEAD_END);
    const head = isPlain ? parseHead(text.slice(0, -HEAD_END.length)) : parseTolerantly(text.trimEnd());
    if (text.length <= MAX_KNOWN_BYTES) this.known = { text, head };
    return head;
  }

  /** Decides where the content ends (RFC 9112, section 6.3). */
  private beginContent(head: ResponseHead): void {
    const { status, framing } = head;
    if (status === 101) throw new InvalidResponseError('an upgrade nobody asked for');
    if (framing.isDoubtful) this.keepsOpen = false;
    if (status < 200) return;
    const hasNoContent = this.isHead || status === 204 || status === 304;
    // Some servers send what they say, although there is none: it would be taken for the next response.
    const isBelied = hasNoContent && !this.isHead && (framing.isChunked || (framing.length ?? 0) > 0);
    this.keepsOpen = this.keepsOpen && framing.keepsOpen && !isBelied;
    this.sink?.onResponseStart(head);
    if (hasNoContent) return this.end();
    if (framing.isChunked) this.stage = 'chunk line';
    else if (framing.length === null) this.stage = 'until close';
    else if (framing.length === 0) this.end();
    else {
      this.stage = 'length';
      this.remaining = framing.length;
    }
  }

  private takeCounted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.remaining);
    this.remaining -= end - at;
    this.sink?.onResponseData(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    if (this.remaining > 0) return end;
    if (this.stage === 'chunk') this.stage = 'chunk end';
    else this.end();
    return end;
  }

  private takeChunkLine(bytes: Buffer, at: number): number {
    const { line, next } = this.takeLine(bytes, at, MAX_CHUNK_LINE_BYTES);
    if (line === null) return next;
    const size = CHUNK_LINE.exec(line)?.[1];
    if (size === undefined) throw new InvalidResponseError('a chunk without a proper size');
    this.remaining = Number.parseInt(size, 16);
    this.stage = this.remaining === 0 ? 'trailers' : 'chunk';
    return next;
  }

  private takeChunkEnd(bytes: Buffer, at: number): number {
    const { line, next } = this.takeLine(bytes, at, HEAD_END.length);
    if (line === null) return next;
    if (line !== '') throw new InvalidResponseError('a chunk longer than its size');
    this.stage = 'chunk line';
    return next;
  }

  /** Trailers are dropped, as nothing of ours asks for them; they end with an empty line. */
  private takeTrailers(bytes: Buffer, at: number): number {
    const { line, next } = this.takeLine(bytes, at, MAX_TRAILER_BYTES);
    if (line === '') this.end();
    else if (line !== null) {
      this.remaining += line.length;
      if (this.remaining > MAX_TRAILER_BYTES) throw new InvalidResponseError('trailers without an end');
    }
    return next;
  }

  /** `line` without its end; null when it has not come whole, and the part of it is kept. */
  private takeLine(bytes: Buffer, at: number, maxBytes: number): { line: string | null; next: number } {
    const upTo = Math.min(bytes.length, at + maxBytes + 2);
    const piece = bytes.toString('latin1', at, upTo);
    const endInPiece = piece.indexOf('\n');
    if (endInPiece < 0) {
      if (this.held.length + piece.length >= maxBytes + 2) throw new InvalidResponseError('a line without an end');
      this.held.add(bytes, at, upTo);
      return { line: null, next: bytes.length };
    }
    const line = this.held.text() + piece.slice(0, endInPiece);
    this.held.clear();
    const isOdd = !line.endsWith('\r');
    if (isOdd) this.keepsOpen = false;
    return { line: isOdd ? line : line.slice(0, -1), next: at + endInPiece + 1 };
  }

  private end(): void {
    const sink = this.sink;
    this.stage = 'ended';
    this.sink = null;
    this.held.clear();
    sink?.onResponseEnd(this.keepsOpen);
  }
}
