import { InvalidResponseError } from './errors.js';
import { FIELD_LINE, parseHead, type ResponseHead } from './response-head.js';

/** Who is told of a response. */
export interface ResponseSink {
  /** Not called for interim responses (1xx). */
  onResponseStart(head: ResponseHead): void;
  /** A part of the content, transfer coding undone. The bytes are only valid during the call. */
  onResponseData(bytes: Buffer): void;
  /** The response has come whole. `keepsOpen`: and the server is ready for another request. */
  onResponseEnd(keepsOpen: boolean): void;
}

const MAX_HEAD_BYTES = 16_384;
/** A chunk's size with its extensions, which nobody uses. */
const MAX_CHUNK_LINE_BYTES = 1_024;
const CHUNK_LINE = /^([0-9a-f]{1,13})[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/i;
/** Bounds what connections remember. */
const MAX_KNOWN_BYTES = 1_024;
const LINE_END = '\r\n';
const HEAD_END = '\r\n\r\n';

type Stage = 'head' | 'length' | 'chunk line' | 'chunk' | 'chunk end' | 'trailers' | 'until close' | 'ended';

/**
 * Reads the responses of one HTTP/1.1 connection (RFC 9112), one request at a time, however their bytes are cut into
 * pieces. Where the RFC leaves a choice it refuses, except for what it asks a client to bear: folded header lines.
 *
 * A wrong guess about where a response ends can only spoil the response itself: what comes after it, or unasked, ends
 * the connection.
 */
export class ResponseParser {
  private stage: Stage = 'ended';
  private sink: ResponseSink | null = null;
  private isHead = false;
  /** The beginning of what is only understood whole: a head, a line. Latin-1, a character a byte. */
  private held = '';
  /** Bytes of content that are still to come: of the response, or of its chunk. */
  private remaining = 0;
  private keepsOpen = false;
  /** Of the last response: servers say the same again and again. */
  private known: { readonly text: string; readonly head: ResponseHead } | null = null;

  /** A request is sent, and the next response is for `sink`. */
  begin(sink: ResponseSink, method: string): void {
    this.stage = 'head';
    this.sink = sink;
    this.isHead = method === 'HEAD';
  }

  /**
   * Takes what came. Returns whether all of it belongs to the response: if not, or when it throws
   * {@link InvalidResponseError}, the connection is of no more use.
   */
  take(bytes: Buffer): boolean {
    for (let at = 0; at < bytes.length;) {
      if (this.stage === 'ended') return false;
      at = this.step(bytes, at, this.stage);
    }
    return true;
  }

  /** The peer sends no more. Returns whether that is a proper end; else the response has not come whole. */
  close(): boolean {
    this.keepsOpen = false;
    if (this.stage === 'until close') this.end();
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
    const text =
      this.held + bytes.toString('latin1', at, Math.min(bytes.length, at + MAX_HEAD_BYTES + HEAD_END.length));
    // Known at once, or a server of something else that waits for us to speak would be waited for until the deadline.
    if (!text.startsWith('HTTP/1.') && !'HTTP/1.'.startsWith(text)) throw new InvalidResponseError('not HTTP/1');
    const end = text.indexOf(HEAD_END, Math.max(0, before - HEAD_END.length + 1));
    if (end < 0 ? text.length >= MAX_HEAD_BYTES + HEAD_END.length : end > MAX_HEAD_BYTES) {
      throw new InvalidResponseError(`headers of more than ${MAX_HEAD_BYTES} bytes`);
    }
    if (end < 0) {
      this.held = text;
      return bytes.length;
    }
    this.held = '';
    this.beginContent(this.read(text.slice(0, end)));
    return at + end + HEAD_END.length - before;
  }

  private read(text: string): ResponseHead {
    if (text === this.known?.text) return this.known.head;
    const head = parseHead(text);
    if (text.length <= MAX_KNOWN_BYTES) this.known = { text, head };
    return head;
  }

  /** Decides where the content ends (RFC 9112, section 6.3). */
  private beginContent(head: ResponseHead): void {
    const { status, framing } = head;
    if (status === 101) throw new InvalidResponseError('an upgrade nobody asked for');
    if (status >= 100 && status < 200) return;
    this.keepsOpen = framing.keepsOpen;
    this.sink?.onResponseStart(head);
    if (this.isHead || status === 204 || status === 304) return this.end();
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
    const { line, next } = this.takeLine(bytes, at, LINE_END.length);
    if (line === null) return next;
    if (line !== '') throw new InvalidResponseError('a chunk longer than its size');
    this.stage = 'chunk line';
    return next;
  }

  /** Trailers are dropped, as nothing of ours asks for them; they end with an empty line. */
  private takeTrailers(bytes: Buffer, at: number): number {
    const { line, next } = this.takeLine(bytes, at, MAX_HEAD_BYTES);
    if (line === '') this.end();
    else if (line !== null) {
      this.remaining += line.length + LINE_END.length;
      if (this.remaining > MAX_HEAD_BYTES)
        throw new InvalidResponseError(`trailers of more than ${MAX_HEAD_BYTES} bytes`);
      if (!FIELD_LINE.test(line)) throw new InvalidResponseError('a trailer that is no header');
    }
    return next;
  }

  /** `line` without its end; null when it has not come whole, and the part of it is kept. */
  private takeLine(bytes: Buffer, at: number, maxBytes: number): { line: string | null; next: number } {
    const before = this.held.length;
    const text = this.held + bytes.toString('latin1', at, Math.min(bytes.length, at + maxBytes + LINE_END.length));
    const end = text.indexOf(LINE_END, Math.max(0, before - 1));
    if (end < 0 && text.length >= maxBytes + LINE_END.length) throw new InvalidResponseError('a line without an end');
    this.held = end < 0 ? text : '';
    if (end < 0) return { line: null, next: bytes.length };
    return { line: text.slice(0, end), next: at + end + LINE_END.length - before };
  }

  private end(): void {
    const sink = this.sink;
    this.stage = 'ended';
    this.sink = null;
    sink?.onResponseEnd(this.keepsOpen);
  }
}
